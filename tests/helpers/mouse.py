"""How does a test move, press and turn the wheel at a point of a widget? Real events through Qt's own delivery."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

Button = Qt.MouseButton
NO_KEY = Qt.KeyboardModifier.NoModifier
_NONE = Button.NoButton


def press(widget: QWidget, x: float, y: float, button: Button = Button.LeftButton) -> None:
    _send(widget, QEvent.Type.MouseButtonPress, QPointF(x, y), button, button)


def move(widget: QWidget, x: float, y: float, held: Button = _NONE) -> None:
    _send(widget, QEvent.Type.MouseMove, QPointF(x, y), _NONE, held)


def release(widget: QWidget, x: float, y: float, button: Button = Button.LeftButton) -> None:
    _send(widget, QEvent.Type.MouseButtonRelease, QPointF(x, y), button, _NONE)


def click(widget: QWidget, x: float, y: float) -> None:
    press(widget, x, y)
    release(widget, x, y)


def double_click(widget: QWidget, x: float, y: float) -> None:
    click(widget, x, y)
    _send(widget, QEvent.Type.MouseButtonDblClick, QPointF(x, y), Button.LeftButton, Button.LeftButton)
    release(widget, x, y)


def drag(
    widget: QWidget, start: tuple[float, float], end: tuple[float, float], button: Button = Button.LeftButton
) -> None:
    """Press, move in two steps, release."""
    press(widget, *start, button)
    move(widget, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2, button)
    move(widget, *end, button)
    release(widget, *end, button)


def wheel(widget: QWidget, x: float, y: float, delta: QPoint, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    """Turn the wheel; a notch is 120."""
    where = QPointF(x, y)
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(where, widget.mapToGlobal(where), QPoint(), delta, _NONE, modifier, phase, False)
    QCoreApplication.sendEvent(widget, event)


def _send(widget: QWidget, kind: QEvent.Type, where: QPointF, button: Button, held: Button) -> None:
    event = QMouseEvent(kind, where, widget.mapToGlobal(where), button, held, NO_KEY)
    QCoreApplication.sendEvent(widget, event)
