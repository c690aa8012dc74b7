"""Which frames come into a view, and how many were seen? Read from the flights as they grow, never by a look at all.

TCP keeps the order of one direction, so that its frames are sorted by when they left and by when they arrived.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from math import inf

import numpy as np
import numpy.typing as npt

from framescope.lab.flights import HANDSHAKE, Flight

#: s: bytes lost in the middle of the network may be told in another order than they left.
_SLACK = 1.0


class FlightRow:
    """The frames of one direction and one kind."""

    def __init__(self) -> None:
        self.flights: list[Flight] = []
        self._sent = array("d")

    def append(self, flight: Flight) -> None:
        """Take in the next one."""
        self.flights.append(flight)
        self._sent.append(flight.sent)

    def between(self, start: float, end: float) -> tuple[int, int]:
        """Return the places of those that are under way at some time from `start` to `end`."""
        first = bisect_left(self.flights, start - _SLACK, key=_ended)
        return first, max(first, bisect_right(self._sent, end))

    def sent_by(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Return how many had left by each of these times."""
        return np.searchsorted(np.frombuffer(self._sent), times, side="right").astype(np.int64)

    def every(self, first: int, last: int, step: float) -> list[Flight]:
        """Return one flight for each `step` seconds in which any of these left."""
        sent = np.frombuffer(self._sent)[first:last]
        _, places = np.unique(np.floor(sent / step), return_index=True)
        return [self.flights[first + place] for place in places.tolist()]


class FlightIndex:
    """Four rows: data and control frames of both directions; and what arrived."""

    def __init__(self) -> None:
        self._rows = {(to_server, is_data): FlightRow() for to_server in (False, True) for is_data in (False, True)}
        self._by_end: dict[bool, list[Flight]] = {False: [], True: []}
        self._arrived = {False: 0, True: 0}
        self._seen = 0
        self.opcodes: set[int] = set()  #: of the frames that were sent

    def refresh(self, flights: Sequence[Flight]) -> None:
        """Look at what is new."""
        for flight in islice(flights, self._seen, None):
            self._rows[flight.to_server, is_data(flight)].append(flight)
            self._by_end[flight.to_server].append(flight)
            if flight.first != HANDSHAKE:
                self.opcodes.add(flight.first & 0x0F)
        self._seen = len(flights)
        for to_server, sent in self._by_end.items():
            place = self._arrived[to_server]
            while place < len(sent) and sent[place].received is not None:
                place += 1
            self._arrived[to_server] = place

    def arrived(self, to_server: bool) -> int:
        """How many frames have come to an end, its half of the handshake among them."""
        return self._arrived[to_server]

    @property
    def swallowed(self) -> int:
        """How many were lost and have not arrived since."""
        return sum(flight.lost is not None for to_server in (False, True) for flight in self._under_way(to_server))

    def count(self, start: float, end: float) -> int:
        """How many frames are under way between two moments."""
        return sum(last - first for first, last in (row.between(start, end) for row in self._rows.values()))

    def sent_by(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Return how many frames had left by each of these times."""
        return sum((row.sent_by(times) for row in self._rows.values()), np.zeros(len(times), np.int64))

    def in_view(self, start: float, end: float, *, most: int, step: float) -> tuple[list[Flight], bool]:
        """Return the flights between two moments, and whether they stand for more.

        Where a row has more than `most`, one stands for all that left within `step` seconds.
        """
        found: list[Flight] = []
        is_dense = False
        for row in self._rows.values():
            first, last = row.between(start, end)
            is_many = last - first > most
            found += row.every(first, last, step) if is_many else row.flights[first:last]
            is_dense = is_dense or is_many
        return found, is_dense

    def _under_way(self, to_server: bool) -> Iterator[Flight]:
        return islice(self._by_end[to_server], self._arrived[to_server], None)


def is_data(flight: Flight) -> bool:
    """Tell whether it carries a message or a part of one."""
    return flight.first != HANDSHAKE and flight.first & 0x0F < 0x8


def _ended(flight: Flight) -> float:
    """When its line ends; never for one that is still under way."""
    if flight.received is not None:
        return flight.received
    return inf if flight.lost is None else flight.lost
