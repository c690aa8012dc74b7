"""What is drawn above the traces and moves without them? Selection, "now", cursors, the hairline and the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPolygonF

from framescope.capture.records import Kind
from framescope.engine.frames import Opcode
from framescope.ui.frames.opcode_mark import paint_mark
from framescope.ui.timeline.bands import bar_height
from framescope.ui.timeline.paint_keepalive import ping_y, pong_y
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.tip import Tip, measure_text

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter
_AWAY = 14.0  #: px from the mark to its tooltip


def paint_now(scene: Scene) -> None:
    """Draw the line where the trace is being written."""
    if not scene.is_live or not scene.view.has_now:
        return
    painter, style = scene.painter, scene.style
    x = round(scene.x(scene.view.now))
    base = scene.bands.ruler.bottom
    painter.fillRect(QRectF(x - 1, base - 1, 2, scene.bands.rtt.bottom - base + 1), style.color("acc"))
    head = [(-5.0, -8.0), (5.0, -8.0), (5.0, -3.0), (0.0, 1.0), (-5.0, -3.0)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.color("acc"))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, base + dy) for dx, dy in head]))


def paint_selection(scene: Scene, row: int) -> None:
    """Draw a box around the selected frame's mark and a hairline through all bands."""
    mark = mark_box(scene, row)
    if mark is None:
        return
    x = mark.center().x()
    if not scene.left <= x <= scene.right:
        return
    painter, style = scene.painter, scene.style
    crisp = round(x - 0.5) + 0.5
    painter.setPen(style.pen("fg0", 1.0, 0.35))
    painter.drawLine(QLineF(crisp, scene.bands.flags.top, crisp, scene.bands.received.bottom))
    painter.setPen(style.pen("fg0", 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(mark.adjusted(-3, -3, 3, 3), 2, 2)


def mark_box(scene: Scene, row: int) -> QRectF | None:
    """Return the rectangle of what is drawn for a row; None for a row that is no more there."""
    if row >= len(scene.trace.rows):
        return None
    record = scene.trace.record(row)
    x, bands = scene.x(record.time), scene.bands
    if record.plain_kind != Kind.FRAME:
        return QRectF(x - 2, bands.flags.top + 4, 4, bands.flags.height - 8)
    opcode = record.first & 0x0F
    if opcode in (Opcode.PING, Opcode.PONG):
        ours = record.is_sent == (opcode == Opcode.PING)
        y = ping_y(bands.keepalive, ours) if opcode == Opcode.PING else pong_y(bands.keepalive, ours)
        return QRectF(x - 6, y - 6, 12, 12)
    lane = bands.lane(record.is_sent)
    height = bar_height(record.length, lane.height)
    return QRectF(x - 1.2, lane.bottom - height if record.is_sent else lane.top, 2.4, height)


def paint_cursors(scene: Scene, start: int, end: int, *, is_measured: bool) -> None:
    """Draw the two cursors of a measurement, or the range to zoom to."""
    painter, style, bands = scene.painter, scene.style, scene.bands
    token = "info" if is_measured else "fg1"
    left, right = scene.crisp(start), scene.crisp(end)
    box = QRectF(left, bands.flags.top, right - left, bands.rtt.bottom - bands.flags.top)
    inside = box.intersected(QRectF(scene.left, box.top(), scene.view.width, box.height()))
    painter.fillRect(inside, style.color(token, 0.1))
    painter.setPen(style.pen(token, 1.0))
    lines = [QLineF(x, bands.flags.top, x, box.bottom()) for x in (left, right) if scene.is_near(x, 0.0)]
    painter.drawLines(lines)
    if is_measured:
        _paint_words(scene, inside.center().x(), measure_text(scene.trace, start, end))


def _paint_words(scene: Scene, middle: float, text: str) -> None:
    painter, style, band = scene.painter, scene.style, scene.bands.flags
    width = style.text_width(text) + 14
    left = min(max(scene.left + 2, middle - width / 2), scene.right - width - 2)
    box = QRectF(left, band.top + 2, width, band.height - 4)
    painter.setPen(style.pen("info", 1.0))
    painter.setBrush(style.color("infobg"))
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(style.mark)
    painter.setPen(style.color("fg0"))
    painter.drawText(box, _CENTER, text)


def paint_hairline(scene: Scene, x: float) -> None:
    """Draw the line at the pointer."""
    scene.painter.setPen(scene.style.pen("fg2", 1.0, 0.6))
    crisp = round(x - 0.5) + 0.5
    scene.painter.drawLine(QLineF(crisp, scene.bands.ruler.bottom, crisp, scene.bands.rtt.bottom))


def paint_tip(scene: Scene, tip: Tip, mark: QRectF, height: float) -> None:
    """Draw a tooltip beside its mark, never over it; `height` is the canvas'."""
    painter, style = scene.painter, scene.style
    words = QFontMetricsF(style.caption)
    line = words.height() + 4
    moment = style.text_width(tip.moment, style.tick)
    title = style.title_metrics.horizontalAdvance(tip.title)
    width = max([24 + title + 24 + moment, *(words.horizontalAdvance(text) for text in tip.lines)]) + 24
    size = QRectF(0, 0, width, line * (1 + len(tip.lines)) + 16)
    box = tip_place(mark, size, QRectF(scene.left, 0, scene.right - scene.left, height))
    painter.setPen(style.pen("line2"))
    painter.setBrush(style.color("bg3"))
    painter.drawRoundedRect(box, 5, 5)
    inner = box.adjusted(12, 8, -12, -8)
    head = QRectF(inner.left(), inner.top(), inner.width(), line)
    paint_mark(painter, style.look, QPointF(head.left() + 5, head.center().y()), tip.opcode)
    painter.setFont(style.title)
    painter.setPen(style.color("fg0"))
    painter.drawText(head.adjusted(18, 0, 0, 0), _LEFT, tip.title)
    painter.setFont(style.tick)
    painter.setPen(style.color("fg2"))
    painter.drawText(head, _RIGHT, tip.moment)
    painter.setFont(style.caption)
    for index, text in enumerate(tip.lines):
        painter.setPen(style.color("fg1" if index == 0 else "fg2"))
        painter.drawText(head.translated(0, (index + 1) * line), _LEFT, text)


def tip_place(mark: QRectF, size: QRectF, room: QRectF) -> QRectF:
    """Return where a tooltip of `size` stands in `room` without touching its mark."""
    width, height = size.width(), size.height()
    left = mark.right() + _AWAY
    if left + width > room.right():
        left = mark.left() - _AWAY - width
    top = min(max(room.top() + 4, mark.center().y() + _AWAY), room.bottom() - height - 4)
    if left < room.left():
        # No room at either side: under the mark, or above it.
        left = min(max(room.left(), mark.center().x() - width / 2), room.right() - width)
        top = mark.bottom() + _AWAY
        if top + height > room.bottom():
            top = mark.top() - _AWAY - height
    return QRectF(left, top, width, height)
