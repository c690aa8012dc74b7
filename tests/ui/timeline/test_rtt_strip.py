"""Which ping_timeout was in force when?"""

from __future__ import annotations

from framescope.ui.timeline.rtt_strip import timeouts_between
from helpers.made_trace import MadeTrace


def between(made: MadeTrace, start: float, end: float) -> list[tuple[float, float, float]]:
    origin = made.trace.start
    found = timeouts_between(made.trace.story, origin + round(start * 1e9), origin + round(end * 1e9))
    return [((since - origin) / 1e9, (until - origin) / 1e9, value) for since, until, value in found]


def test_the_first_value_holds_from_the_start() -> None:
    assert between(MadeTrace(), 5, 60) == [(5, 60, 20.0)]


def test_each_turn_begins_a_stretch_and_none_is_a_gap() -> None:
    made = MadeTrace()
    made.knob(10, "ping_timeout", 20.0, 3.0)
    made.knob(15, "ping_interval", 20.0, 5.0)
    made.knob(20, "ping_timeout", 3.0, None)
    made.knob(30, "ping_timeout", None, 7.0)
    assert between(made, 0, 40) == [(0, 10, 20.0), (10, 20, 3.0), (30, 40, 7.0)]
    assert between(made, 12, 18) == [(12, 18, 3.0)]
    assert between(made, 22, 28) == []
    assert between(made, 35, 40) == [(35, 40, 7.0)]
