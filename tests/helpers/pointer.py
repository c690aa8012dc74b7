"""How does a test turn a wheel or drag over a widget? Real events through Qt's own delivery."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip, QWidget

NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def wheel(widget: QWidget, eighths: int, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Turn the wheel over the middle of `widget`; one notch is 120 eighths of a degree, up is positive."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, eighths),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(widget, event)


def drag(widget: QWidget, up: int, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Press in the middle, move `up` px (down when negative), release."""

    middle = widget.rect().center()
    end = middle - QPoint(0, up)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(widget, left, modifier, middle)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(end),
        QPointF(widget.mapToGlobal(end)),
        Qt.MouseButton.NoButton,
        left,
        modifier,
    )
    QCoreApplication.sendEvent(widget, move)
    QTest.mouseRelease(widget, left, modifier, end)


def move_pressed(widget: QWidget, where: QPoint) -> None:
    """Move to a point of `widget` with the left button held."""
    left = Qt.MouseButton.LeftButton
    place, on_screen = QPointF(where), QPointF(widget.mapToGlobal(where))
    QCoreApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseMove, place, on_screen, left, left, NO_KEY))


def tooltip_at(widget: QWidget, where: QPoint) -> str:
    """Rest the pointer at a point of `widget`; return the tooltip that came up last, as Qt was given it."""
    QCoreApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, where, widget.mapToGlobal(where)))
    return QToolTip.text()
