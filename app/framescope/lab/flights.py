"""Which frame left when, and when did it arrive at the other end, or where was it lost?"""

from __future__ import annotations

from dataclasses import dataclass

HANDSHAKE = -1  #: in place of a first byte


@dataclass(slots=True)
class Flight:
    """One frame, or one half of the opening handshake, on its way. Times are seconds of the run."""

    to_server: bool
    first: int  #: the frame's first byte, or HANDSHAKE
    length: int  #: B of payload
    offset: int  #: of its first byte in the direction's stream
    end: int
    sent: float
    received: float | None = None
    lost: float | None = None  #: when its bytes met a black hole, or were lost for the first time
    is_late: bool = False  #: received after that end had failed the connection
    is_keepalive: bool = False
    payload: bytes = b""  #: of control frames, to pair a ping with its pong


class Flights:
    """All flights of a run. TCP keeps the order: the n-th frame received is the n-th sent."""

    def __init__(self) -> None:
        self.all: list[Flight] = []  #: in the order of sending
        self._by_end: dict[bool, list[Flight]] = {False: [], True: []}
        self._arrived = {False: 0, True: 0}
        self._lost: dict[bool, list[tuple[int, int, float]]] = {False: [], True: []}

    def sent(self, flight: Flight) -> None:
        """A frame's last byte went to the kernel; parts of it may have been lost already."""
        self.all.append(flight)
        self._by_end[flight.to_server].append(flight)
        for start, stop, time in self._lost[flight.to_server]:
            if start < flight.end and stop > flight.offset and flight.lost is None:
                flight.lost = time

    def received(self, to_server: bool, time: float, *, is_late: bool = False) -> Flight | None:
        """The next frame has arrived whole; None when more arrive than were told as sent."""
        index = self._arrived[to_server]
        flights = self._by_end[to_server]
        if index >= len(flights):
            return None
        self._arrived[to_server] = index + 1
        flights[index].received, flights[index].is_late = time, is_late
        return flights[index]

    def lost(self, to_server: bool, offset: int, length: int, time: float) -> None:
        """Bytes on their way met a black hole, or were lost."""
        self._lost[to_server].append((offset, offset + length, time))
        for flight in reversed(self._by_end[to_server]):
            if flight.end <= offset:
                break
            if flight.offset < offset + length and flight.lost is None:
                flight.lost = time
