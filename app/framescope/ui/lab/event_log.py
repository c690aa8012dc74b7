"""What does each side see, and when? The log under the sequence; it follows the run while its end is in view."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from framescope.lab.runner import Run
from framescope.ui.controls.switch import Switch
from framescope.ui.lab.log_model import LogModel
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_ROW = 22  # px
_NETWORK_SHARE = 0.3  # of the three columns
_LONG = (
    *("raised", "refused", "violation", "reading paused", "recv timeout", "heartbeat lost", "reset", "killed"),
    *("pong deadline", "pong too late", "close deadline", "cut", "conditions", "black hole", "black hole over"),
)


class _Lines(QTableView):
    """A table that shows that it has the focus."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self._look.color("fg0"), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
            painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.viewport().update()  # else the ring would scroll along


class EventLog(QWidget):
    """The table and the switch for messages. A line that is activated leads to its moment."""

    moment_asked = Signal(float)  #: s of the run

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._run: Run | None = None
        self._now = 0.0
        self._fitted = 0  # rows whose height is right
        self.model = LogModel(look, self)
        self.messages = Switch(look, "Show messages and packets", parent=self)
        self.table = _Lines(look, self)
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
        self.table.activated.connect(self._activate)
        look.changed.connect(self.table.viewport().update)

    def show_run(self, run: Run, now: float) -> None:
        """Show a run's lines as far as it has come; those after `now` are yet to come."""
        has_moved, self._now = now != self._now, now
        self.model.show_now(now)
        if run is self._run:
            self._refresh()
        else:
            self._run = run
            self.model.show_run(run)
            self._fit_from(0)
            self.table.scrollToBottom()
        if has_moved and now < run.now:
            self._reveal(now, QAbstractItemView.ScrollHint.EnsureVisible)
        self.table.viewport().update()  # frames have arrived meanwhile

    def show_moment(self, time: float) -> None:
        """Show the line of a moment, or the last before it, and what led there."""
        self._reveal(time, QAbstractItemView.ScrollHint.PositionAtBottom)

    def _reveal(self, time: float, hint: QAbstractItemView.ScrollHint) -> None:
        self.table.scrollTo(self.model.index(max(0, self.model.row_at(time)), 0), hint)

    def _refresh(self) -> None:
        """Append what is new, and stay at the end if it was in view."""
        bar = self.table.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum() - 1
        if self.model.refresh():
            self._fit_from(self._fitted)
            if is_at_end:
                self.table.scrollToBottom()

    def _fit_from(self, first: int) -> None:
        """Give the long lines the height that they need: how a connection ended is read to its last word."""
        for row in range(first, self.model.rowCount()):
            if self.model.note(row).kind in _LONG:
                self.table.resizeRowToContents(row)
        self._fitted = self.model.rowCount()

    def _show_messages(self, has_messages: bool) -> None:
        self.model.show_messages(has_messages)
        self._fit_from(0)
        self.table.scrollToBottom()

    def _activate(self, index: QModelIndex) -> None:
        self.moment_asked.emit(self.model.note(index.row()).time)

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
        head.setStyleSheet("QHeaderView::section { padding: 0 3px; }")  # as the cells below
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(40)
        head.setStretchLastSection(True)
        head.resizeSection(0, QFontMetrics(look.mono(11)).horizontalAdvance("0000.000") + 16)
        table.setIconSize(QSize(10, 10))
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _share_width(self) -> None:
        """Give the network's short words less than the ends'."""
        head = self.table.horizontalHeader()
        room = self.width() - head.sectionSize(0) - self.table.verticalScrollBar().sizeHint().width()
        network = round(room * _NETWORK_SHARE)
        head.resizeSection(1, (room - network) // 2)
        head.resizeSection(2, network)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_width()
        self._fit_from(0)
        head, size = self.table.horizontalHeader(), self._corner.sizeHint()
        self._corner.setGeometry(self.width() - size.width(), 0, size.width(), max(20, head.height()))
