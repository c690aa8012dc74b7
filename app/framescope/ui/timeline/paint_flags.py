"""How are flags drawn? Knob changes dashed, missed deadlines and the end as solid lines across the lanes."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt

from framescope.ui.timeline.flags import PADDING, PlacedFlag, flags_in_view, place
from framescope.ui.timeline.scene import Scene

_GROUNDS = {"acc": "accbg", "err": "errbg", "fg2": "bg2"}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def place_flags(scene: Scene) -> list[PlacedFlag]:
    """Find the flags in view and give each its place."""
    return place(flags_in_view(scene.story, scene.view), scene.view, scene.style.text_width)


def paint_flag_lines(scene: Scene) -> None:
    """Draw the lines, under the flags' words."""
    painter, style, bands = scene.painter, scene.style, scene.bands
    for placed in scene.placed_flags:
        x = scene.crisp(placed.flag.time)
        if not scene.is_near(x, 0.0):
            continue
        if placed.flag.tone == "acc":
            painter.setPen(style.pen("acc", 1.2, 0.75, (5.0, 3.0)))
            painter.drawLine(QLineF(x, bands.flags.bottom - 3, x, bands.received.bottom))
        else:
            painter.setPen(style.pen(placed.flag.tone, 1.4))
            painter.drawLine(QLineF(x, bands.flags.top + 2, x, bands.received.bottom))


def paint_flags(scene: Scene) -> None:
    """Draw the flags' words, or a small square where there is no room for words."""
    painter, style, band = scene.painter, scene.style, scene.bands.flags
    painter.setFont(style.mark)
    for placed in sorted(scene.placed_flags, key=lambda placed: bool(placed.text)):  # no square lies upon words
        left = scene.left + placed.left
        token = placed.flag.tone
        painter.setPen(style.pen(token, 1.2))
        painter.setBrush(style.color(_GROUNDS[token]))
        if not placed.text:
            painter.drawRect(QRectF(scene.left + placed.x - 3, band.bottom - 7, 6, 6))
            continue
        box = QRectF(left, band.top + 2.5, placed.width, band.height - 5)
        painter.drawRoundedRect(box, 2.5, 2.5)
        painter.setPen(style.color(token))
        painter.drawText(box.adjusted(PADDING, 0, 0, 0), _LEFT, placed.text)
