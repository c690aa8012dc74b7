"""Does a look back reach the moment asked for last, and never let the window wait?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.lab.lessons import play
from framescope.lab.runner import Run
from framescope.ui.lab.look_back import LookBack
from helpers.shipped_lessons import all_lessons

LESSON = next(lesson for lesson in all_lessons() if lesson.name == "keepalive-ping-timeout")


class Clock:
    """Goes on by `pace` whenever it is read: with 1.0 s each piece of the way takes too long."""

    def __init__(self, pace: float) -> None:
        self.now, self.pace = 0.0, pace

    def __call__(self) -> float:
        self.now += self.pace
        return self.now


@pytest.fixture
def whole() -> Run:
    return play(LESSON)


def looking(clock: Clock) -> tuple[LookBack, list[Run], list[float], list[bool]]:
    look_back = LookBack(monotonic=clock)
    runs: list[Run] = []
    times: list[float] = []
    working: list[bool] = []
    look_back.arrived.connect(lambda run: (runs.append(run), times.append(run.now)))
    look_back.working_changed.connect(working.append)
    return look_back, runs, times, working


def test_a_short_way_is_gone_at_once(qapp: Any, whole: Run) -> None:
    look_back, runs, times, working = looking(Clock(0.0))
    look_back.go(whole, whole, 9.0)
    assert times == [9.0] and runs[0].notebook.notes == [note for note in whole.notebook.notes if note.time <= 9.0]
    look_back.go(whole, runs[0], 12.0)
    assert times == [9.0, 12.0] and runs[1] is runs[0]  # from there on
    look_back.go(whole, runs[0], 3.0)
    assert times[-1] == 3.0 and runs[2] is not runs[0]
    assert working == [] and not look_back.is_working


def test_a_long_way_is_gone_in_pieces_to_the_moment_asked_for_last(qtbot: Any, whole: Run) -> None:
    look_back, _, times, working = looking(Clock(0.016))  # one piece at a time
    look_back.go(whole, whole, 40.0)
    assert look_back.is_working and times == []
    for moment in (30.0, 20.0, 20.5):
        look_back.go(whole, whole, moment)
    assert look_back.wanted == 20.5
    qtbot.waitUntil(lambda: not look_back.is_working)
    assert times == [20.5] and working == [True, False]


def test_a_moment_already_passed_is_shown_before_the_way_begins_anew(qtbot: Any, whole: Run) -> None:
    look_back, _, times, working = looking(Clock(0.016))
    look_back.go(whole, whole, 40.0)
    while look_back._reached <= 10.0:
        look_back._timer.timeout.emit()  # as often as the test wants
    look_back.go(whole, whole, 5.0)
    look_back.go(whole, whole, 4.0)
    qtbot.waitUntil(lambda: not look_back.is_working)
    assert times == [40.0, 4.0] and working == [True, False]


def test_it_can_be_hurried_and_given_up(qtbot: Any, whole: Run) -> None:
    look_back, _, times, working = looking(Clock(1.0))
    look_back.go(whole, whole, 40.0)
    look_back.finish()
    assert times == [40.0] and working == [True, False]
    look_back.go(whole, whole, 40.0)
    look_back.stop()
    assert times == [40.0] and working == [True, False] * 2 and not look_back.is_working
    look_back.finish()
    assert times == [40.0]
