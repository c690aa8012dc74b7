"""What does each side see, and when? The log under the sequence; it follows the run while its end is in view."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from framescope.lab.notebook import Notebook
from framescope.ui.controls.switch import Switch
from framescope.ui.lab.log_model import LogModel
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_ROW = 22  # px
_CAPTIONED = 700  # px
_LONG = ("raised", "refused", "violation", "reading paused", "recv timeout", "cut", "conditions")


class EventLog(QWidget):
    """The table and the switch for messages."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._fitted = 0  #: rows whose height is right
        self.model = LogModel(look, self)
        self.messages = Switch(look, "Show messages and packets", parent=self)
        self.table = QTableView(self)
        self._set_up_table()
        self._caption = PlainLabel("messages", tone="caption", font=look.words(11), parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        # In the head's right corner: the last column's title is short.
        self._corner = QWidget(self.table.horizontalHeader())
        corner = QHBoxLayout(self._corner)
        corner.setContentsMargins(0, 0, 8, 0)
        corner.setSpacing(4)
        corner.addWidget(self._caption)
        corner.addWidget(self.messages)
        self.messages.toggled.connect(self._show_messages)
        look.changed.connect(self.table.viewport().update)

    def show_notebook(self, notebook: Notebook) -> None:
        """Show another run's lines."""
        self.model.show_notebook(notebook)
        self._fitted = 0
        self._fit_rows()
        self.table.scrollToBottom()

    def refresh(self) -> None:
        """Append what is new, and stay at the end if it was in view."""
        bar = self.table.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum() - 1
        if self.model.refresh():
            self._fit_rows()
            if is_at_end:
                self.table.scrollToBottom()

    def _fit_rows(self) -> None:
        """Give the long lines the height that they need: how a connection ended is read to its last word."""
        for row in range(self._fitted, self.model.rowCount()):
            if self.model.note(row).kind in _LONG:
                self.table.resizeRowToContents(row)
        self._fitted = self.model.rowCount()

    def _show_messages(self, has_messages: bool) -> None:
        self.model.show_messages(has_messages)
        self._fitted = 0
        self._fit_rows()
        self.table.scrollToBottom()

    def _set_up_table(self) -> None:
        table, look = self.table, self._look
        table.setModel(self.model)
        table.setAccessibleName("What each side sees")
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setWordWrap(True)
        table.setTabKeyNavigation(False)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        height = max(_ROW, table.fontMetrics().height() + 6)
        table.verticalHeader().setDefaultSectionSize(height)
        table.verticalHeader().setMinimumSectionSize(height)
        head = table.horizontalHeader()
        head.setFont(look.words(11))
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        head.resizeSection(0, table.fontMetrics().horizontalAdvance("00000.000") + 20)

    def resizeEvent(self, event: object) -> None:
        self._fitted = 0
        self._fit_rows()
        head = self.table.horizontalHeader()
        self._caption.setVisible(self.width() >= _CAPTIONED)  # else it would lie upon the column's title
        size = self._corner.sizeHint()
        self._corner.setGeometry(self.width() - size.width(), 0, size.width(), max(20, head.height()))
