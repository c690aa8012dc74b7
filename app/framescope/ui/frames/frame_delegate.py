"""Draws one cell of the frame table: tint, mark, flags and texts in the colours of the trace."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from framescope.analysis.frame_row import FrameRow
from framescope.ui.frames.frame_table_model import Column, FrameTableModel
from framescope.ui.frames.opcode_mark import paint_mark
from framescope.ui.opcode_names import opcode_name
from framescope.ui.theme import Look

PADDING = 8
MARK_ROOM = 18
_EDGE = 3
_TINTS = {"err": ("errbg", "err"), "warn": ("warnbg", "warn")}
_NOTE_INKS = {"err": "err", "warn": "warn", "ping": "pingt"}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_CENTRE = Qt.AlignmentFlag.AlignCenter


class _Type(NamedTuple):
    """A font with what is measured of it once: texts are drawn a hundred times a paint."""

    font: QFont
    metrics: QFontMetricsF
    narrow: float  #: px of a narrow letter; of every letter, where the font is fixed
    is_fixed: bool


def _type_of(font: QFont, *, is_fixed: bool = False) -> _Type:
    metrics = QFontMetricsF(font)
    return _Type(font, metrics, metrics.horizontalAdvance("i"), is_fixed)


class FrameDelegate(QStyledItemDelegate):
    """Paints from the model's `FrameRow`; `event_span` tells where an event's text begins and ends (x, width)."""

    def __init__(self, look: Look, model: FrameTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._model = model
        self._made: tuple[int, FrameRow] | None = None
        self.event_span = (0.0, 0.0)
        look.changed.connect(self.take_look)
        self.take_look()

    def take_look(self) -> None:
        """Measure the fonts anew."""
        self._mono = _type_of(self._look.mono(11), is_fixed=True)
        self._words = _type_of(self._look.words(12))
        self._bold = _type_of(self._look.words(12, 600))
        self.forget()

    def forget(self) -> None:
        """Drop what was made for the row drawn last; called before each paint of the table."""
        self._made = None

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = self._row(index.row())
        area = QRectF(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        fill, edge = ("bg3", "acc") if is_selected else _TINTS.get(row.tint, ("bg1", ""))
        painter.fillRect(area, self._look.color(fill))
        column = index.column()
        if edge and column == Column.NUMBER:
            painter.fillRect(QRectF(area.left(), area.top(), _EDGE, area.height()), self._look.color(edge))
        if row.is_event and column >= Column.FLAGS:
            self._paint_event_text(painter, area, row)
        else:
            self._paint_cell(painter, area.adjusted(PADDING, 0, -PADDING, 0), column, row)

    def _row(self, row: int) -> FrameRow:
        if self._made is None or self._made[0] != row:
            self._made = (row, self._model.frame_row(row))
        return self._made[1]

    def _paint_cell(self, painter: QPainter, area: QRectF, column: int, row: FrameRow) -> None:
        data, words = ("fg2", "fg2") if row.is_faded else ("fg1", "fg0")
        match column:
            case Column.NUMBER if row.number:
                self._draw_right(painter, area, str(row.number), data)
            case Column.TIME:
                self._draw_right(painter, area, row.time, data)
            case Column.DELTA:
                self._draw_right(painter, area, row.delta, "fg2")
            case Column.ARROW:
                painter.setFont(self._mono.font)
                painter.setPen(self._look.color("fg0" if row.is_sent else "fg2"))
                painter.drawText(area.adjusted(-PADDING, 0, PADDING, 0), _CENTRE, row.arrow)
            case Column.OPCODE:
                token = row.level if row.is_event and row.level in _TINTS else ""
                paint_mark(painter, self._look, QPointF(area.left() + 5, area.center().y()), row.opcode, token)
                self._draw(painter, area.adjusted(MARK_ROOM, 0, 0, 0), opcode_name(row.opcode), self._words, words)
            case Column.FLAGS:
                self._paint_flags(painter, area, row)
            case Column.LENGTH:
                self._draw_right(painter, area, row.length, data)
            case Column.PAYLOAD:
                self._draw(painter, area, row.preview, self._mono, data)
            case Column.NOTES:
                self._paint_note(painter, area, row)

    def _paint_flags(self, painter: QPainter, area: QRectF, row: FrameRow) -> None:
        ink = self._look.color("fg2" if row.is_faded else "fg0" if row.is_sent else "fg1")
        dim = self._look.color("fg3", 0.6)
        left = area.left()
        painter.setFont(self._mono.font)
        for name, is_set in row.flags:
            painter.setPen(ink if is_set else dim)
            painter.drawText(QRectF(left, area.top(), area.right() - left + PADDING, area.height()), _LEFT, name)
            left += self._mono.narrow * (len(name) + 1)

    def _paint_note(self, painter: QPainter, area: QRectF, row: FrameRow) -> None:
        ink = _NOTE_INKS.get(row.level, "fg1")
        head, dot, rest = row.note.partition(" · ")
        if row.level == "warn" and dot:
            self._draw(painter, area, head, self._bold, ink)
            behind = area.adjusted(self._bold.metrics.horizontalAdvance(head), 0, 0, 0)
            self._draw(painter, behind, dot + rest, self._words, ink)
        else:
            self._draw(painter, area, row.note, self._words, ink)

    def _paint_event_text(self, painter: QPainter, area: QRectF, row: FrameRow) -> None:
        left, width = self.event_span
        painter.save()
        painter.setClipRect(area)
        whole = QRectF(left + PADDING, area.top(), width - 2 * PADDING, area.height())
        self._draw(painter, whole, row.preview, self._words, "fg0")
        painter.restore()

    def _draw_right(self, painter: QPainter, area: QRectF, text: str, token: str) -> None:
        painter.setFont(self._mono.font)
        painter.setPen(self._look.color(token))
        painter.drawText(area, _RIGHT, text)

    def _draw(self, painter: QPainter, area: QRectF, text: str, kind: _Type, token: str) -> None:
        if text and area.width() > 0:
            painter.setFont(kind.font)
            painter.setPen(self._look.color(token))
            painter.drawText(area, _LEFT, _fitting(text, kind, area.width()))


def _fitting(text: str, kind: _Type, width: float) -> str:
    """Cut a text to a width; eliding all 512 characters of a payload would be felt."""
    most = int(width / kind.narrow)
    if kind.is_fixed and text[: most + 1].isascii():
        return text if len(text) <= most else text[: max(0, most - 1)] + "…"
    return kind.metrics.elidedText(text[: most + 2], Qt.TextElideMode.ElideRight, width)
