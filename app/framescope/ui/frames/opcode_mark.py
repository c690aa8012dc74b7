"""Which shape and colour stands for an opcode? One drawing for table, detail and composer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap, QPolygonF

from framescope.engine.frames import Opcode
from framescope.ui.opcode_names import EVENT, opcode_token
from framescope.ui.theme import Look


def paint_mark(painter: QPainter, look: Look, centre: QPointF, opcode: int, token: str = "") -> None:
    """Draw an opcode's mark, some 10 px large, around `centre`. `token` overrides its colour."""
    color = look.color(token or opcode_token(opcode))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    x, y = centre.x(), centre.y()
    match opcode:
        case Opcode.TEXT:
            painter.drawRect(QRectF(x - 2, y - 5, 4, 10))
        case Opcode.BINARY:
            painter.drawRect(QRectF(x - 4, y - 4, 8, 8))
        case Opcode.CONTINUATION:
            for top in (-5.0, -1.5, 2.0):
                painter.drawRect(QRectF(x - 2, y + top, 4, 2.4))
        case Opcode.PING:
            painter.drawPolygon(QPolygonF([QPointF(x, y - 5), QPointF(x + 5, y + 4), QPointF(x - 5, y + 4)]))
        case Opcode.PONG:
            painter.drawEllipse(centre, 4.5, 4.5)
        case Opcode.CLOSE:
            _paint_close(painter, look, x, y)
        case _ if opcode == EVENT:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 1.3))
            painter.drawEllipse(centre, 5, 5)
            painter.drawPolyline([QPointF(x, y - 3), QPointF(x, y), QPointF(x + 2.4, y + 1)])
        case _:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 1.4))
            painter.drawRect(QRectF(x - 4, y - 4, 8, 8))
    painter.restore()


def mark_icon(look: Look, opcode: int) -> QIcon:
    """Draw an opcode's mark as an icon, for buttons and lists."""
    ratio = 2.0
    pixmap = QPixmap(QSize(16, 16) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_mark(painter, look, QPointF(8, 8), opcode)
    painter.end()
    return QIcon(pixmap)


def _paint_close(painter: QPainter, look: Look, x: float, y: float) -> None:
    cut, edge = 2.2, 5.2
    octagon = [
        (-cut, -edge),
        (cut, -edge),
        (edge, -cut),
        (edge, cut),
        (cut, edge),
        (-cut, edge),
        (-edge, cut),
        (-edge, -cut),
    ]
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in octagon]))
    painter.setPen(QPen(look.color("bg1"), 1.4))
    painter.drawLine(QPointF(x - 2, y - 2), QPointF(x + 2, y + 2))
    painter.drawLine(QPointF(x + 2, y - 2), QPointF(x - 2, y + 2))
