"""Gives a trace's rows to a table view: nothing is kept for a row, everything is made when it is drawn."""

from __future__ import annotations

from collections import OrderedDict
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from framescope.analysis.frame_row import AWAITED, FrameRow, preview_of, row_of
from framescope.analysis.inflating import BRIEF, KNOWN
from framescope.ui.plain import tip_text

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace

COLUMNS = ("No.", "Time, s", "Δ, s", "", "Opcode", "Flags", "Length", "Payload", "Notes")
_PREVIEWS = 1024  # rows whose payload's beginning is remembered; the rest is read from the capture again


class Column(IntEnum):
    """The columns in order."""

    NUMBER = 0
    TIME = 1
    DELTA = 2
    ARROW = 3
    OPCODE = 4
    FLAGS = 5
    LENGTH = 6
    PAYLOAD = 7
    NOTES = 8


_RIGHT = (Column.NUMBER, Column.TIME, Column.DELTA, Column.LENGTH)
Index = QModelIndex | QPersistentModelIndex


class FrameTableModel(QAbstractTableModel):
    """The rows of one trace, as far as `refresh` has told of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._count = 0
        self._now_ns: int | None = None
        self._previews: OrderedDict[int, str] = OrderedDict()
        self._awaited: set[int] = set()  # rows painted since the last refresh whose payloads are not inflated yet

    @property
    def trace(self) -> Trace | None:
        return self._trace

    def show_trace(self, trace: Trace | None) -> None:
        """Show another trace from its first row."""
        self.beginResetModel()
        self._trace = trace
        self._count = len(trace.rows) if trace is not None else 0
        self._previews.clear()
        self._awaited.clear()
        self.endResetModel()

    def refresh(self, now_ns: int | None = None) -> bool:
        """Tell the view of all new rows in one step; return whether there were any.

        `now_ns` is what a waiting ping counts to; without it, the latest record.
        """
        self._now_ns = now_ns
        self._look_again()
        count = len(self._trace.rows) if self._trace is not None else 0
        if count <= self._count:
            return False
        self.beginInsertRows(QModelIndex(), self._count, count - 1)
        self._count = count
        self.endInsertRows()
        return True

    def frame_row(self, row: int) -> FrameRow:
        """Return what stands in a row."""
        assert self._trace is not None
        return row_of(self._trace, row, self._preview(row), self._now_ns)

    def _preview(self, row: int) -> str:
        assert self._trace is not None
        if row in self._previews:
            self._previews.move_to_end(row)
            return self._previews[row]
        # One row that is far from what was inflated before is enough for a paint.
        preview = preview_of(self._trace, row, KNOWN if self._awaited else BRIEF)
        if preview == AWAITED and self._trace.inflating.is_awaited(row):
            self._awaited.add(row)
            return preview
        self._previews[row] = preview
        if len(self._previews) > _PREVIEWS:
            self._previews.popitem(last=False)
        return preview

    def _look_again(self) -> None:
        """Have the rows painted again whose payloads were not inflated yet."""
        if self._awaited:
            first, last = min(self._awaited), max(self._awaited)
            self._awaited.clear()
            self.dataChanged.emit(self.index(first, Column.PAYLOAD), self.index(last, Column.NOTES))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._trace is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.frame_row(index.row()).cells()[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (Column.PAYLOAD, Column.NOTES):
            return tip_text(self.frame_row(index.row()).cells()[index.column()]) or None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in _RIGHT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.AccessibleTextRole and section == Column.ARROW:
            return "Direction"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return right | Qt.AlignmentFlag.AlignVCenter
        return None
