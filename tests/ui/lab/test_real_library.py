"""Is the program's own command started for a lesson, and is what it says read?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.lab.lesson import Lesson
from framescope.lab.scenario import Scenario
from framescope.lab.staging import Comparison
from framescope.ui.lab.real_library import RealLibrary, arguments, compared_in, refusal


@pytest.mark.parametrize(("duration", "speed"), [(4, "1"), (52, "6.5"), (1200, "10")])
def test_a_long_lesson_goes_faster_within_bounds(duration: float, speed: str) -> None:
    assert arguments("masking", Scenario(duration=duration)) == [
        "lesson", "run", "masking", "--real", "--json", "--speed", speed,
    ]  # fmt: skip


def test_comparisons_are_read_and_other_lines_are_not() -> None:
    output = b'{"type":"note"}\nnoise\n{"type":"compared","who":"client","ours":"a","theirs":null,"same":false}\n'
    assert compared_in(output) == [Comparison("client", "a", None)]


def test_what_cannot_be_asked_says_why(lessons: dict[str, Lesson]) -> None:
    assert refusal(None) and refusal(lessons["violations"].scenario)
    assert refusal(lessons["closing-handshake"].scenario) == ""


def test_a_command_that_fails_is_told(qtbot: Any, lessons: dict[str, Lesson]) -> None:
    library = RealLibrary()
    with qtbot.waitSignal(library.told, timeout=20_000) as told:
        library.start("no-such-lesson", lessons["masking"].scenario)
        assert library.is_running
    assert told.args[0] == [] and "no-such-lesson" in told.args[1] and not library.is_running


def test_what_was_given_up_tells_nothing(qtbot: Any, lessons: dict[str, Lesson]) -> None:
    library = RealLibrary()
    library.start("closing-handshake", lessons["closing-handshake"].scenario)
    with qtbot.assertNotEmitted(library.told):
        library.stop()
    assert not library.is_running


def test_the_real_library_says_the_same_at_the_closing_handshake(qtbot: Any, lessons: dict[str, Lesson]) -> None:
    library = RealLibrary()
    with qtbot.waitSignal(library.told, timeout=40_000) as told:
        library.start("closing-handshake", lessons["closing-handshake"].scenario)
    compared, trouble = told.args
    assert trouble == "" and [(each.who, each.is_same) for each in compared] == [("client", True), ("server", True)]
