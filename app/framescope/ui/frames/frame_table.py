"""Lists a trace's frames and events, follows the newest, and tells which row is chosen."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from framescope.analysis import frame_row
from framescope.capture.records import Kind
from framescope.ui.frames.frame_delegate import MARK_ROOM, PADDING, FrameDelegate
from framescope.ui.frames.frame_table_model import COLUMNS, Column, FrameTableModel
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace

ROW_HEIGHT = 22
_PAYLOAD_SHARE = 0.54  # of the width that Payload and Notes share, as in the design
_ROOM_FOR_FLAGS = 240  # px for Payload and Notes
_LEAST = 48  # px that a wide column keeps in the smallest window
#: The longest text that each narrow column is laid out for, and whether it is data (mono).
_WIDEST = {
    Column.NUMBER: ("9999999", True),
    Column.TIME: ("9999.999", True),
    Column.DELTA: ("+999.999", True),
    Column.OPCODE: ("Continuation", False),
    Column.FLAGS: ("FIN RSV1 MASK", True),
    Column.LENGTH: ("999.9 KiB", True),
}
#: What moves the selection; ← and → are the window's, whose steps count frames.
_OWN_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


class FrameTable(QTableView):
    """The table. Copying is offered for the chosen row: as text, JSON, hex or Python."""

    row_selected = Signal(int)
    copied = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows = FrameTableModel(self)
        self._delegate = FrameDelegate(look, self._rows, self)
        self._is_following = True
        self._is_told = False  # True while a selection comes from outside and is not to be told again
        self._latest = -1
        self._flags_width = 0
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self._set_up()
        self._connect_signals()
        self._take_look()

    def show_trace(self, trace: Trace | None) -> None:
        """Show another connection and follow it."""
        self._is_told = True
        self._rows.show_trace(trace)
        self._is_told = False
        self._is_following = True
        self.scrollToBottom()

    def refresh(self, now_ns: int | None = None) -> None:
        """Show what was added to the trace, and how long a ping has waited; call at most 30 times a second."""
        trace = self._rows.trace
        if trace is None:
            return
        has_grown = self._rows.refresh(now_ns)
        if has_grown and self._is_following:
            self.scrollToBottom()
        latest = trace.end if now_ns is None else now_ns
        if has_grown or latest != self._latest:
            self._latest = latest
            self.viewport().update()

    def select_row(self, row: int | None) -> None:
        """Choose a row that was chosen elsewhere, and bring it into view; None lets go."""
        self._is_told = True
        if row is None or not 0 <= row < self._rows.rowCount():
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif row != self.selected_row:
            index = self._rows.index(row, Column.NUMBER)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)
        self._is_told = False

    @property
    def selected_row(self) -> int | None:
        index = self.currentIndex()
        return index.row() if index.isValid() and self.selectionModel().hasSelection() else None

    @property
    def is_following(self) -> bool:
        return self._is_following

    def copy_row(self) -> None:
        """Copy the chosen row as one line of text."""
        row = self.selected_row
        if row is not None:
            self._copy(frame_row.as_text(self._rows.frame_row(row)))

    def context_menu(self) -> QMenu | None:
        """Return the menu of the chosen row; None without one. Its `&`s are escaped: nothing here is from the wire."""
        row, trace = self.selected_row, self._rows.trace
        if row is None or trace is None:
            return None
        menu = QMenu(self)
        menu.addAction("Copy row", self.copy_row)
        menu.addAction("Copy as JSON", lambda: self._copy_as(frame_row.as_json, row))
        if trace.rows.record(row).plain_kind == Kind.FRAME:
            menu.addAction("Copy as hex", lambda: self._copy_as(frame_row.as_hex, row))
            menu.addAction("Copy as Python", lambda: self._copy_as(frame_row.as_python, row))
        return menu

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Frames")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(20)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.ARROW, QHeaderView.ResizeMode.Fixed)

    def _connect_signals(self) -> None:
        self._look.changed.connect(self._take_look)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        bar.rangeChanged.connect(self._range_changed)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        self.horizontalHeader().sectionResized.connect(self._column_resized)

    def _take_look(self) -> None:
        mono, words = QFontMetricsF(self._look.mono(11)), QFontMetricsF(self._look.words(12))
        height = max(ROW_HEIGHT, round(max(mono.height(), words.height()) + 5))
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setFont(self._look.words(11.5))
        for column, (text, is_data) in _WIDEST.items():
            width = (mono if is_data else words).horizontalAdvance(text) + 2 * PADDING
            self._set_width(column, ceil(width + (MARK_ROOM + 2 if column == Column.OPCODE else 1)))
        self.setColumnWidth(Column.ARROW, round(mono.horizontalAdvance("↑") + 2 * PADDING - 4))
        self._share_width()
        self._delegate.forget()
        self.viewport().update()

    def _share_width(self) -> None:
        """Give Payload and Notes what the other columns leave."""
        narrow = sum(self.columnWidth(column) for column in range(len(COLUMNS) - 2) if column != Column.FLAGS)
        spare = self.viewport().width() - narrow
        # In a narrow window the flags give way: the frame's detail has them, a payload's beginning is nowhere else.
        has_flags = spare - self._flags_width >= _ROOM_FOR_FLAGS
        self.setColumnHidden(Column.FLAGS, not has_flags)
        spare -= self._flags_width if has_flags else 0
        payload = max(_LEAST, round(spare * _PAYLOAD_SHARE))
        self.setColumnWidth(Column.PAYLOAD, payload)
        self.setColumnWidth(Column.NOTES, max(_LEAST, spare - payload))
        left = float(self.columnViewportPosition(Column.FLAGS if has_flags else Column.LENGTH))
        self._delegate.event_span = (left, self.viewport().width() - left)

    def _set_width(self, column: int, width: int) -> None:
        if column == Column.FLAGS:
            self._flags_width = width
        self.setColumnWidth(column, width)

    def _column_resized(self, column: int, old: int, new: int) -> None:
        if column < Column.PAYLOAD and old > 0 and new > 0:  # not when the flags hide or come back
            self._flags_width = new if column == Column.FLAGS else self._flags_width
            self._share_width()

    def _scrolled(self, value: int) -> None:
        self._is_following = value >= self.verticalScrollBar().maximum()

    def _range_changed(self, _minimum: int, maximum: int) -> None:
        if self._is_following:
            self.verticalScrollBar().setValue(maximum)

    def _current_changed(self, current: QModelIndex) -> None:
        if current.isValid() and not self._is_told:
            self.row_selected.emit(current.row())

    def _copy_as(self, form: Callable[[Trace, int], str], row: int) -> None:
        if self._rows.trace is not None:
            self._copy(form(self._rows.trace, row))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._delegate.forget()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.context_menu()
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self._rows.rowCount() - 1
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_row()
        elif event.key() not in _OWN_KEYS:
            event.ignore()  # an item view would search for letters; they are the window's commands
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and last >= 0:
            self.setCurrentIndex(self._rows.index(0 if event.key() == Qt.Key.Key_Home else last, Column.NUMBER))
        else:
            super().keyPressEvent(event)
