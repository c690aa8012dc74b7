"""Which rows does a table show? Frames and shown events of one connection, as parallel columns in append order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from framescope.analysis.columns import Column
from framescope.capture.records import Record

_TYPES: dict[str, type[np.generic]] = {
    "time": np.int64,
    "other_time": np.int64,
    "kind": np.uint8,
    "first": np.uint8,
    "header_length": np.uint8,
    "flags": np.uint8,
    "length": np.uint64,
    "offset": np.uint64,
}


class Rows:
    """The index records of a trace that are worth a row; column names are `Record`'s."""

    def __init__(self, connection: int) -> None:
        self._connection = connection
        self._columns: dict[str, Column[Any]] = {name: Column(dtype) for name, dtype in _TYPES.items()}
        self._kinds = self._columns["kind"]

    def __len__(self) -> int:
        return len(self._kinds)

    def column(self, name: str) -> Column[Any]:
        """Return a column by the field's name; `kind` includes the direction bit."""
        return self._columns[name]

    def record(self, row: int) -> Record:
        """Put a row together as the record that it was."""
        time, other_time, *rest = (column[row] for column in self._columns.values())
        return Record(time, other_time, self._connection, *rest)

    def extend(self, records: NDArray[np.void]) -> None:
        """Append records, in order."""
        for name, column in self._columns.items():
            column.extend(records[name])
