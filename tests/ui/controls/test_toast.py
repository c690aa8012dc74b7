"""Does a toast say one thing for a while, offer its way back once, and keep out of the way?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from framescope.ui.controls.toast import SHOWN_MS, Toast
from framescope.ui.theme import Look


@pytest.fixture
def window(look: Look, shown: Any) -> QWidget:
    window = QWidget()
    QVBoxLayout(window).addWidget(QLineEdit(window))
    window.resize(800, 400)
    shown(window)
    return window


@pytest.fixture
def toast(look: Look, window: QWidget) -> Toast:
    return Toast(look, window)


def timer(toast: Toast) -> QTimer:
    timer = toast.findChild(QTimer)
    assert timer is not None
    return timer


def test_it_stands_over_the_window_for_a_while(toast: Toast, window: QWidget) -> None:
    assert not toast.isVisible()
    toast.show_text("ping_interval is 5 s now")
    assert toast.isVisible()
    assert window.rect().contains(toast.geometry())
    assert (timer(toast).isActive(), timer(toast).interval()) == (True, SHOWN_MS)
    timer(toast).timeout.emit()
    assert not toast.isVisible()


def test_undo_acts_once_and_ends_it(toast: Toast, qtbot: Any) -> None:
    undone: list[str] = []
    toast.show_text("ping_interval is 5 s now", "Undo", lambda: undone.append("ping_interval"))
    button = toast.findChild(QPushButton)
    assert button.text() == "Undo"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert undone == ["ping_interval"]
    assert not toast.isVisible()


def test_without_an_action_there_is_no_button(toast: Toast) -> None:
    toast.show_text("Copied")
    assert toast.findChild(QPushButton).isHidden()


def test_a_new_one_replaces_the_old_and_its_action(toast: Toast, qtbot: Any) -> None:
    undone: list[int] = []
    toast.show_text("one", "Undo", lambda: undone.append(1))
    toast.show_text("two", "Undo", lambda: undone.append(2))
    assert toast.text == "two"
    qtbot.mouseClick(toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert undone == [2]


def test_it_takes_no_focus(toast: Toast, window: QWidget) -> None:
    edit = window.findChild(QLineEdit)
    edit.setFocus()
    toast.show_text("ping_interval is 5 s now", "Undo", lambda: None)
    assert edit.hasFocus()


def test_it_waits_while_the_pointer_is_on_it(toast: Toast) -> None:
    toast.show_text("ping_interval is 5 s now")
    QCoreApplication.sendEvent(toast, QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1)))
    assert not timer(toast).isActive()
    QCoreApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert timer(toast).isActive()


def test_it_stays_in_the_middle_of_a_window_that_shrinks(toast: Toast, window: QWidget) -> None:
    toast.show_text("ping_interval is 5 s now", "Undo", lambda: None)
    window.resize(420, 300)
    assert window.rect().contains(toast.geometry())
    assert abs(toast.geometry().center().x() - window.rect().center().x()) <= 1


def test_a_fault_is_told_apart_by_icon_and_colour(toast: Toast, look: Look) -> None:
    toast.show_text("Saved")
    good = toast.grab().toImage()
    toast.show_text("Saved", is_fault=True)
    bad = toast.grab().toImage()
    edge = QPoint(bad.width() // 2, 0)
    assert (good.pixelColor(edge).name(), bad.pixelColor(edge).name()) == tuple(
        look.color(token).name() for token in ("acc2", "warn2")
    )
    assert good.copy(0, 2, 30, 20) != bad.copy(0, 2, 30, 20)
