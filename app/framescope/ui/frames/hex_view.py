"""Shows bytes as hex and text, reading only the rows that are visible; a byte under the pointer is told and lit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from framescope.ui.frames.hex_rows import HexRows, plain_text, rows_for
from framescope.ui.plain import tip_text
from framescope.ui.theme import Look

_WHEEL_ROWS = 3
_MOST_ROWS = 2**31 - 1  # a scroll bar's


class ByteSource(Protocol):
    """Bytes that are read a stretch at a time."""

    @property
    def length(self) -> int: ...

    def wire(self, start: int, stop: int) -> bytes:
        """Return bytes as they passed."""
        ...

    def plain(self, start: int, stop: int) -> bytes:
        """Return the same bytes for the text column: unmasked, the header left as dots (zero bytes)."""
        ...


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes that stand on a field's fill. `role` names its colours."""

    start: int
    stop: int
    role: str
    tip: str


class HexView(QAbstractScrollArea):
    """A virtual hex dump."""

    byte_hovered = Signal(int)  #: -1 when the pointer leaves
    copied = Signal(str)  #: what a click put on the clipboard

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._source: ByteSource | None = None
        self._regions: list[Region] = []
        self._rows = rows_for(0, 80)
        self._lit = (-1, -1)
        self._hovered = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Bytes of the frame")
        look.changed.connect(self.viewport().update)

    def show_source(self, source: ByteSource | None, regions: list[Region] | None = None) -> None:
        """Show other bytes, from the first row on."""
        self._source, self._regions = source, regions or []
        self._lit, self._hovered = (-1, -1), -1
        self._arrange()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def light(self, start: int, stop: int) -> None:
        """Outline the bytes from `start` up to `stop`; -1, -1 for none."""
        if (start, stop) != self._lit:
            self._lit = (start, stop)
            self.viewport().update()

    @property
    def rows(self) -> HexRows:
        return self._rows

    def row_height(self) -> int:
        return round(QFontMetricsF(self._look.mono(11)).height() + 2)

    def text_left(self) -> float:
        """Return where the text column begins, for the heading above it."""
        return self._rows.text_column(0) * self._advance()

    def byte_under(self, position: QPointF) -> int:
        """Return the byte at a point of the viewport, or -1."""
        row = self.verticalScrollBar().value() + int(position.y() // self.row_height())
        byte = self._rows.byte_at(row, position.x() / self._advance())
        return -1 if byte is None else byte

    def _advance(self) -> float:
        return QFontMetricsF(self._look.mono(11)).horizontalAdvance("0")

    def _arrange(self) -> None:
        length = self._source.length if self._source is not None else 0
        self._rows = rows_for(length, self.viewport().width() / self._advance())
        visible = max(1, self.viewport().height() // self.row_height())
        bar = self.verticalScrollBar()
        bar.setPageStep(visible)
        bar.setSingleStep(_WHEEL_ROWS)
        bar.setRange(0, min(max(0, self._rows.count - visible), _MOST_ROWS))

    def _region_of(self, byte: int) -> Region | None:
        return next((region for region in self._regions if region.start <= byte < region.stop), None)

    def _hover(self, byte: int) -> None:
        if byte != self._hovered:
            self._hovered = byte
            self.light(byte, byte + 1 if byte >= 0 else -1)
            self.byte_hovered.emit(byte)

    def _paint_row(self, painter: QPainter, row: int, top: float) -> None:
        source, rows = self._source, self._rows
        if source is None:
            return
        start, stop = rows.range_of(row)
        wire = source.wire(start, stop)
        text = plain_text(source.plain(start, stop))
        advance, height = self._advance(), self.row_height()
        baseline = top + QFontMetricsF(painter.font()).ascent() + 1
        painter.setPen(self._look.color("fg2"))
        painter.drawText(QPointF(0, baseline), f"{start:0{rows.digits}x}")
        painter.setPen(self._look.color("fg1"))
        painter.drawText(QPointF(rows.hex_column(0) * advance, baseline), rows.hex_text(wire))
        painter.drawText(QPointF(rows.text_column(0) * advance, baseline), text)
        for place in range(len(wire)):
            byte = start + place
            is_lit = self._lit[0] <= byte < self._lit[1]
            region = self._region_of(byte)
            if region is None and not is_lit:
                continue
            cell = QRectF((rows.hex_column(place) - 0.4) * advance, top, 2.8 * advance, height - 1)
            if region is not None:
                painter.fillRect(cell, self._look.color(f"f_{region.role}"))
                painter.setPen(self._look.color(f"k_{region.role}"))
                painter.drawText(QPointF(rows.hex_column(place) * advance, baseline), f"{wire[place]:02x}")
            if is_lit:
                painter.setPen(QPen(self._look.color("fg0"), 1))
                painter.drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5))
                painter.drawRect(QRectF(rows.text_column(place) * advance, top + 0.5, advance, height - 2))

    def sizeHint(self) -> QSize:
        return QSize(380, self.row_height() * 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._look.color("bg1"))
        painter.setFont(self._look.mono(11))
        first = self.verticalScrollBar().value()
        for line in range(self.viewport().height() // self.row_height() + 1):
            if first + line < self._rows.count:
                self._paint_row(painter, first + line, line * self.row_height())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.byte_under(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        byte = self.byte_under(event.position())
        if self._source is None or byte < 0 or event.button() != Qt.MouseButton.LeftButton:
            return
        region = self._region_of(byte)
        start, stop = (region.start, region.stop) if region else (byte, byte + 1)
        text = self._source.wire(start, stop).hex(" ")
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(text)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _show_tip(self, position: QPoint, where: QPoint) -> None:
        byte = self.byte_under(QPointF(position))
        if self._source is None or byte < 0:
            QToolTip.hideText()
            return
        region = self._region_of(byte)
        value = self._source.wire(byte, byte + 1)
        text = region.tip if region else f"byte {byte}: 0x{value.hex()} · click copies"
        QToolTip.showText(where, tip_text(text), self.viewport())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event.pos(), event.globalPos())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)
