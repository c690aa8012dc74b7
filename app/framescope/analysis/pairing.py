"""Which pong answers which ping of ours, and by when was it due?"""

from __future__ import annotations

from collections import deque

from framescope.analysis.model import Exchange
from framescope.engine.events import Change


class Pairing:
    """Our pings in the order of sending, paired as the records come.

    Deadline records carry no ping. The frame record of a ping and the record that arms its pong's deadline
    come at nearly the same time, in either order: whichever is first waits for the other.
    """

    def __init__(self, exchanges: list[Exchange]) -> None:
        self._exchanges = exchanges
        self._by_row: dict[int, Exchange] = {}
        self._open: deque[tuple[int, Exchange]] = deque()  # unanswered, with their serial numbers
        self._latest: dict[bytes, int] = {}  # payload -> serial of the latest open ping that carries it
        self._serial = 0
        self._guarded: Exchange | None = None  # the ping whose pong has the deadline
        self._unguarded: Exchange | None = None  # a keepalive ping whose deadline is still to be armed
        self._armed: int | None = None  # a deadline (ns) whose ping is still to come
        self._is_blocked = False

    def exchange_of(self, row: int) -> Exchange | None:
        """Find an exchange by the row of its ping or of its pong."""
        return self._by_row.get(row)

    @property
    def open_lengths(self) -> set[int]:
        """Return the payload lengths (B) that a pong must have to answer anything."""
        return {len(payload) for payload in self._latest}

    def ping_sent(self, row: int, time: int, payload: bytes, *, is_keepalive: bool, has_deadline: bool) -> None:
        """Add a ping. `has_deadline`: ping_timeout was a number when it was sent."""
        exchange = Exchange(row, time, payload, True, is_keepalive)
        self._exchanges.append(exchange)
        self._by_row[row] = exchange
        self._serial += 1
        self._open.append((self._serial, exchange))
        self._latest[payload] = self._serial
        if not is_keepalive:
            return
        if self._armed is not None:
            self._guard(exchange, self._armed)
        elif has_deadline:
            self._unguarded = exchange

    def pong_received(self, row: int, time: int, payload: bytes) -> None:
        """Pair a pong; one that answers nothing is left alone."""
        serial = self._latest.get(payload)
        if serial is None:
            return
        # RFC 6455 5.5.3: a pong may answer "only the most recently processed Ping frame", so it
        # answers the latest ping with its payload and, as in websockets, every earlier one.
        while self._open and self._open[0][0] <= serial:
            passed, exchange = self._open.popleft()
            exchange.answered, exchange.pong_row, exchange.is_blocked = time, row, False
            if self._latest.get(exchange.payload) == passed:
                del self._latest[exchange.payload]
            self._by_row[row] = exchange

    def deadline_changed(self, change: Change, due: int | None) -> None:
        """Take the news of the pong deadline."""
        match change:
            case Change.ARMED:
                self._is_blocked = False
                self._arm(due)
            case Change.MOVED | Change.BLOCKED:
                self._is_blocked = change is Change.BLOCKED
                self._move(due)
            case Change.MISSED:
                missed = self._guarded or self._unguarded
                if missed is not None:
                    missed.is_missed, missed.is_blocked = True, False
                    missed.due = due if due is not None else missed.due
                self._disarm()
            case Change.MET | Change.CANCELLED:
                self._disarm()

    def _arm(self, due: int | None) -> None:
        waiting, self._unguarded = self._unguarded, None
        if waiting is not None and waiting.answered is None and due is not None:
            self._guard(waiting, due)
        else:
            self._guarded, self._armed = None, due

    def _move(self, due: int | None) -> None:
        if self._guarded is None:
            self._arm(due)
            return
        self._guarded.is_blocked = self._is_blocked
        if due is not None:
            self._guarded.due = due

    def _guard(self, exchange: Exchange, due: int) -> None:
        self._guarded, self._armed, self._unguarded = exchange, None, None
        exchange.due, exchange.is_blocked = due, self._is_blocked

    def _disarm(self) -> None:
        self._guarded = self._unguarded = self._armed = None
        self._is_blocked = False
