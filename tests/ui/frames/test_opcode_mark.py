"""Tests of the marks: every opcode has a shape of its own, not a colour alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter

from framescope.engine.frames import Opcode
from framescope.ui.frames.opcode_mark import mark_icon, paint_mark
from framescope.ui.opcode_names import EVENT
from framescope.ui.theme import Look


def drawn(look: Look, opcode: int) -> QImage:
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_mark(painter, look, QPointF(8, 8), opcode, "fg0")
    painter.end()
    return image


def test_shapes_differ_without_colour(look: Look) -> None:
    opcodes = [*map(int, Opcode), EVENT, 3]
    images = [drawn(look, opcode) for opcode in opcodes]
    for place, image in enumerate(images):
        assert image != drawn(look, 99) or opcodes[place] == 3
        assert all(image != other for other in images[place + 1 :])


def test_a_mark_stays_in_its_place(look: Look) -> None:
    for opcode in [*map(int, Opcode), EVENT, 3]:
        image = drawn(look, opcode)
        edge = [image.pixelColor(x, y).alpha() for x in range(16) for y in (0, 15)]
        assert not any(edge)


def test_icons(look: Look) -> None:
    assert not mark_icon(look, Opcode.PING).pixmap(QSize(16, 16)).isNull()
