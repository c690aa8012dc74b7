"""Tests of the field in which a message is typed."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy

from framescope.ui.composing.message_edit import MessageEdit
from framescope.ui.theme import Look


@pytest.fixture
def edit(look: Look, shown: Any) -> MessageEdit:
    edit = MessageEdit(look)
    edit.resize(300, 30)
    shown(edit)
    edit.setFocus()
    return edit


def test_ctrl_enter_asks_and_enter_breaks_the_line(edit: MessageEdit, qtbot: Any) -> None:
    spy = QSignalSpy(edit.send_pressed)
    qtbot.keyClicks(edit, "one")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert spy.count() == 0
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert spy.count() == 1
    assert edit.toPlainText() == "one\n"


def test_up_in_the_empty_field_walks_the_history(edit: MessageEdit, qtbot: Any) -> None:
    for text in ("first", "second", "second"):
        edit.remember(text)
    seen = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(edit, key)
        seen.append(edit.toPlainText())
    assert seen == ["second", "first", "first", "second", ""]


def test_up_in_a_text_is_for_the_editor(edit: MessageEdit, qtbot: Any) -> None:
    edit.remember("sent")
    edit.setPlainText("typed")
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "typed"
    edit.clear()
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    qtbot.keyClicks(edit, "!")
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "sent!"  # a text that was changed is not thrown away


def test_every_character_stays_what_it_is(edit: MessageEdit, qtbot: Any) -> None:
    text = "a\u00a0b\u2028c\u202fd\u3000e\ufeff\n\n\tf😀\u200d"
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert edit.content == text
    edit.remember(edit.content)
    edit.clear()
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.content == text


def test_it_grows_with_its_lines_up_to_five(edit: MessageEdit) -> None:
    one = edit.height()
    edit.setPlainText("a\nb\nc")
    three = edit.maximumHeight()
    edit.setPlainText("\n" * 40)
    most = edit.maximumHeight()
    assert one < three < most < 6 * one
    edit.clear()
    assert edit.maximumHeight() == one


def test_json_is_coloured_and_hex_is_not(edit: MessageEdit, look: Look) -> None:
    def colors() -> set[str]:
        formats = edit.document().firstBlock().layout().formats()
        return {form.format.foreground().color().name() for form in formats}

    edit.setPlainText('{"op": 12}')
    assert colors() == {look.hex("j_key"), look.hex("j_num")}
    edit.colours.is_on = False
    edit.colours.rehighlight()
    assert colors() == set()
