"""When is a measurement worth telling? When it has changed, and ten times a second at most."""

from __future__ import annotations

import socket

from framescope.net.tap import Tap
from framescope.net.tcp_info import tcp_info

INTERVAL_NS = 100_000_000


class Gauge:
    """One named value of one connection; it starts at 0."""

    def __init__(self, name: str, tap: Tap) -> None:
        self._name = name
        self._tap = tap
        self._told = 0
        self._told_ns: int | None = None

    def see(self, value: int, now_ns: int) -> int | None:
        """Tell `value` unless it is known; return when to ask again (ns) where it is too early."""
        if value == self._told:
            return None
        if self._told_ns is not None and now_ns < self._told_ns + INTERVAL_NS:
            return self._told_ns + INTERVAL_NS
        self._told, self._told_ns = value, now_ns
        self._tap.gauge(self._name, value, now_ns)
        return None


class Gauges:
    """What is measured of one connection."""

    def __init__(self, tap: Tap) -> None:
        self._send_buffer = Gauge("send_buffer", tap)
        self._receive_queue = Gauge("receive_queue", tap)
        self._reading_paused = Gauge("reading_paused", tap)
        self._tap = tap

    def see(self, buffered: int, queued: int, now_ns: int, *, is_paused: bool) -> int | None:
        """Tell what has changed; return when to look again (ns). `buffered` in B, `queued` in messages."""
        dues = [
            self._send_buffer.see(buffered, now_ns),
            self._reading_paused.see(int(is_paused), now_ns),
            # A queue that the application empties at once is no news.
            self._receive_queue.see(queued if is_paused else 0, now_ns),
        ]
        return min((due for due in dues if due is not None), default=None)

    def see_way(self, sock: socket.socket, now_ns: int) -> None:
        """Tell what TCP knows of a peer whose pong is overdue: its machine may be alive where its program is not."""
        way = tcp_info(sock)
        if way is not None:
            self._tap.gauge("unacknowledged", way.waiting, now_ns)
            self._tap.gauge("since_ack", way.since_ack, now_ns)
            self._tap.gauge("retries", way.retries, now_ns)
