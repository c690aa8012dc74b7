"""How do the marks of the timeline look in small? Five pictures for “How to read it”."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from framescope.ui.theme import Look

_WIDTH, _HEIGHT = 74, 44  # px at 100 %; the pictures are drawn on this grid
_BARS = ((10, 9), (17, 14), (24, 7), (31, 18), (38, 12), (45, 26), (52, 10), (59, 15), (66, 12))


def _frames(painter: QPainter, look: Look) -> None:
    painter.setPen(QPen(look.color("line2"), 1))
    painter.drawLine(QPointF(1, 37.5), QPointF(_WIDTH - 1, 37.5))
    for left, height in _BARS:
        token = "binary" if height == 26 else "text"
        painter.fillRect(QRectF(left - 1.5, 37 - height, 3, height), look.color(token, 0.7))
        painter.fillRect(QRectF(left - 1.5, 37 - height, 3, 2), look.color(token))


def _round_trip(painter: QPainter, look: Look) -> None:
    path = QPainterPath(QPointF(15, 12))
    path.cubicTo(QPointF(15, 22), QPointF(31, 21), QPointF(31, 32))
    painter.setPen(QPen(look.color("fg1"), 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    _triangle(painter, look, 15, 9)
    painter.setBrush(look.color("pong"))
    painter.drawEllipse(QPointF(31, 33), 4.2, 4.2)
    _words(painter, look, QRectF(36, 13, 36, 18), "41 ms", "fg1")


def _window(painter: QPainter, look: Look) -> None:
    painter.fillRect(QRectF(15, 4, 42, 37), look.color("ping", 0.2))
    painter.fillRect(QRectF(56, 4, 2, 37), look.color("ping"))
    _triangle(painter, look, 15, 14)


def _knob_flag(painter: QPainter, look: Look) -> None:
    pen = QPen(look.color("acc"), 1.2)
    pen.setDashPattern([3, 2.5])
    painter.setPen(pen)
    painter.drawLine(QPointF(18.5, 20), QPointF(18.5, 42))
    painter.setPen(QPen(look.color("acc"), 1))
    painter.setBrush(look.color("accbg"))
    painter.drawRoundedRect(QRectF(18.5, 5.5, 47, 15), 3, 3)
    _words(painter, look, QRectF(18.5, 5.5, 47, 15), "20→5", "acc")


def _failure(painter: QPainter, look: Look) -> None:
    painter.fillRect(QRectF(9, 4, 38, 37), look.color("err", 0.24))
    painter.fillRect(QRectF(46, 1, 2, 42), look.color("err"))
    middle, radius = QPointF(47, 22), 6.5
    corners = [QPointF(x * radius, y * radius) for x, y in _OCTAGON]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("close"))
    painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))
    painter.setPen(QPen(look.color("scope"), 1.6, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(middle + QPointF(-2.2, -2.2), middle + QPointF(2.2, 2.2))
    painter.drawLine(middle + QPointF(2.2, -2.2), middle + QPointF(-2.2, 2.2))


_OCTAGON = ((-0.41, -1), (0.41, -1), (1, -0.41), (1, 0.41), (0.41, 1), (-0.41, 1), (-1, 0.41), (-1, -0.41))

MARKS: dict[str, Callable[[QPainter, Look], None]] = {
    "frames": _frames,
    "round trip": _round_trip,
    "window": _window,
    "knob": _knob_flag,
    "failure": _failure,
}


class ReadingMark(QWidget):
    """One picture, by its name in `MARKS`."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._name = name
        unit = look.words(12).pixelSize() / 12
        self.setFixedSize(QSize(round(_WIDTH * unit), round(_HEIGHT * unit)))
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / _WIDTH, self.height() / _HEIGHT)
        painter.setPen(QPen(self._look.color("line"), 1))
        painter.setBrush(self._look.color("scope"))
        painter.drawRoundedRect(QRectF(0.5, 0.5, _WIDTH - 1, _HEIGHT - 1), 4, 4)
        MARKS[self._name](painter, self._look)
        painter.end()


def _triangle(painter: QPainter, look: Look, x: float, y: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("ping"))
    painter.drawPolygon(QPolygonF([QPointF(x, y - 5), QPointF(x + 5.5, y + 4.5), QPointF(x - 5.5, y + 4.5)]))


def _words(painter: QPainter, look: Look, box: QRectF, text: str, token: str) -> None:
    painter.setPen(look.color(token))
    font = look.mono(10)
    font.setPixelSize(10)  # the painter is scaled already
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
