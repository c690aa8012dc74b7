"""What happened, line by line, and who saw it? The notebook of a run as a table of three columns beside the time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import islice
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap

from framescope.engine.frames import FIN
from framescope.lab.flights import HANDSHAKE, Flight
from framescope.lab.notebook import Note
from framescope.lab.runner import Run
from framescope.ui.lab.network_past import Fate, NetworkPast
from framescope.ui.plain import tip_text, visible
from framescope.ui.theme import Look

COLUMNS = ("Time, s", "Client sees", "Network", "Server sees")
_COLUMN_OF = {"client": 1, "network": 2, "server": 3}
_NETWORK = 2
_HIDDEN = ("message sent", "message received", "swallowed", "lost")  # one line for each packet says nothing more
_SENT = ("ping sent", "close sent", "message sent")  #: lines whose frame has a fate
_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class Row(NamedTuple):
    """A line, and the frame that it tells of."""

    note: Note
    flight: Flight | None = None


class LogModel(QAbstractTableModel):
    """Reads a run as it goes on; lines about single messages are left out until they are asked for."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._run: Run | None = None
        self._past: NetworkPast | None = None
        self._now = 0.0
        self._rows: list[Row] = []
        self._told: Counter[tuple[str, str]] = Counter()  # lines of each end about frames of each kind
        self._sent: dict[tuple[str, str], list[Flight]] = {}
        self._read = self._flown = 0
        self.has_messages = False
        self._fonts = (look.mono(11), look.words(12))
        self._icons: dict[tuple[str, str], QPixmap] = {}  # drawn anew for each cell they would cost a ms a picture
        look.changed.connect(self._icons.clear)

    def show_run(self, run: Run) -> None:
        """Read another run from its beginning."""
        self.beginResetModel()
        self._run, self._past = run, NetworkPast(run)
        self._rows, self._told, self._sent = [], Counter(), {}
        self._read = self._flown = 0
        self._rows += self._new()
        self.endResetModel()

    def show_messages(self, has_messages: bool) -> None:
        """Show lines about messages and packets, or leave them out."""
        self.has_messages = has_messages
        if self._run is not None:
            self.show_run(self._run)

    def show_now(self, now: float) -> None:
        """What comes after this moment is yet to come, and is dimmed."""
        self._now = now

    def refresh(self) -> bool:
        """Append what is new; tell whether there was something."""
        new = self._new()
        if new and self._rows and (joined := _joined(self._rows[-1].note, new[0].note)) is not None:
            self._rows[-1] = Row(joined)
            last = len(self._rows) - 1
            self.dataChanged.emit(self.index(last, 0), self.index(last, len(COLUMNS) - 1))
            new = new[1:]
        if new:
            count = len(self._rows)
            self.beginInsertRows(_ROOT, count, count + len(new) - 1)
            self._rows += new
            self.endInsertRows()
        return bool(new)

    def row_at(self, time: float) -> int:
        """The last row that tells of this moment or an earlier one; -1 for none."""
        return bisect_right(self._rows, time, key=_time) - 1

    def moment_beside(self, time: float, way: int) -> float | None:
        """The moment of the line before (-1) or behind (1) this one; None where there is no other."""
        if way > 0:
            place = bisect_right(self._rows, time, key=_time)
            return self._rows[place].note.time if place < len(self._rows) else None
        place = bisect_left(self._rows, time, key=_time) - 1
        return self._rows[place].note.time if place >= 0 else 0.0

    def _new(self) -> list[Row]:
        if self._run is None or self._past is None:
            return []
        self._past.refresh()
        self._file_flights(self._run)
        notes = self._run.notebook.notes
        new: list[Row] = []
        for note in islice(notes, self._read, None):
            row = Row(note, self._flight_of(note) if note.kind in _SENT else None)
            if not self.has_messages and note.kind in _HIDDEN:
                continue
            joined = _joined(new[-1].note, note) if new else None
            if joined is None:
                new.append(row)
            else:
                new[-1] = Row(joined)
        self._read = len(notes)
        return new

    def _file_flights(self, run: Run) -> None:
        for flight in islice(run.flights.all, self._flown, None):
            kind = _kind(flight)
            if kind:
                self._sent.setdefault(("client" if flight.to_server else "server", kind), []).append(flight)
        self._flown = len(run.flights.all)

    def _flight_of(self, note: Note) -> Flight | None:
        """The n-th line about a kind of frame tells of the n-th such frame."""
        key = (note.who, note.kind)
        place = self._told[key]
        self._told[key] += 1
        sent = self._sent.get(key, [])
        return sent[place] if place < len(sent) else None

    def note(self, row: int) -> Note:
        """The line of a row."""
        return self._rows[row].note

    def fate(self, row: int) -> Fate | None:
        """What became of the frame that a row tells of."""
        flight = self._rows[row].flight
        return None if flight is None or self._past is None else self._past.fate_of(flight)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return COLUMNS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        note, column = self._rows[index.row()].note, index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(index.row(), column)
            case Qt.ItemDataRole.ToolTipRole:
                return tip_text(self._text(index.row(), column))
            case Qt.ItemDataRole.ForegroundRole:
                return self._look.color(self._token(index.row(), column))
            case Qt.ItemDataRole.DecorationRole:
                fate = self.fate(index.row()) if column == _NETWORK else None
                has_icon = fate is not None and fate.icon and note.time <= self._now
                return self._icon(fate.icon, fate.tone or "fg2") if fate and has_icon else None
            case Qt.ItemDataRole.BackgroundRole:
                return self._look.color(f"{note.tone}bg") if note.tone and note.time <= self._now else None
            case Qt.ItemDataRole.FontRole:
                return self._fonts[column != 0]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case _:
                return None

    def _icon(self, name: str, token: str) -> QPixmap:
        if (name, token) not in self._icons:
            self._icons[name, token] = self._look.pixmap(name, token, 10)
        return self._icons[name, token]

    def _text(self, row: int, column: int) -> str:
        note = self._rows[row].note
        if column == 0:
            return f"{note.time:.3f}"
        if column == _COLUMN_OF[note.who]:
            return visible(note.text)
        fate = self.fate(row) if column == _NETWORK else None
        return "" if fate is None else fate.text

    def _token(self, row: int, column: int) -> str:
        note = self._rows[row].note
        if note.time > self._now:
            return "fg3"
        fate = self.fate(row) if column == _NETWORK else None
        if fate is not None:
            return fate.tone or "fg2"
        return note.tone or ("fg1" if column else "fg0")


def _alignment(column: int) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignLeft if column else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter


def _time(row: Row) -> float:
    return row.note.time


def _kind(flight: Flight) -> str:
    """The kind of the line that the sending end writes about a frame; "" for none."""
    if flight.first == HANDSHAKE:
        return ""
    opcode = flight.first & 0x0F
    if opcode < 0x8:
        return "message sent" if flight.first & FIN else ""
    return {0x8: "close sent", 0x9: "ping sent"}.get(opcode, "")


def _joined(last: Note, note: Note) -> Note | None:
    """A slider that is drawn changes one thing again and again: make one line of two such lines; else None."""
    if not last.kind == note.kind == "conditions":
        return None
    one, other = str(last.value), str(note.value)
    if "," in one or "," in other or one.split(" ", 1)[0] != other.split(" ", 1)[0]:
        return None
    return note._replace(value=f"{one.split(' → ', 1)[0]} → {other.split(' → ', 1)[1]}")
