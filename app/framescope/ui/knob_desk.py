"""What are the four knobs set to, and what does turning one do? Values, undo, and one command for a whole drag."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from framescope.analysis.model import Story
from framescope.engine.settings import KNOBS
from framescope.ui import desk_words
from framescope.ui.code_panel import CodePanel
from framescope.ui.knob_strip import KnobStrip
from framescope.ui.toast import Toast

_DRAG_MS = 150  #: while a knob is dragged its values are told at most this often, the last one always


class KnobDesk(QObject):
    """The knobs as they stand: for the running connection at once, otherwise for the next."""

    turned = Signal(str, object)  #: name and seconds or None: to be told to a running connection

    def __init__(
        self, strip: KnobStrip, code: CodePanel, toast: Toast, running_story: Callable[[], Story | None]
    ) -> None:
        super().__init__(strip)
        self.values: dict[str, float | None] = {knob.name: knob.default for knob in KNOBS}
        self._strip = strip
        self._code = code
        self._toast = toast
        self._running_story = running_story  #: of the connection shown, while it runs
        self._undo: list[tuple[str, float | None]] = []
        self._told = dict(self.values)
        self._dragged: str | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DRAG_MS)
        self._timer.timeout.connect(self._tell)
        strip.knob_turned.connect(self.turn)
        code.defaults_asked.connect(self.reset)

    def turn(self, name: str, value: float | None) -> None:
        """A person turned a knob."""
        if self.values[name] == value:
            return
        is_same_drag = self._timer.isActive() and self._dragged == name
        if not is_same_drag:
            self._tell()
            self._undo.append((name, self.values[name]))
        self._set(name, value)
        if is_same_drag:
            self._timer.start()
            return
        self._tell()
        self._dragged = name
        self._timer.start()

    def undo(self) -> None:
        """Take the last change back."""
        if self._undo:
            name, old = self._undo.pop()
            self._set(name, old)
            self._strip.set_values({name: old})
            self._tell()

    def reset(self) -> None:
        """Give every knob its default."""
        for knob in KNOBS:
            if self.values[knob.name] != knob.default:
                self._undo.append((knob.name, self.values[knob.name]))
                self._set(knob.name, knob.default)
        self._strip.set_values(self.values)
        self._tell()

    def connected(self) -> None:
        """A connection begins with the values as they stand: there is nothing left to be told."""
        self._timer.stop()
        self._told = dict(self.values)

    def _set(self, name: str, value: float | None) -> None:
        self.values[name] = value
        self._code.set_values(self.values)

    def _tell(self) -> None:
        """Tell what differs from what was told last, and say what it does."""
        self._timer.stop()
        for name, value in self.values.items():
            if self._told[name] != value:
                self._told[name] = value
                self.turned.emit(name, value)
                self._toast.show_text(desk_words.knob_turned(name, value, self._running_story()), "Undo", self.undo)
