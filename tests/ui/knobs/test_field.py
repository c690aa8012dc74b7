"""Is what a person types taken, refused with a reason, or undone, and do steppers and keys step?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from framescope.ui.knobs.field import KnobField
from framescope.ui.theme import Look
from helpers.pointer import SHIFT, wheel


@pytest.fixture
def field(look: Look, shown: Any) -> Iterator[KnobField]:
    window = QWidget()
    column = QVBoxLayout(window)
    field = KnobField(look, "ping_timeout", window)
    field.set_seconds(20.0)
    column.addWidget(field)
    column.addWidget(QLineEdit(window))
    shown(window)
    field.setFocus()
    yield field


@pytest.fixture
def edit(field: KnobField) -> QLineEdit:
    edit = field.findChild(QLineEdit)
    assert edit is not None
    return edit


def retype(qtbot: Any, edit: QLineEdit, text: str) -> None:
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def entered(field: KnobField) -> list[float | None]:
    seen: list[float | None] = []
    field.entered.connect(seen.append)
    return seen


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1.5", (1.5, "1.5")),
        ("200ms", (0.2, "0.2")),
        ("2m", (120.0, "120")),
        ("none", (None, "None")),
        ("7 s", (7.0, "7")),
    ],
)
def test_enter_takes_what_was_typed(
    field: KnobField, edit: QLineEdit, qtbot: Any, text: str, result: tuple[float | None, str]
) -> None:
    seen = entered(field)
    retype(qtbot, edit, text)
    assert seen == []
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (seen, edit.text()) == ([result[0]], result[1])


@pytest.mark.parametrize("text", ["-3", "soon", "0", "100000"])
def test_refused_text_stays_with_its_reason_and_the_focus(
    field: KnobField, edit: QLineEdit, qtbot: Any, text: str
) -> None:
    seen = entered(field)
    retype(qtbot, edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert field.reason
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert edit.hasFocus()
    assert (edit.text(), seen) == (text, [])


def test_typing_on_clears_the_reason(field: KnobField, edit: QLineEdit, qtbot: Any) -> None:
    retype(qtbot, edit, "x")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    retype(qtbot, edit, "4")
    assert field.reason == ""


def test_escape_undoes(field: KnobField, edit: QLineEdit, qtbot: Any) -> None:
    seen = entered(field)
    retype(qtbot, edit, "x")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert (edit.text(), field.reason, seen) == ("20", "", [])


def test_leaving_takes_what_was_typed(field: KnobField, edit: QLineEdit, qtbot: Any) -> None:
    seen = entered(field)
    retype(qtbot, edit, "4")
    qtbot.keyClick(edit, Qt.Key.Key_Tab)
    assert seen == [4.0]
    assert not edit.hasFocus()


def test_the_same_value_typed_again_is_no_change(field: KnobField, edit: QLineEdit, qtbot: Any) -> None:
    seen = entered(field)
    retype(qtbot, edit, "20 s")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (edit.text(), seen) == ("20", [])


def test_a_value_from_outside_does_not_disturb_typing(field: KnobField, edit: QLineEdit, qtbot: Any) -> None:
    retype(qtbot, edit, "4")
    field.set_seconds(7.0)
    assert edit.text() == "4"
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == "7"


def test_arrows_and_wheel_step(field: KnobField, edit: QLineEdit, qtbot: Any) -> None:
    seen: list[tuple[int, bool]] = []
    field.stepped.connect(lambda notches, is_fine: seen.append((notches, is_fine)))
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    qtbot.keyClick(edit, Qt.Key.Key_Down, SHIFT)
    wheel(edit, 120)
    assert seen == [(1, False), (-1, True), (1, False)]


def test_the_steppers_step(field: KnobField, qtbot: Any) -> None:
    seen: list[int] = []
    field.stepped.connect(lambda notches, _: seen.append(notches))
    right = field.width() - 10
    for y in (4, field.height() - 4):
        child = field.childAt(QPoint(right, y))
        qtbot.mouseClick(child, Qt.MouseButton.LeftButton, pos=child.mapFrom(field, QPoint(right, y)))
    assert seen == [1, -1]


def test_read_only_neither_typed_nor_stepped(field: KnobField, edit: QLineEdit, qtbot: Any) -> None:
    field.set_read_only(True)
    seen = entered(field)
    with qtbot.assertNotEmitted(field.stepped):
        qtbot.keyClick(edit, Qt.Key.Key_Up)
    retype(qtbot, edit, "4")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (edit.text(), seen) == ("20", [])
