"""What can be done to an end while a run goes on, besides its knobs? A menu of acts and faults."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from framescope.lab.endpoint import Endpoint
from framescope.lab.scenario import Acts, Behave, Close, EndName, Fail, Freeze, HalfClose, Kill, Ping, Send
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.plain import tip
from framescope.ui.theme import Look

_SIZE = 22  # px
_SLOW = 1.0  # s that a slow reader takes for each message
_WAITING = "Faults and acts: while a run goes on"


class ActButton(IconButton):
    """Opens the menu of one end."""

    asked = Signal(object)  #: one of Acts, `at` being now

    def __init__(self, look: Look, *, is_server: bool, parent: QWidget | None = None) -> None:
        self._name: EndName = "server" if is_server else "client"
        self._hint = f"Faults and acts of the {self._name}"
        super().__init__(look, "dots", kind="quiet", hint=self._hint, parent=parent)
        self.setFixedSize(_SIZE, _SIZE)
        self._end: Endpoint | None = None
        self.clicked.connect(self._open)
        self.show_end(None)

    def show_end(self, end: Endpoint | None) -> None:
        """Offer what can be done to this end; None: nothing now."""
        self._end = None if end is None or end.is_gone else end
        is_enabled = self._end is not None
        if is_enabled != self.isEnabled():
            self.setEnabled(is_enabled)
            tip(self, self._hint if is_enabled else _WAITING)

    def menu_of_acts(self) -> QMenu | None:
        """The menu, as the end is now."""
        if self._end is None:
            return None
        menu = QMenu(self)
        for place, group in enumerate(acts_for(self._end, self._name)):
            if place:
                menu.addSeparator()
            for words, act in group:
                menu.addAction(words).triggered.connect(lambda _=False, act=act: self.asked.emit(act))
        return menu

    def _open(self) -> None:
        menu = self.menu_of_acts()
        if menu is not None:
            menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


def acts_for(end: Endpoint, name: EndName) -> list[list[tuple[str, Acts]]]:
    """What can be done to an end, in words, in groups. One that stands still can only go on or be killed."""
    is_slow, is_mute = end.application.handling > 0, end.engine.pongs.policy.policy == "swallow"
    process: list[tuple[str, Acts]] = [
        ("Let the process go on", Freeze(at=0.0, end=name, on=False))
        if end.is_frozen
        else ("Let the process stand still", Freeze(at=0.0, end=name)),
        ("Kill the process", Kill(at=0.0, end=name)),
    ]
    if end.is_frozen:
        return [process]
    reading: list[tuple[str, Acts]] = [
        ("Handle messages at once", Behave(at=0.0, end=name, handling=0.0))
        if is_slow
        else (f"Take {_SLOW:g} s for each message", Behave(at=0.0, end=name, handling=_SLOW)),
        ("Answer pings again", Behave(at=0.0, end=name, pongs="answer"))
        if is_mute
        else ("Leave pings unanswered", Behave(at=0.0, end=name, pongs="swallow")),
    ]
    talking: list[tuple[str, Acts]] = [
        ("Send a message", Send(at=0.0, end=name, text="by hand")),
        ("Send a ping", Ping(at=0.0, end=name)),
        ("Close with 1000", Close(at=0.0, end=name)),
        ("Raise an exception: 1011", Fail(at=0.0, end=name)),
        ("End its direction: FIN without Close", HalfClose(at=0.0, end=name)),
    ]
    return [talking, reading, process]
