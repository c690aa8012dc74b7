"""Does the field take what a knob takes, and keep what it cannot take, with the reason?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from framescope.ui.lab.duration_edit import DurationEdit
from framescope.ui.theme import Look


def edit_of(look: Look, shown: Any, **keywords: bool) -> DurationEdit:
    edit = DurationEdit(look, "ping_timeout", **keywords)
    shown(edit)
    edit.setFocus()
    edit.show_seconds(20.0)
    return edit


@pytest.fixture
def edit(look: Look, shown: Any) -> DurationEdit:
    return edit_of(look, shown)


def type_in(edit: DurationEdit, text: str, qtbot: Any) -> None:
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "seconds", "words"),
    [("5", 5.0, "5 s"), ("200ms", 0.2, "0.2 s"), ("2m", 120.0, "120 s"), ("3 s", 3.0, "3 s"), ("none", None, "none")],
)
def test_a_time_is_taken(edit: DurationEdit, qtbot: Any, text: str, seconds: float | None, words: str) -> None:
    with qtbot.waitSignal(edit.entered) as entered:
        type_in(edit, text, qtbot)
    assert entered.args == [seconds] and edit.text() == words


@pytest.mark.parametrize("text", ["soon", "-1", "0", "1e9", ""])
def test_what_cannot_be_stays_with_its_reason(look: Look, shown: Any, qtbot: Any, text: str) -> None:
    edit = edit_of(look, shown)
    with qtbot.assertNotEmitted(edit.entered):
        edit.selectAll()
        qtbot.keyClick(edit, Qt.Key.Key_Delete)
        type_in(edit, text, qtbot)
    assert edit.reason and edit.text() == text and edit.property("is_refused") == "true"
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == "20 s" and not edit.reason


def test_a_limit_cannot_be_none(look: Look, shown: Any, qtbot: Any) -> None:
    edit = edit_of(look, shown, is_limit=True, is_small=True)
    type_in(edit, "none", qtbot)
    assert edit.reason


def test_the_same_value_is_no_news(look: Look, shown: Any, qtbot: Any) -> None:
    edit = edit_of(look, shown)
    with qtbot.assertNotEmitted(edit.entered):
        type_in(edit, "20", qtbot)
    assert edit.text() == "20 s"


def test_what_is_being_typed_is_not_overwritten(look: Look, shown: Any, qtbot: Any) -> None:
    edit = edit_of(look, shown)
    edit.selectAll()
    qtbot.keyClicks(edit, "7")
    edit.show_seconds(3.0)
    assert edit.text() == "7"


def test_a_changed_value_is_framed(look: Look, shown: Any) -> None:
    edit = edit_of(look, shown)
    edit.set_changed(True)
    assert edit.property("is_changed") is True
