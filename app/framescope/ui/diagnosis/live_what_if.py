"""What if a connection that lives had another ping_timeout? The chart so far, and a value that fits its round trips."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from framescope.analysis.diagnosis.verdict import Try
from framescope.analysis.whatif import suggestion
from framescope.engine.state import State
from framescope.ui.diagnosis.chart_curve import recording_in_force
from framescope.ui.diagnosis.tries import Tries
from framescope.ui.diagnosis.what_if import WhatIf
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace

_ENOUGH = 20  #: round trips before a lower value is proposed: a few quick ones promise nothing
_GROWTH = 1.1  #: how many times as many pings make another picture


class _Seen(NamedTuple):
    """What the picture rests on."""

    trace: Trace
    interval: float | None
    timeout: float | None
    worst: float
    answered: int


class LiveWhatIf(QWidget):
    """Stands below a connection's facts while it is OPEN; drawn anew when its round trips say something new."""

    knob_asked = Signal(str, object)  #: name and seconds

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what_if = WhatIf(look)
        self.tries = Tries(look)
        self._seen: _Seen | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.what_if)
        column.addWidget(self.tries)
        self.tries.knob_asked.connect(self.knob_asked)
        self.hide()

    def show_trace(self, trace: Trace | None) -> None:
        """Show what the pings of a connection say so far; nothing where it does not live."""
        is_open = trace is not None and trace.story.state is State.OPEN
        if trace is None or not is_open:
            self._seen = None
            self.what_if.show_recording(None, None, None, None)
            self.hide()
            return
        seen = _seen(trace)
        if self._seen is None or _says_more(seen, self._seen):
            self._seen = seen
            self._show(seen)
        self.setVisible(seen.interval is not None and seen.answered > 0)

    def _show(self, seen: _Seen) -> None:
        recording = recording_in_force(seen.trace)
        found = None if recording is None or seen.interval is None else suggestion(recording)
        value, reason = None, ""
        if found is not None and seen.timeout is not None:
            value, reason = found
            if value == seen.timeout or (value < seen.timeout and seen.answered < _ENOUGH):
                value = None
        tries: tuple[Try, ...] = ()
        if value is not None and seen.timeout is not None:
            word = "Raise" if value > seen.timeout else "Lower"
            tries = (Try(f"{word} ping_timeout to {value:g} s", knob="ping_timeout", value=value),)
        self.tries.show_tries(tries, reason)
        self.what_if.show_recording(recording, seen.interval, seen.timeout, value)


def _seen(trace: Trace) -> _Seen:
    story = trace.story
    rtts = [exchange.rtt for exchange in story.exchanges if exchange.ours and exchange.rtt is not None]
    knobs = story.knobs
    return _Seen(trace, knobs.get("ping_interval"), knobs.get("ping_timeout"), max(rtts, default=0.0), len(rtts))


def _says_more(now: _Seen, before: _Seen) -> bool:
    """Tell whether another picture is due: the worst has become worse, a knob was turned, or there is a good deal more.

    A replay of many pings that runs is not disturbed by one more of them.
    """
    is_enough_now = before.answered < _ENOUGH <= now.answered
    return now[:4] != before[:4] or is_enough_now or now.answered > before.answered * _GROWTH
