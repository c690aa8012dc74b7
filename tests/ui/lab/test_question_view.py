"""Is an answer locked until the run has told, and is a wrong one a warning, never an error?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from framescope.ui.lab.question_view import _PARTS, QuestionView
from framescope.ui.theme import Look


@pytest.fixture
def view(look: Look, shown: Any) -> QuestionView:
    view = QuestionView(look)
    view.resize(390, 400)
    shown(view)
    view.ask("When does `recv()` raise?", ["At once", "Later", "Never, however long one waits for it " * 3])
    return view


def parts(view: QuestionView) -> list[str]:
    return [row.part for row in view.rows]


def test_a_click_is_an_answer(view: QuestionView, qtbot: Any) -> None:
    with qtbot.waitSignal(view.answered) as answered:
        qtbot.mouseClick(view.rows[1], Qt.MouseButton.LeftButton)
    assert answered.args == [1]


def test_before_the_run_nothing_is_told(view: QuestionView) -> None:
    view.show_answer(1, None, "Now press Run.")
    assert parts(view) == ["", "chosen", ""] and not view.explanation.isVisible()
    assert view.hint.text() == "Now press Run." and view.rows[0].isEnabled()


@pytest.mark.parametrize(
    ("chosen", "right", "shown_parts"),
    [(1, 1, ["other", "chosen right", "other"]), (0, 1, ["wrong", "right", "other"])],
)
def test_then_right_and_wrong_are_told(view: QuestionView, chosen: int, right: int, shown_parts: list[str]) -> None:
    view.show_answer(chosen, right, "", "Because.")
    assert parts(view) == shown_parts and not any(row.isEnabled() for row in view.rows)
    assert view.explanation.text == "Because." and not view.hint.isVisible()


def test_wrong_is_a_warning_and_no_part_is_an_error() -> None:
    assert not any(token.startswith("err") for part in _PARTS.values() for token in part)
    assert _PARTS["wrong"][2] == "warn" and _PARTS["right"][0] == "acc"


def test_a_long_answer_takes_more_lines(view: QuestionView) -> None:
    assert view.rows[2].heightForWidth(300) > view.rows[0].heightForWidth(300)


def test_another_question_has_its_own_answers(view: QuestionView) -> None:
    view.show_answer(1, 1, "", "Because.")
    view.ask("Another?", ["Yes", "No"])
    assert parts(view) == ["", ""] and [row.text() for row in view.rows] == ["Yes", "No"]
    assert view.rows[0].accessibleName() == "A: Yes" and not view.explanation.isVisible()
