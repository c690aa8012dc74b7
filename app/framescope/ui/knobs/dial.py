"""How does a knob look and feel under the hand? The dial: ring, arc, notch, face, and wheel, keys, drag."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QDial, QWidget

from framescope.engine.settings import LARGEST
from framescope.ui.knobs.face import Face
from framescope.ui.knobs.scale import ARC_SPAN, ARC_START, DOTS, angle, stepped
from framescope.ui.theme import Look

SIZE = 66  # px at 100 %; the radii below are on the same scale
_RING, _ARC, _FACE = 30.0, 24.0, 15.0
_NOTCH = (21.5, 27.5)
_POINTER = (6.0, 13.0)
_DOT = 18.8
_DRAG_STEP = 3  # px
_WHEEL_NOTCH = 120  # eighths of a degree, as QWheelEvent counts


class KnobDial(QDial):
    """The turning part of a knob. A QDial, so that screen readers find its role and its value (ms)."""

    turned = Signal(float)  #: a person turned it to this value, s
    default_asked = Signal()
    woken = Signal()  #: a person turned it while it stood at None

    def __init__(self, look: Look, default: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._default = default
        self._seconds: float | None = default
        self._face = Face(None, "acc", "", "fg2")
        self._grip: tuple[float, int] | None = None  #: y where the drag began, steps made since
        self._wheel = 0
        self._is_read_only = False
        self.setRange(1, round(LARGEST * 1000))
        self.setValue(round(default * 1000))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.valueChanged.connect(self._set_by_assistant)
        look.changed.connect(self.update)

    @property
    def is_held(self) -> bool:
        """Tell whether a hand holds the dial: the mouse button is down."""
        return self._grip is not None

    def set_seconds(self, seconds: float | None) -> None:
        """Stand at `seconds`, or at None."""
        if seconds == self._seconds:
            return
        self._seconds = seconds
        self.blockSignals(True)
        self.setValue(self.maximum() if seconds is None else round(seconds * 1000))
        self.blockSignals(False)
        self.update()

    def show_face(self, face: Face) -> None:
        """Show the countdown and what else the connection says."""
        if face != self._face:
            self._face = face
            self.update()

    def set_read_only(self, is_read_only: bool) -> None:
        """Show values without letting them be turned."""
        self._is_read_only = is_read_only
        self._grip = None

    def _set_by_assistant(self, milliseconds: int) -> None:
        """A screen reader set the value: pass it on, and go back until it is confirmed."""
        self.blockSignals(True)
        self.setValue(self.maximum() if self._seconds is None else round(self._seconds * 1000))
        self.blockSignals(False)
        if not self._is_read_only:
            self.turned.emit(milliseconds / 1000)

    def _turn(self, notches: int, is_fine: bool) -> None:
        if self._is_read_only or not notches:
            return
        if self._seconds is None:
            self.woken.emit()
            return
        value = stepped(self._seconds, notches, is_fine=is_fine)
        if value != self._seconds:
            self.turned.emit(value)

    def sizeHint(self) -> QSize:
        side = round(SIZE * self._unit())
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        self._wheel += delta
        notches = int(self._wheel / _WHEEL_NOTCH)
        self._wheel -= notches * _WHEEL_NOTCH
        self._turn(notches, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        notches = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if notches is None:
            event.ignore()
            return
        self._turn(notches, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = (event.position().y(), 0)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        start, made = self._grip
        steps = int((start - event.position().y()) / _DRAG_STEP)
        self._grip = (start, steps)
        self._turn(steps - made, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._is_read_only:
            self.default_asked.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        scale = min(self.width(), self.height()) / SIZE
        painter.scale(scale, scale)
        self._paint_ring(painter)
        self._paint_arc(painter)
        self._paint_marks(painter)
        self._paint_face(painter)
        painter.end()

    def _unit(self) -> float:
        return self._look.words(12).pixelSize() / 12

    def _paint_ring(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._look.color("line"), 2.5))
        painter.drawEllipse(QPointF(), _RING, _RING)
        if self._face.ring is not None:
            cap = Qt.PenCapStyle.RoundCap if self._face.ring > 0 else Qt.PenCapStyle.FlatCap
            painter.setPen(QPen(self._look.color(self._face.ring_token), 2.5, c=cap))
            _draw_arc(painter, _RING, 0.0, 360.0 * self._face.ring)

    def _paint_arc(self, painter: QPainter) -> None:
        track = QPen(self._look.color("bg3"), 4.5, c=Qt.PenCapStyle.FlatCap)
        if self._seconds is None:
            track.setDashPattern([0.42, 0.72])  # in pen widths: a dash of 1.9 px, a gap of 3.2
        painter.setPen(track)
        _draw_arc(painter, _ARC, ARC_START, ARC_SPAN)
        if self._seconds is not None:
            painter.setPen(QPen(self._look.color(self._arc_token()), 4.5, c=Qt.PenCapStyle.FlatCap))
            _draw_arc(painter, _ARC, ARC_START, angle(self._seconds) - ARC_START)

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("fg3"))
        for value in DOTS:
            painter.drawEllipse(_at(_DOT, angle(value)), 0.7, 0.7)
        notch = angle(self._default)
        line = (_at(_NOTCH[0], notch), _at(_NOTCH[1], notch))
        painter.setPen(QPen(self._look.color("bg1"), 4.4, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(*line)
        painter.setPen(QPen(self._look.color("fg0"), 1.8, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(*line)

    def _paint_face(self, painter: QPainter) -> None:
        look = self._look
        is_warm = (self.underMouse() or self.is_held) and not self._is_read_only
        painter.setBrush(look.color("bg3" if is_warm else "bg2"))
        painter.setPen(QPen(look.color("acc"), 2) if self.hasFocus() else QPen(look.color("line2"), 1))
        painter.drawEllipse(QPointF(), _FACE, _FACE)
        if self._seconds is None:
            painter.setPen(look.color("fg1"))
            painter.setFont(look.words(13 / self._unit(), 500))
            painter.drawText(QRectF(-_FACE, -_FACE, 2 * _FACE, 2 * _FACE), Qt.AlignmentFlag.AlignCenter, "∞")
        is_dim = self._seconds is None or not self._face.is_in_force
        pen = QPen(look.color("fg3" if is_dim else "fg0"), 2.2, c=Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        start = 8.5 if self._seconds is None else _POINTER[0]
        painter.drawLine(_at(start, angle(self._seconds)), _at(_POINTER[1], angle(self._seconds)))

    def _arc_token(self) -> str:
        if self._face.is_expired:
            return "err"
        if not self._face.is_in_force:
            return "fg3"
        return "fg1" if self._seconds == self._default else "acc"


def _at(radius: float, degrees: float) -> QPointF:
    turn = math.radians(degrees)
    return QPointF(radius * math.sin(turn), -radius * math.cos(turn))


def _draw_arc(painter: QPainter, radius: float, start: float, span: float) -> None:
    """Draw an arc; degrees clockwise from 12 o'clock. (Qt counts sixteenths anticlockwise from 3.)"""
    box = QRectF(-radius, -radius, 2 * radius, 2 * radius)
    painter.drawArc(box, round((90 - start) * 16), round(-span * 16))
