"""Tests of the row in which messages are sent by hand."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QComboBox, QPushButton

from framescope.ui.composing.close_popup import ClosePopup
from framescope.ui.composing.composer import CLOSED_TEXT, Composer
from framescope.ui.composing.message_edit import MessageEdit
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


@pytest.fixture
def composer(look: Look, shown: Any) -> Composer:
    composer = Composer(look)
    composer.resize(1020, 60)
    shown(composer)
    composer.set_open(True)
    return composer


def button(composer: Composer, text: str) -> QPushButton:
    return next(found for found in composer.findChildren(QPushButton) if found.text() == text)


def edit(composer: Composer) -> MessageEdit:
    return composer.findChild(MessageEdit)


def choose(composer: Composer, index: int) -> None:
    opcode = next(box for box in composer.findChildren(QComboBox) if box.accessibleName() == "Opcode")
    opcode.setCurrentIndex(index)


def test_text_is_sent_and_the_field_is_empty_again(composer: Composer, qtbot: Any) -> None:
    spy = QSignalSpy(composer.send_asked)
    qtbot.keyClicks(edit(composer), '{"op":1}')
    assert composer.verdict == "8 B · valid JSON"
    qtbot.mouseClick(button(composer, "Send"), Qt.MouseButton.LeftButton)
    assert spy.at(0) == [1, b'{"op":1}']
    assert edit(composer).toPlainText() == ""
    qtbot.keyClick(edit(composer), Qt.Key.Key_Up)
    assert edit(composer).toPlainText() == '{"op":1}'


def test_ctrl_enter_sends_bytes(composer: Composer, qtbot: Any) -> None:
    spy = QSignalSpy(composer.send_asked)
    choose(composer, 1)
    qtbot.keyClicks(edit(composer), "01 02 ff")
    qtbot.keyClick(edit(composer), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert spy.at(0) == [2, b"\x01\x02\xff"]


def test_what_is_not_hex_is_refused_with_its_place(composer: Composer, qtbot: Any) -> None:
    spy = QSignalSpy(composer.send_asked)
    choose(composer, 1)
    qtbot.keyClicks(edit(composer), "01 0g")
    assert composer.verdict == "not hex: ‘g’ at 4"
    assert not button(composer, "Send").isEnabled()
    qtbot.keyClick(edit(composer), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert spy.count() == 0
    choose(composer, 0)
    assert button(composer, "Send").isEnabled()


def test_ping_and_close(composer: Composer, qtbot: Any) -> None:
    pings, closes = QSignalSpy(composer.ping_asked), QSignalSpy(composer.close_asked)
    qtbot.mouseClick(button(composer, "Ping"), Qt.MouseButton.LeftButton)
    assert pings.at(0) == [None]
    qtbot.mouseClick(button(composer, "Close…"), Qt.MouseButton.LeftButton)
    popup = composer.findChild(ClosePopup)
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert closes.at(0) == [1000, ""]
    assert not popup.isVisible()


def test_before_a_connection_is_open_nothing_can_be_sent(composer: Composer, qtbot: Any) -> None:
    spy = QSignalSpy(composer.send_asked)
    composer.set_open(False)
    composer.set_text("later")
    assert not any(button(composer, text).isEnabled() for text in ("Send", "Ping", "Close…"))
    qtbot.keyClick(edit(composer), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert spy.count() == 0
    assert edit(composer).toPlainText() == "later"


def test_after_the_end_it_offers_to_connect_again(composer: Composer, qtbot: Any) -> None:
    spy = QSignalSpy(composer.reconnect_asked)
    composer.set_text("kept")
    composer.show_closed()
    assert not edit(composer).isVisible()
    assert any(label.isVisible() and label.text() == CLOSED_TEXT for label in composer.findChildren(PlainLabel))
    qtbot.mouseClick(button(composer, "Reconnect"), Qt.MouseButton.LeftButton)
    assert spy.count() == 1
    composer.set_open(True)
    assert edit(composer).isVisible()
    assert edit(composer).toPlainText() == "kept"
