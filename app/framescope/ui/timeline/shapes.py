"""How are the timeline's own marks drawn: large or small, hollow, pointing down? Lists use `opcode_mark`."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

BAR_WIDTH = 2.4
TRIANGLE = 6.0  #: half of a ping's width
DISC = 4.5  #: radius of a pong
_EIGHTH = math.pi / 4


def draw_triangle(painter: QPainter, center: QPointF, color: QColor, *, is_hollow: bool = False) -> None:
    """Draw a ping; a hollow one has not left yet."""
    size = TRIANGLE - 1 if is_hollow else TRIANGLE
    corners = [
        center + QPointF(0, -0.9 * size),
        center + QPointF(size, 0.8 * size),
        center + QPointF(-size, 0.8 * size),
    ]
    _fill_or_outline(painter, color, is_hollow)
    painter.drawPolygon(QPolygonF(corners))


def draw_disc(painter: QPainter, center: QPointF, color: QColor, radius: float = DISC) -> None:
    """Draw a pong."""
    _fill_or_outline(painter, color, False)
    painter.drawEllipse(center, radius, radius)


def draw_late_disc(painter: QPainter, center: QPointF, color: QColor, ground: QColor) -> None:
    """Draw a pong that came too late: a broken ring over `ground`."""
    pen = QPen(color, 1.6)
    pen.setDashPattern([1.4, 1.1])
    painter.setPen(pen)
    painter.setBrush(ground)
    painter.drawEllipse(center, DISC, DISC)


def draw_octagon(painter: QPainter, center: QPointF, color: QColor, cross: QColor, radius: float = 6.0) -> None:
    """Draw a Close: a stop sign with a cross."""
    corners = [
        QPointF(
            center.x() + radius * math.cos(_EIGHTH * (n + 0.5)), center.y() + radius * math.sin(_EIGHTH * (n + 0.5))
        )
        for n in range(8)
    ]
    _fill_or_outline(painter, color, False)
    painter.drawPolygon(QPolygonF(corners))
    _draw_cross(painter, center, QPen(cross, 1.4), radius * 0.38)


def draw_ringed_cross(painter: QPainter, center: QPointF, color: QColor, ground: QColor, radius: float = 6.0) -> None:
    """Draw a violation, or a deadline that passed."""
    painter.setBrush(ground)
    painter.setPen(QPen(color, 1.4))
    painter.drawEllipse(center, radius, radius)
    _draw_cross(painter, center, QPen(color, 1.4), radius * 0.4)


def _draw_cross(painter: QPainter, center: QPointF, pen: QPen, arm: float) -> None:
    x, y = center.x(), center.y()
    painter.setPen(pen)
    painter.drawLine(QLineF(x - arm, y - arm, x + arm, y + arm))
    painter.drawLine(QLineF(x - arm, y + arm, x + arm, y - arm))


def _fill_or_outline(painter: QPainter, color: QColor, is_hollow: bool) -> None:
    if is_hollow:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 1.5))
    else:
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
