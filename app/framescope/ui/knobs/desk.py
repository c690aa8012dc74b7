"""What are the four knobs set to, and what does turning one do? Values, undo, and few commands for a whole drag."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from framescope.analysis.model import Story
from framescope.engine.settings import KNOBS
from framescope.ui import desk_words
from framescope.ui.controls.toast import Toast
from framescope.ui.knobs.code_panel import CodePanel
from framescope.ui.knobs.strip import KnobStrip

_PACE_MS = 150  #: values are told at most this often; the first at once, the last always
_GESTURE_MS = 500  #: turns of one knob that follow each other sooner are one gesture, and undone as one

Values = dict[str, float | None]


class KnobDesk(QObject):
    """The knobs as they stand: for the running connection at once, otherwise for the next."""

    turned = Signal(str, object)  #: name and seconds or None: to be told to a running connection

    def __init__(
        self, strip: KnobStrip, code: CodePanel, toast: Toast, running_story: Callable[[], Story | None]
    ) -> None:
        super().__init__(strip)
        self.values: Values = {knob.name: knob.default for knob in KNOBS}
        self._strip = strip
        self._code = code
        self._toast = toast
        self._running_story = running_story  #: of the connection that the knobs act on, while there is one
        self._undo: list[Values] = []  #: what a gesture changed, as it was before
        self._told = dict(self.values)
        self._turning = ""  #: the knob of the present gesture
        self._pace = _single_shot(self, _PACE_MS, self._pace_passed)
        self._gesture = _single_shot(self, _GESTURE_MS, self._gesture_passed)
        strip.knob_turned.connect(self.turn)
        code.defaults_asked.connect(self.reset)

    def turn(self, name: str, value: float | None) -> None:
        """A person turned a knob."""
        if self.values[name] == value:
            return
        if self._turning != name:
            self._end_gesture()
            self._turning = name
            self._undo.append({name: self.values[name]})
        self._gesture.start()
        self._set({name: value})
        if not self._pace.isActive():
            self._tell()
            self._pace.start()

    def undo(self) -> None:
        """Take the last change back."""
        self._end_gesture()
        while self._undo:
            before = self._undo.pop()
            if any(self.values[name] != value for name, value in before.items()):
                self._set(before)
                self._strip.set_values(before)
                self._tell()
                return

    def reset(self) -> None:
        """Give every knob its default; one undo takes all of it back."""
        self._end_gesture()
        defaults: Values = {knob.name: knob.default for knob in KNOBS}
        before = {name: value for name, value in self.values.items() if value != defaults[name]}
        if before:
            self._undo.append(before)
            self._set(defaults)
            self._strip.set_values(defaults)
            self._tell()
            if len(before) > 1:
                self._say(desk_words.knobs_reset(self._running_story()))

    def connected(self, values: Values) -> None:
        """A connection began with `values`; what was turned since is told to it now."""
        self._told = values
        self._tell()

    def _set(self, values: Values) -> None:
        self.values |= values
        self._code.set_values(self.values)

    def _tell(self) -> None:
        """Tell what differs from what was told last, and say what it does."""
        for name, value in self.values.items():
            if self._told[name] != value:
                self._told[name] = value
                self.turned.emit(name, value)
                self._say(desk_words.knob_turned(name, value, self._running_story()))

    def _say(self, text: str) -> None:
        self._toast.show_text(text, "Undo", self.undo)

    def _pace_passed(self) -> None:
        if self._told != self.values:
            self._tell()
            self._pace.start()

    def _gesture_passed(self) -> None:
        if self._turning and self._strip.knobs[self._turning].dial.is_held:
            self._gesture.start()  # a hand that rests has not let go
        else:
            self._turning = ""

    def _end_gesture(self) -> None:
        self._turning = ""
        self._gesture.stop()
        self._pace.stop()
        self._tell()


def _single_shot(parent: QObject, milliseconds: int, act: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
