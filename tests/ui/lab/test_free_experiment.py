"""Does the free experiment go on by itself, and can the real library be asked about what was done in it?"""

from __future__ import annotations

import msgspec
import pytest

from framescope.lab.lesson_sense import nonsense_in
from framescope.lab.runner import Run
from framescope.lab.scenario import Acts, Change, Close
from framescope.lab.staging import why_not
from framescope.ui.lab.free_experiment import FREE, FREE_FOCUS, as_lesson


def test_it_goes_on_until_somebody_breaks_it() -> None:
    run = Run(FREE)
    run.run_until(4 * FREE_FOCUS)
    assert not run.is_over and not run.notebook.of("client", "raised")
    assert why_not(FREE) == ""


@pytest.mark.parametrize(
    ("script", "reached", "duration"),
    [
        ((), 0.0, FREE_FOCUS),
        ((), 12.5, 12.5),
        ((), 600.0, 600.0),
        ((Close(at=9, end="client"),), 9.1, 9.4),  # it raises soon: one answer later
        ((Close(at=9, end="client"),), 40.0, 40.0),
        ((Change(at=6, black_hole=True), Close(at=500, end="server")), 7.0, 20.4),  # the server long behind it
    ],
)
def test_it_is_asked_about_as_far_as_it_has_come(script: tuple[Acts, ...], reached: float, duration: float) -> None:
    scenario = msgspec.structs.replace(FREE, script=script)
    lesson = as_lesson(scenario, reached)
    assert lesson.scenario.duration == pytest.approx(duration, abs=0.3) and nonsense_in(lesson) == []
    assert lesson.scenario.script == tuple(act for act in script if act.at <= lesson.scenario.duration)
