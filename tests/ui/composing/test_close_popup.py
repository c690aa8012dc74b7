"""Tests of the popup that asks for code and reason."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from framescope.engine.close import EXPLANATIONS, SENDABLE
from framescope.ui.composing.close_popup import ClosePopup
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


@pytest.fixture
def popup(look: Look, qtbot: Any) -> ClosePopup:
    popup = ClosePopup(look)
    qtbot.addWidget(popup)
    return popup


def code(popup: ClosePopup) -> QComboBox:
    return popup.findChild(QComboBox)


def reason(popup: ClosePopup) -> QLineEdit:
    return next(field for field in popup.findChildren(QLineEdit) if field is not code(popup).lineEdit())


def test_every_code_that_may_be_sent_is_offered_with_its_meaning(popup: ClosePopup) -> None:
    texts = [code(popup).itemText(index) for index in range(code(popup).count())]
    assert texts[: len(SENDABLE)] == [f"{number}  {EXPLANATIONS[number]}" for number in sorted(SENDABLE)]
    assert not any("1006" in text for text in texts)


def test_a_click_closes_with_code_and_reason(popup: ClosePopup, qtbot: Any) -> None:
    spy = QSignalSpy(popup.close_asked)
    code(popup).setCurrentIndex(1)
    qtbot.keyClicks(reason(popup), "bye")
    qtbot.mouseClick(popup.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert spy.at(0) == [1001, "bye"]


def test_enter_closes_with_a_typed_code(popup: ClosePopup, qtbot: Any) -> None:
    spy = QSignalSpy(popup.close_asked)
    code(popup).setEditText("4321")
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert spy.at(0) == [4321, ""]


def test_a_code_that_may_not_be_sent_is_refused(popup: ClosePopup, qtbot: Any) -> None:
    spy = QSignalSpy(popup.close_asked)
    code(popup).setEditText("1006")
    assert "may not be sent" in popup.refusal
    assert not popup.findChild(QPushButton).isEnabled()
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert spy.count() == 0
    code(popup).setEditText("1000")
    assert popup.refusal == ""


def test_the_reason_is_counted(popup: ClosePopup) -> None:
    reason(popup).setText("é" * 61)
    assert any(label.text() == "122 of 123 B" for label in popup.findChildren(PlainLabel))
    assert popup.refusal == ""
    reason(popup).setText("é" * 62)
    assert "1 B too long" in popup.refusal


def test_it_opens_above_a_point(popup: ClosePopup) -> None:
    popup.open_above(QPoint(600, 500))
    assert popup.isVisible()
    assert popup.geometry().bottom() < 500
    popup.hide()
