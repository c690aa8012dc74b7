"""What happened, line by line, and who saw it? The notebook of a run as a table of three columns beside the time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from framescope.lab.notebook import Note, Notebook
from framescope.ui.plain import visible
from framescope.ui.theme import Look

COLUMNS = ("Time, s", "Client sees", "Network", "Server sees")
_COLUMN_OF = {"client": 1, "network": 2, "server": 3}
_HIDDEN = ("message sent", "message received", "swallowed", "lost")  # one line for each packet says nothing more
_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class LogModel(QAbstractTableModel):
    """Reads a notebook as it grows; lines about single messages are left out until they are asked for."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._notebook = Notebook()
        self._rows: list[Note] = []
        self._read = 0
        self.has_messages = False

    def show_notebook(self, notebook: Notebook) -> None:
        """Read another notebook from its beginning."""
        self.beginResetModel()
        self._notebook, self._rows, self._read = notebook, [], 0
        self._rows = self._new()
        self.endResetModel()

    def show_messages(self, has_messages: bool) -> None:
        """Show lines about messages and packets, or leave them out."""
        self.has_messages = has_messages
        self.show_notebook(self._notebook)

    def refresh(self) -> bool:
        """Append what is new; tell whether there was something."""
        new = self._new()
        if new:
            count = len(self._rows)
            self.beginInsertRows(_ROOT, count, count + len(new) - 1)
            self._rows += new
            self.endInsertRows()
        return bool(new)

    def _new(self) -> list[Note]:
        notes = self._notebook.notes[self._read :]
        self._read += len(notes)
        return notes if self.has_messages else [note for note in notes if note.kind not in _HIDDEN]

    def note(self, row: int) -> Note:
        """The line of a row."""
        return self._rows[row]

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        note, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if column == 0:
                    return f"{note.time:.3f}"
                return visible(note.text) if column == _COLUMN_OF[note.who] else ""
            case Qt.ItemDataRole.ForegroundRole:
                return self._look.color(note.tone or ("fg1" if column else "fg0"))
            case Qt.ItemDataRole.BackgroundRole:
                return self._look.color(f"{note.tone}bg") if note.tone else None
            case Qt.ItemDataRole.FontRole:
                return self._look.mono(11) if column == 0 else self._look.words(12)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if column else Qt.AlignmentFlag.AlignRight
                return side | Qt.AlignmentFlag.AlignVCenter
            case _:
                return None
