"""Which pings of ours and their pongs are in view? Exchanges as columns, so that no paint walks over all of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from framescope.analysis.model import Exchange, Story

Indexes = npt.NDArray[np.int64]
NEVER = 0  #: stands for a time that there is not
_FIELDS = ("sent", "answered", "due", "missed")


class ExchangeColumns:
    """The exchanges of a story in order of sending. `refresh` takes what is new and what has changed."""

    def __init__(self, story: Story) -> None:
        self._exchanges = story.exchanges
        self._columns: dict[str, npt.NDArray[np.int64]] = {name: np.zeros(64, np.int64) for name in _FIELDS}
        self._count = 0
        self._open: list[int] = []  # those that may still change

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Exchange:
        return self._exchanges[index]

    def refresh(self) -> None:
        """Read the exchanges that are new, and again those that waited for an answer."""
        total = len(self._exchanges)
        if total > len(self._columns["sent"]):
            for name, column in self._columns.items():
                self._columns[name] = np.concatenate([column, np.zeros(max(total, len(column)), np.int64)])
        self._open += range(self._count, total)
        self._count = total
        self._open = [index for index in self._open if not self._read(index)]

    def visible(self, start: int, end: int) -> Indexes:
        """Return the exchanges of which something lies between two moments: ping, pong or deadline."""
        sent = self._column("sent")
        last = int(np.searchsorted(sent, end, side="right"))
        answered = self._column("answered")[:last]
        reach = np.maximum(answered, self._column("due")[:last])
        is_waiting = (answered == NEVER) & (self._column("missed")[:last] == 0)
        return np.flatnonzero((reach >= start) | (sent[:last] >= start) | is_waiting)

    def answered_between(self, start: int, end: int) -> Indexes:
        """Return the exchanges whose pong came between two moments."""
        answered = self._column("answered")
        return np.flatnonzero((answered >= start) & (answered <= end) & (answered != NEVER))

    def slow(self) -> Indexes:
        """Return the exchanges whose pong took more than half of the time that it was given, but came."""
        answered, due, sent = self._column("answered"), self._column("due"), self._column("sent")
        was_given = (answered != NEVER) & (due != NEVER) & (self._column("missed") == 0)
        return np.flatnonzero(was_given & ((answered - sent) * 2 > due - sent))

    def sent(self, indexes: Indexes) -> Indexes:
        """Return when these pings left, ns."""
        return self._column("sent")[indexes]

    def answered(self, indexes: Indexes) -> Indexes:
        """Return when these pongs came, ns, or NEVER."""
        return self._column("answered")[indexes]

    def rtts(self, indexes: Indexes) -> npt.NDArray[np.float64]:
        """Return the round-trip times in seconds; infinite where no pong came."""
        answered = self.answered(indexes)
        rtts: npt.NDArray[np.float64] = (answered - self.sent(indexes)).astype(np.float64) / 1e9
        return np.where(answered == NEVER, np.inf, rtts)

    def thinned(self, indexes: Indexes, xs: npt.NDArray[np.float64], gap: float) -> Indexes:
        """Keep one exchange for every `gap` px of `xs`: one that was missed or waits, else the slowest."""
        if not len(indexes):
            return indexes
        cells = np.floor(xs / gap).astype(np.int64)
        weight = self.rtts(indexes) + np.where(self._column("missed")[indexes] > 0, math.inf, 0.0)
        order = np.lexsort((weight, cells))
        is_last = np.append(np.diff(cells[order]) != 0, True)
        return np.sort(indexes[order[is_last]])

    def _column(self, name: str) -> npt.NDArray[np.int64]:
        return self._columns[name][: self._count]

    def _read(self, index: int) -> bool:
        """Copy one exchange; True when nothing more can happen to it."""
        exchange = self._exchanges[index]
        values: dict[str, Any] = {
            "sent": exchange.sent,
            "answered": exchange.answered or NEVER,
            "due": exchange.due or NEVER,
            "missed": int(exchange.is_missed),
        }
        for name, value in values.items():
            self._columns[name][index] = value
        return exchange.answered is not None


def is_slow(exchange: Exchange, rtt: float) -> bool:
    """Did the pong take more than half of the time that it was given?"""
    return exchange.due is not None and rtt * 2e9 > exchange.due - exchange.sent
