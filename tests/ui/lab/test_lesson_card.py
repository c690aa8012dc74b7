"""Does the card ask first, and tell only what the run has shown?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.lab.lesson import Lesson
from framescope.lab.lessons import play
from framescope.lab.notebook import Notebook
from framescope.lab.runner import Run
from framescope.lab.scenario import Change
from framescope.ui.lab.lesson_card import CHOOSE, LONG, SILENT, UNCHOSEN, LessonCard
from framescope.ui.theme import Look


@pytest.fixture
def lesson(lessons: dict[str, Lesson]) -> Lesson:
    return lessons["keepalive-ping-timeout"]


@pytest.fixture
def card(look: Look, lesson: Lesson, shown: Any) -> LessonCard:
    card = LessonCard(look, 17)
    card.resize(392, 800)
    card.show_lesson(lesson, play(lesson).notebook, next_title="the next", is_first=False)
    shown(card)
    return card


def run_of(lesson: Lesson, until: float) -> Run:
    run = Run(lesson.scenario)
    run.run_until(until)
    return run


def test_choosing_is_asked_for_first(card: LessonCard, lesson: Lesson) -> None:
    run = run_of(lesson, 0.0)
    card.show_run(run)
    assert card.question.hint.text() == CHOOSE
    card.question.rows[1].click()
    card.show_run(run)
    assert "Run" in card.question.hint.text() and "14.5 s" in card.question.hint.text()


def test_while_it_runs_nobody_is_told_to_press_run(card: LessonCard, lesson: Lesson) -> None:
    card.show_run(run_of(lesson, 1.0))
    assert card.question.hint.text() == "Choose an answer before 14.5 s."
    card.question.rows[1].click()
    card.show_run(run_of(lesson, 2.0))
    assert card.question.hint.text() == "The answer comes at 14.5 s."


def test_a_long_run_can_be_instant(card: LessonCard, lessons: dict[str, Lesson]) -> None:
    assert LONG not in card.question.hint.text()
    long = lessons["silent-drop"]
    card.show_lesson(long, play(long).notebook, next_title="the next", is_first=False)
    card.show_run(run_of(long, 0.0))
    assert card.question.hint.text() == CHOOSE + LONG


def test_the_answer_is_locked_until_the_moment(card: LessonCard, lesson: Lesson, qtbot: Any) -> None:
    card.question.rows[1].click()
    with qtbot.assertNotEmitted(card.finished):
        card.show_run(run_of(lesson, 14.4))
    assert [row.part for row in card.question.rows] == ["", "chosen", "", ""]
    with qtbot.waitSignal(card.finished) as finished:
        card.show_run(run_of(lesson, 14.6))
    assert finished.args == [lesson.name]
    assert [row.part for row in card.question.rows] == ["other", "wrong", "right", "other"]
    assert "40.6 s" in card.question.explanation.text  # still to come, and known
    assert card.question.explanation.text.startswith("Then the client gives up, but")  # why this answer is wrong


def test_without_a_choice_nothing_is_told(card: LessonCard, lesson: Lesson, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(card.finished):
        card.show_run(run_of(lesson, 60.0))
    assert card.question.hint.text() == UNCHOSEN
    assert all(row.part == "" for row in card.question.rows)


def test_a_run_that_was_changed_tells_what_it_shows(card: LessonCard, lesson: Lesson) -> None:
    card.question.rows[2].click()
    run = run_of(lesson, 8.4)
    run.do(Change(at=0, black_hole=False))
    run.run()
    card.show_run(run)
    assert [row.part for row in card.question.rows][3] == "right"  # never
    assert "…" in card.question.explanation.text
    other = Run(lesson.scenario)
    other.run_until(1.2)
    other.do(Change(at=0, black_hole=True))
    other.run()
    card.show_run(other)
    assert card.question.hint.text() == SILENT


def test_blanks_in_the_answers_are_filled(card: LessonCard) -> None:
    texts = [row.text() for row in card.question.rows]
    assert "At 12.1 s, 3 s after the unanswered ping" in texts and not any("{" in text for text in texts)


def test_a_free_experiment_asks_nothing(card: LessonCard, qtbot: Any) -> None:
    card.show_lesson(None, Notebook(), next_title="the first", is_first=False)
    assert not card.question.isVisible() and card._title.text == "Free experiment"


def test_the_way_on(card: LessonCard, lesson: Lesson, qtbot: Any) -> None:
    with qtbot.waitSignal(card.step_asked) as asked:
        card.next.click()
    assert asked.args == [1]
    with qtbot.waitSignal(card.step_asked) as asked:
        card.previous.click()
    assert asked.args == [-1]
    card.show_lesson(lesson, Notebook(), next_title="", is_first=True)
    assert not card.previous.isEnabled() and not card.next.isEnabled()
