"""Does the report hold everything that the tab shows, as plain text?"""

from __future__ import annotations

from dataclasses import replace

from framescope.analysis.diagnosis.verdict import Cause, Step, Strength, Try
from framescope.ui.diagnosis.lesson_button import lesson_title
from framescope.ui.diagnosis.report import report
from ui.diagnosis.conftest import Case


def test_everything_is_in_it(late: Case) -> None:
    text = report(late.trace, late.diagnosis, "Do this.", "3 s: dies")
    said = late.diagnosis
    for part in (said.headline, said.plain, said.other_end, *said.unknown, "Do this.", "3 s: dies", "ws://lab.test/"):
        assert part in text
    for step in said.steps:
        assert step.text in text
    for cause in said.causes:
        assert cause.title in text and cause.evidence in text
    for excluded in said.ruled_out:
        assert f"{excluded.title}: {excluded.why}" in text
    for attempt in said.tries:
        assert attempt.text in text
    assert f"(lesson: {lesson_title('slow-consumer')})" in text
    assert f"[{said.causes[0].strength.name.lower()}] The pong queued behind bulk data." in text


def test_a_step_names_its_time_and_its_frame(late: Case) -> None:
    text = report(late.trace, late.diagnosis)
    assert "1. 15.103 s  Keepalive ping sent. Deadline: 18.103 s. (frame 18)\n" in text
    untimed = replace(late.diagnosis, steps=(Step(None, "Something."),))
    assert "1. Something.\n" in report(late.trace, untimed)


def test_what_is_empty_has_no_heading(late: Case) -> None:
    text = report(late.trace, replace(late.diagnosis, ruled_out=(), unknown=(), tries=()))
    assert "Ruled out" not in text and "cannot be known" not in text and "Try" not in text and "What if" not in text
    assert "\n\n\n" not in text


def test_control_characters_are_marks(late: Case) -> None:
    cause = Cause("x", "bad \x1b[31m \u202e name", Strength.WEAK, "line\nline")
    text = report(late.trace, replace(late.diagnosis, causes=(cause,)))
    assert "\x1b" not in text and "\u202e" not in text and "line\nline" not in text


def test_what_the_headline_advises_is_said_once(late: Case) -> None:
    text = report(late.trace, replace(late.diagnosis, tries=(Try("Do this."), Try("Or that."))), "Do this.")
    assert text.count("Do this.") == 1 and "Try:\n  Or that." in text
