"""Draws one cell of the frame table: tint, mark, flags and texts in the colours of the trace."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from framescope.ui.frame_row import FrameRow
from framescope.ui.frame_table_model import (
    ARROW,
    DELTA,
    FLAGS,
    LENGTH,
    NOTES,
    NUMBER,
    OPCODE,
    PAYLOAD,
    TIME,
    FrameTableModel,
)
from framescope.ui.opcode_mark import paint_mark
from framescope.ui.opcode_names import opcode_name
from framescope.ui.plain import visible
from framescope.ui.theme import Look

PADDING = 8
MARK_ROOM = 18
_EDGE = 3
_TINTS = {"err": ("errbg", "err"), "warn": ("warnbg", "warn")}
_Pen = tuple[QFont, str, Qt.AlignmentFlag]
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FrameDelegate(QStyledItemDelegate):
    """Paints from the model's `FrameRow`; `event_span` tells where an event's text begins and ends (x, width)."""

    def __init__(self, look: Look, model: FrameTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._model = model
        self._made: tuple[int, FrameRow] | None = None
        self.event_span = (0.0, 0.0)
        look.changed.connect(self.forget)
        self.forget()

    def forget(self) -> None:
        """Drop what was made for the last row and take fonts anew; called before each paint of the table."""
        self._made = None
        self._mono = self._look.mono(11)
        self._words = self._look.words(12)
        self._bold = self._look.words(12, 600)
        self._metrics = {id(font): QFontMetricsF(font) for font in (self._mono, self._words, self._bold)}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = self._row(index.row())
        area = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        fill, edge = ("bg3", "acc") if is_selected else _TINTS.get(row.tint, ("bg1", ""))
        painter.fillRect(area, self._look.color(fill))
        column = index.column()
        if edge and column == NUMBER:
            painter.fillRect(QRectF(area.left(), area.top(), _EDGE, area.height()), self._look.color(edge))
        if row.is_event and column >= FLAGS:
            self._paint_event_text(painter, area, row)
        else:
            self._paint_cell(painter, area.adjusted(PADDING, 0, -PADDING, 0), column, row)

    def _row(self, row: int) -> FrameRow:
        if self._made is None or self._made[0] != row:
            self._made = (row, self._model.frame_row(row))
        return self._made[1]

    def _paint_cell(self, painter: QPainter, area: QRectF, column: int, row: FrameRow) -> None:
        match column:
            case _ if column in (NUMBER, TIME, LENGTH):
                self._draw(painter, area, row.cells()[column], (self._mono, "fg2" if row.is_faded else "fg1", _RIGHT))
            case _ if column == DELTA:
                self._draw(painter, area, row.delta, (self._mono, "fg2", _RIGHT))
            case _ if column == ARROW:
                centred = Qt.AlignmentFlag.AlignCenter
                whole = area.adjusted(-PADDING, 0, PADDING, 0)
                self._draw(painter, whole, row.arrow, (self._mono, "fg0" if row.is_sent else "fg2", centred))
            case _ if column == OPCODE:
                token = row.level if row.is_event and row.level in _TINTS else ""
                paint_mark(painter, self._look, QPointF(area.left() + 5, area.center().y()), row.opcode, token)
                text = area.adjusted(MARK_ROOM, 0, 0, 0)
                self._draw(
                    painter, text, opcode_name(row.opcode), (self._words, "fg2" if row.is_faded else "fg0", _LEFT)
                )
            case _ if column == FLAGS:
                self._paint_flags(painter, area, row)
            case _ if column == PAYLOAD:
                self._draw(painter, area, row.preview, (self._mono, "fg2" if row.is_faded else "fg1", _LEFT))
            case _ if column == NOTES:
                self._paint_note(painter, area, row)

    def _paint_flags(self, painter: QPainter, area: QRectF, row: FrameRow) -> None:
        metrics = self._metrics[id(self._mono)]
        left = area.left()
        ink = "fg2" if row.is_faded else "fg0" if row.is_sent else "fg1"
        painter.setFont(self._mono)
        for name, is_set in row.flags:
            painter.setPen(self._look.color(ink) if is_set else self._dim())
            painter.drawText(QRectF(left, area.top(), area.right() - left + PADDING, area.height()), _LEFT, name)
            left += metrics.horizontalAdvance(name + " ")

    def _dim(self) -> QColor:
        return self._look.color("fg3", 0.6)

    def _paint_note(self, painter: QPainter, area: QRectF, row: FrameRow) -> None:
        token = row.level if row.level in ("err", "warn", "ping", "pong") else "fg1"
        token = {"ping": "pingt", "pong": "pongt"}.get(token, token)
        head, dot, rest = row.note.partition(" · ")
        if row.level == "warn" and dot:
            self._draw(painter, area, head, (self._bold, token, _LEFT))
            area = area.adjusted(self._metrics[id(self._bold)].horizontalAdvance(head), 0, 0, 0)
            self._draw(painter, area, dot + rest, (self._words, token, _LEFT))
            return
        self._draw(painter, area, row.note, (self._words, token, _LEFT))

    def _paint_event_text(self, painter: QPainter, area: QRectF, row: FrameRow) -> None:
        left, width = self.event_span
        painter.save()
        painter.setClipRect(area)
        whole = QRectF(left + PADDING, area.top(), width - 2 * PADDING, area.height())
        self._draw(painter, whole, row.preview, (self._words, "fg0", _LEFT))
        painter.restore()

    def _draw(self, painter: QPainter, area: QRectF, text: str, pen: _Pen) -> None:
        if text and area.width() > 0:
            font, token, where = pen
            metrics = self._metrics[id(font)]
            painter.setFont(font)
            painter.setPen(self._look.color(token))
            most = int(area.width() / metrics.horizontalAdvance("i")) + 2  # eliding a long text would be felt
            cut = metrics.elidedText(visible(text[:most]), Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, where | Qt.TextFlag.TextSingleLine, cut)
