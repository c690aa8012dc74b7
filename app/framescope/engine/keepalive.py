"""When is the next ping due, and when is the peer presumed dead?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Ping:
    """A ping that waits for its pong. Times are monotonic seconds."""

    payload: bytes
    queued: float
    is_keepalive: bool
    timeout: float | None  #: the `ping_timeout` in force when it was sent; None: no deadline
    written: float | None = None  #: when the kernel took it; None: it is in the write buffer

    @property
    def sent(self) -> float:
        """When its round trip began."""
        return self.queued if self.written is None else self.written


class Keepalive:
    """The ping clock of one connection: told of pings and pongs, it says what is due next.

    No ping leaves while one with a deadline is unanswered, as in `websockets`; one that was sent
    while `ping_timeout` was None has no deadline and never blocks the next.
    """

    def __init__(self, ping_interval: float | None, ping_timeout: float | None) -> None:
        self.ping_interval = ping_interval
        self.ping_timeout = ping_timeout
        self.in_flight: dict[bytes, Ping] = {}  #: in the order of sending
        self._last: float | None = None  #: last ping of ours or opening; None while not running
        self._progress = 0.0  #: when the socket last accepted a byte
        self._moved = 0.0  #: when the peer's end last took bytes that stood before a ping in the kernel
        self._waiting: Ping | None = None  #: the keepalive ping whose deadline runs
        self._earliest = 0.0  #: a turned knob never asks for a ping in the past

    def start(self, now: float) -> None:
        """Begin to count at OPEN."""
        self._last = self._progress = now

    def stop(self) -> None:
        """Send no more pings and presume nobody dead."""
        self._last = None
        self._waiting = None

    @property
    def next_ping(self) -> float | None:
        """When the next ping leaves; None while one is awaited, or for never."""
        if self._last is None or self.ping_interval is None or self._waiting is not None:
            return None
        return max(self._earliest, self._last + self.ping_interval)

    @property
    def pong_due(self) -> float | None:
        """When the peer is presumed dead unless a pong has come."""
        ping = self._waiting
        if ping is None or ping.timeout is None:
            return None
        # A ping that waits behind data, here or in the kernel, expires when that stops moving: a saturated
        # but moving link is healthy. (websockets awaits drain() outside its timeout: no timeout at all.)
        since = max(ping.queued, self._progress) if ping.written is None else ping.written
        return max(since, self._moved) + ping.timeout

    @property
    def awaited(self) -> Ping | None:
        """The ping with a deadline that waits for its pong."""
        return self._waiting

    @property
    def is_blocked(self) -> bool:
        """Tell whether the awaited ping is still in the write buffer."""
        return self._waiting is not None and self._waiting.written is None

    def set_interval(self, value: float | None, now: float) -> None:
        """Turn `ping_interval`: next ping = max(now, last ping or opening + value), at once."""
        self.ping_interval = value
        self._earliest = now

    def set_timeout(self, value: float | None) -> None:
        """Turn `ping_timeout`: for pings sent from now on."""
        self.ping_timeout = value

    def ping_queued(self, payload: bytes, now: float, *, is_keepalive: bool) -> None:
        """Note that a ping was queued for writing."""
        ping = Ping(payload, now, is_keepalive, self.ping_timeout if is_keepalive else None)
        self.in_flight[payload] = ping
        if is_keepalive:
            self._last = now
            if ping.timeout is not None:
                self._waiting = ping

    def progressed(self, now: float) -> None:
        """Note that the socket accepted at least a byte."""
        self._progress = now

    def moved(self, now: float) -> None:
        """Note that the peer's end took some of what stands before the awaited ping in the kernel."""
        self._moved = now

    def ping_written(self, payload: bytes, now: float) -> None:
        """Note that the kernel took a ping's last byte."""
        ping = self.in_flight.get(payload)
        if ping is not None and ping.written is None:
            ping.written = now

    def pong_received(self, payload: bytes) -> list[Ping]:
        """Return the pings that this pong answers, oldest first; none for an unsolicited pong.

        RFC 6455 5.5.3: a pong may answer the most recent ping only, so earlier ones are answered too.
        """
        if payload not in self.in_flight:
            return []
        payloads = list(self.in_flight)
        answered = [self.in_flight.pop(earlier) for earlier in payloads[: payloads.index(payload) + 1]]
        if self._waiting in answered:
            self._waiting = None
        return answered

    def is_expired(self, now: float) -> bool:
        """Tell whether the awaited pong's deadline has passed."""
        due = self.pong_due
        return due is not None and now >= due

    def is_ping_due(self, now: float) -> bool:
        """Tell whether a ping has to leave now."""
        due = self.next_ping
        return due is not None and now >= due
