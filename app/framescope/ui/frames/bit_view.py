"""Shows a frame's header to scale, 32 bits to the row: names, values and bits in the colours of their fields."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from framescope.ui.frames.bit_layout import COLUMNS, Field, Segment, field_at, segments_of
from framescope.ui.plain import tip_text
from framescope.ui.theme import Look

_ROW, _GAP, _NUMBERS, _TORN = 44, 3, 15, 5


class BitView(QWidget):
    """The figure of one frame. A field under the pointer, or chosen with the arrow keys, is told and lit."""

    field_hovered = Signal(int, int)  #: first byte and the byte behind the last; -1, -1 for none
    copied = Signal(str)  #: what a click put on the clipboard

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._fields: list[Field] = []
        self._segments: list[Segment] = []
        self._is_torn = False
        self._lit: list[int] = []
        self._current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Header of the frame, bit by bit")
        look.changed.connect(self.update)

    def show_fields(self, fields: list[Field], is_torn: bool) -> None:
        """Show a frame's fields; `is_torn` when its payload goes on behind the last row."""
        self._fields, self._is_torn = fields, is_torn
        self._segments = segments_of(fields)
        self._lit, self._current = [], -1
        self.setAccessibleDescription(", ".join(f"{field.name} {field.value or field.bits}" for field in fields))
        self.updateGeometry()
        self.update()

    def light_byte(self, byte: int) -> None:
        """Outline the fields that lie in a byte of the frame; -1 for none."""
        lit = field_at(self._fields, byte) if byte >= 0 else []
        if lit != self._lit:
            self._lit = lit
            self.update()

    def field_under(self, position: QPointF) -> int:
        """Return the index of the field at a point of the widget, or -1."""
        for segment in self._segments:
            if self._rectangle(segment).contains(position):
                return segment.field
        return -1

    def rectangle_of(self, name: str) -> QRectF:
        """Return where the field `name` begins; for tests and for what points at it."""
        for segment in self._segments:
            if self._fields[segment.field].name == name:
                return self._rectangle(segment)
        return QRectF()

    def _rectangle(self, segment: Segment) -> QRectF:
        unit = self.width() / COLUMNS
        top = _NUMBERS + segment.row * (self._row_height() + _GAP)
        return QRectF(segment.cell * unit + 0.5, top + 0.5, len(segment.bits) * unit - 1, self._row_height() - 1)

    def _row_height(self) -> float:
        mono, words = QFontMetricsF(self._look.mono(11)), QFontMetricsF(self._look.words(10.5, 600))
        return max(float(_ROW), mono.height() * 2 + words.height())

    def _choose(self, index: int) -> None:
        if index == self._current and self._lit == ([index] if index >= 0 else []):
            return
        self._current = index
        self._lit = [index] if index >= 0 else []
        if index >= 0:
            field = self._fields[index]
            self.field_hovered.emit(field.first_byte, field.end_byte)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.field_hovered.emit(-1, -1)
            self.unsetCursor()
        self.update()

    def _copy(self) -> None:
        if self._current >= 0:
            field = self._fields[self._current]
            text = field.value or field.bits
            QGuiApplication.clipboard().setText(text)
            self.copied.emit(text)

    def _paint_numbers(self, painter: QPainter) -> None:
        unit = self.width() / COLUMNS
        font = self._look.mono(9)
        font.setPixelSize(9)
        painter.setFont(font)
        step = 1 if QFontMetricsF(font).horizontalAdvance("30") < unit else 4
        for bit in range(0, COLUMNS, step):
            painter.setPen(self._look.color("fg0" if bit % 8 == 0 else "fg2"))
            painter.drawText(QRectF(bit * unit - 2, 0, unit + 4, _NUMBERS - 2), Qt.AlignmentFlag.AlignCenter, str(bit))

    def _paint_segment(self, painter: QPainter, segment: Segment) -> None:
        field = self._fields[segment.field]
        area = self._rectangle(segment)
        ink = self._look.color(f"k_{field.role}")
        is_lit = segment.field in self._lit
        painter.setPen(
            QPen(self._look.color("fg0") if is_lit else self._look.color(f"k_{field.role}", 0.55), 2 if is_lit else 1)
        )
        painter.setBrush(self._look.color(f"f_{field.role}"))
        painter.drawRoundedRect(area, 2, 2)
        unit = self.width() / COLUMNS
        mono = self._look.mono(11)
        bits_height = QFontMetricsF(mono).height() + 1
        for place, bit in enumerate(segment.bits):
            cell = QRectF(area.left() - 0.5 + place * unit, area.bottom() - bits_height, unit, bits_height)
            painter.setFont(self._look.mono(11, 600 if bit == "1" else 400))
            painter.setPen(self._look.color("fg0" if bit == "1" else "fg2"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, bit)
        above = area.adjusted(0, 1, 0, -bits_height)
        painter.setPen(ink)
        if len(segment.bits) == 1:
            self._paint_rotated(painter, above, segment.name)
            return
        inner = above.adjusted(5, 1, -2, 0)
        heading = self._look.words(10.5, 600)
        painter.setFont(heading)
        metrics = QFontMetricsF(heading)
        name = metrics.elidedText(segment.name, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(QPointF(inner.left(), inner.top() + metrics.ascent()), name)
        painter.setFont(mono)
        painter.setPen(self._look.color("fg0"))
        metrics = QFontMetricsF(mono)
        value = metrics.elidedText(segment.value, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(QPointF(inner.left(), inner.bottom() - metrics.descent() + 1), value)

    def _paint_rotated(self, painter: QPainter, area: QRectF, name: str) -> None:
        painter.save()
        painter.setFont(self._look.mono(10))
        painter.translate(area.center())
        painter.rotate(-90)
        turned = QRectF(-area.height() / 2, -area.width() / 2, area.height(), area.width())
        painter.drawText(turned, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()

    def _paint_torn_edge(self, painter: QPainter) -> None:
        last = self._segments[-1]
        area = self._rectangle(last)
        painter.setPen(QPen(self._look.color("k_pay"), 1))
        top, step = area.bottom() + 2, 3.0
        count = int(area.width() // step)
        points = [QPointF(area.left() + index * step, top + (3 if index % 2 else 0)) for index in range(count + 1)]
        painter.drawPolyline(points)

    def sizeHint(self) -> QSize:
        rows = self._segments[-1].row + 1 if self._segments else 1
        return QSize(360, round(_NUMBERS + rows * (self._row_height() + _GAP) + _TORN))

    def minimumSizeHint(self) -> QSize:
        return QSize(300, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._segments:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_numbers(painter)
        for segment in sorted(self._segments, key=lambda segment: segment.field in self._lit):
            self._paint_segment(painter, segment)
        if self._is_torn:
            self._paint_torn_edge(painter)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(self.field_under(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(self.field_under(event.position()))
        if event.button() == Qt.MouseButton.LeftButton:
            self._copy()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._fields and event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._choose(max(0, self._current))
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._choose(-1)
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._choose(-1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key()), 0
        )
        if step and self._fields:
            self._choose(min(max(0, self._current + step), len(self._fields) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._copy()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.field_under(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), tip_text(self._fields[index].tip) if index >= 0 else "", self)
            return True
        return super().event(event)
