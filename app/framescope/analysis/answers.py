"""How fast were the peer's pings answered? Looked up around one row, because a peer may send pings by the million."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from framescope.analysis.columns import Column
from framescope.analysis.model import Exchange
from framescope.analysis.rows import Rows
from framescope.analysis.source import Source
from framescope.engine.frames import CONTROL_LIMIT

# Pings that may wait for their pongs at one time: a probe answers within the same read, or the latest only.
_LOOK = 256


class Answers:
    """The rows of the peer's pings and of our pongs; exchanges are made when asked for."""

    def __init__(self, rows: Rows, reader: Source) -> None:
        self._rows = rows
        self._reader = reader
        self._pings: Column[np.int64] = Column(np.int64)
        self._pongs: Column[np.int64] = Column(np.int64)

    def extend(self, pings: NDArray[np.int64], pongs: NDArray[np.int64]) -> None:
        """Add the rows of received pings and of sent pongs."""
        self._pings.extend(pings)
        self._pongs.extend(pongs)

    def of_ping(self, row: int) -> Exchange:
        """Return the exchange that a received ping began: its answer is the first pong after it with its payload."""
        payload = self._payload(row)
        exchange = Exchange(row, self._rows.column("time")[row], payload, False, False)
        pongs = _from(self._pongs, row)
        for pong in self._pongs[pongs : pongs + _LOOK].tolist():
            if self._matches(pong, payload):
                exchange.answered, exchange.pong_row = self._rows.column("time")[pong], pong
                break
        return exchange

    def of_pong(self, row: int) -> Exchange | None:
        """Return the exchange that a pong of ours ended: it answers the latest ping before it with its payload."""
        payload = self._payload(row)
        pings = _from(self._pings, row)
        for ping in reversed(self._pings[max(0, pings - _LOOK) : pings].tolist()):
            if self._matches(ping, payload):
                time = self._rows.column("time")
                return Exchange(ping, time[ping], payload, False, False, answered=time[row], pong_row=row)
        return None

    def _payload(self, row: int) -> bytes:
        return self._reader.payload(self._rows.record(row), 0, CONTROL_LIMIT)

    def _matches(self, row: int, payload: bytes) -> bool:
        length = self._rows.column("length")[row]
        return min(length, CONTROL_LIMIT) == len(payload) and self._payload(row) == payload


def _from(rows: Column[np.int64], row: int) -> int:
    return int(rows.positions(np.array([row], np.int64))[0])
