"""Shows long plain text in a fixed font; lays out and colours only the rows that are visible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QWidget

from framescope.ui.frames.payload_text import drawn, without_strays
from framescope.ui.frames.text_rows import TextRows, cells_of
from framescope.ui.theme import Look

Tokens = Callable[[str], list[tuple[int, int, str]]]
_STRETCH = 16 * 1024  # characters broken into rows before the time is looked at: 0.2 to 8 ms
_TURN_MS = 8  # then the window has its turn
_COLOUR_REACH = 16 * 1024  # characters: a longer line is coloured piecewise, tokenising it whole would be felt
_MARGIN = 2


class TextView(QAbstractScrollArea):
    """A virtual, read-only text pane; `tokens` colours one line."""

    def __init__(self, look: Look, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._tokens: Tokens | None = None
        self._rows = TextRows("", 80)
        self._anchor = self._caret = 0
        self._rest = QTimer(self)
        self._rest.setInterval(0)
        self._rest.timeout.connect(self._break_more)
        self._coloured = lru_cache(maxsize=256)(self._tokens_of_line)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setAccessibleName(accessible_name)
        look.changed.connect(self.viewport().update)

    def show_text(self, text: str, tokens: Tokens | None = None) -> None:
        """Show another text from its beginning."""
        self._tokens = tokens
        self._coloured.cache_clear()
        self._anchor = self._caret = 0
        self._lay_out(text)
        self.verticalScrollBar().setValue(0)

    @property
    def text(self) -> str:
        return self._rows.text

    @property
    def selected_text(self) -> str:
        start, end = sorted((self._anchor, self._caret))
        return self._rows.text[start:end]

    def select_all(self) -> None:
        """Select the whole text."""
        self._anchor, self._caret = 0, len(self._rows.text)
        self.viewport().update()

    def copy(self) -> None:
        """Put the selection, or everything, on the clipboard as it stands in the payload."""
        QGuiApplication.clipboard().setText(without_strays(self.selected_text or self._rows.text))

    def place_at(self, position: QPointF) -> int:
        """Return the character of the text that a point of the viewport means."""
        row = self.verticalScrollBar().value() + int(max(0.0, position.y()) // self._row_height())
        if row >= len(self._rows):
            return len(self._rows.text)
        start, end = self._rows.span(row)
        left = (position.x() - _MARGIN) / self._advance()
        for place in range(start, end):
            width = cells_of(self._rows.text[place])
            if left < width / 2:
                return place
            left -= width
        return end

    def _lay_out(self, text: str) -> None:
        columns = int((self.viewport().width() - 2 * _MARGIN) / self._advance())
        self._rows = TextRows(text, columns)
        self._break_more()
        if not self._rows.is_complete:
            self._rest.start()

    def _break_more(self) -> None:
        elapsed = QElapsedTimer()
        elapsed.start()
        while not self._rows.is_complete and elapsed.elapsed() < _TURN_MS:
            self._rows.extend(_STRETCH)
        if self._rows.is_complete:
            self._rest.stop()
        visible_rows = max(1, self.viewport().height() // self._row_height())
        bar = self.verticalScrollBar()
        bar.setPageStep(visible_rows)
        bar.setRange(0, max(0, len(self._rows) - visible_rows))
        self.viewport().update()

    def _advance(self) -> float:
        return QFontMetricsF(self._look.mono(12)).horizontalAdvance("0")

    def _row_height(self) -> int:
        return round(QFontMetricsF(self._look.mono(12)).height() + 2)

    def _tokens_of_line(self, start: int, end: int) -> list[tuple[int, int, str]]:
        if self._tokens is None:
            return []
        return [(start + first, start + last, token) for first, last, token in self._tokens(self._rows.text[start:end])]

    def _tokens_in(self, start: int, end: int) -> list[tuple[int, int, str]]:
        text = self._rows.text
        line_start = text.rfind("\n", max(0, start - _COLOUR_REACH), start) + 1
        if line_start == 0 and start > _COLOUR_REACH:
            line_start = start
        line_end = text.find("\n", end, end + _COLOUR_REACH)
        return self._coloured(line_start, line_end if line_end >= 0 else end)

    def _paint_row(self, painter: QPainter, row: int, top: float) -> None:
        start, end = self._rows.span(row)
        advance, height = self._advance(), self._row_height()
        baseline = top + QFontMetricsF(painter.font()).ascent() + 1
        first, last = sorted((self._anchor, self._caret))
        if first < end + 1 and last > start and first < last:
            left = _MARGIN + self._cells(start, max(first, start)) * advance
            right = _MARGIN + self._cells(start, min(last, end)) * advance
            painter.fillRect(QRectF(left, top, max(right - left, 4.0), height), self._look.color("acc2"))
        for piece_start, piece_end, token in self._pieces_in(start, end):
            if piece_start < piece_end:
                painter.setPen(self._look.color(token))
                left = _MARGIN + self._cells(start, piece_start) * advance
                painter.drawText(QPointF(left, baseline), drawn(self._rows.text[piece_start:piece_end]))

    def _pieces_in(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Cut a row into (start, end, colour token), in order and without gaps."""
        place = start
        for token_start, token_end, token in [*self._tokens_in(start, end), (end, end, "fg1")]:
            cut = min(max(token_start, place), end)
            yield place, cut, "fg1" if self._tokens is None else "fg2"
            place = min(max(token_end, cut), end)
            yield cut, place, token

    def _cells(self, start: int, end: int) -> int:
        piece = self._rows.text[start:end]
        if piece.isascii() and piece.isprintable():
            return len(piece)
        return sum(map(cells_of, piece))

    def sizeHint(self) -> QSize:
        return QSize(380, self._row_height() * 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._look.color("bg1"))
        painter.setFont(self._look.mono(12))
        first = self.verticalScrollBar().value()
        for line in range(self.viewport().height() // self._row_height() + 1):
            if first + line < len(self._rows):
                self._paint_row(painter, first + line, line * self._row_height())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out(self._rows.text)
        else:
            self._break_more()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._caret = self.place_at(event.position())
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._anchor = self._caret
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._caret = self.place_at(event.position())
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction("Copy" if self.selected_text else "Copy all", self.copy)
        menu.addAction("Select all", self.select_all)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())
