"""Who is told of what an engine reports? The tap first, then the owner, and whoever waits for OPEN or for the end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any

from framescope.engine.connection import Connection
from framescope.engine.events import Event, HandshakeFailed, Opened
from framescope.net.clock import SYSTEM_CLOCK, Clock
from framescope.net.gauge import INTERVAL_NS, Gauges
from framescope.net.phases import Phases
from framescope.net.tap import NoTap, Tap

Listener = Callable[[Sequence[Event]], object]


class Watched:
    """An engine and those who look at it."""

    def __init__(
        self,
        engine: Connection,
        *,
        listener: Listener | None = None,
        tap: Tap | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.engine = engine
        self.listener: Listener = listener or (lambda _: None)  #: may act on the driver
        self.on_written: Callable[[], object] = lambda: None  #: the kernel took bytes
        self.on_eof: Callable[[bool], object] = lambda is_ours: None  #: one half of the stream has ended
        self.tap = tap or NoTap()
        self.clock = clock
        self.phases = Phases(self.tap, clock)
        self.failure: Exception | None = None  #: why the opening handshake failed
        self.error: Exception | None = None  #: what broke the stream
        self.settled: asyncio.Future[None] = loop.create_future()  #: the opening handshake is over, either way
        self.ended: asyncio.Future[None] = loop.create_future()  #: the last event was told, the socket is closed
        self.local_address: Any = None  #: of the socket, once there is one
        self.remote_address: Any = None
        self.queued: Callable[[], int] = lambda: 0  #: messages that have come and that the owner has not taken
        self._gauges = Gauges(self.tap)

    @property
    def tap(self) -> Tap:
        """Who is told everything that has a time."""
        return self._tap

    @tap.setter
    def tap(self, tap: Tap) -> None:
        self._tap = tap
        self._is_recorded = type(tap) is not NoTap

    @property
    def now(self) -> float:
        """The engine's time, in seconds."""
        return self.clock.monotonic_ns() / 1e9

    def _see_gauges(self, now_ns: int, *, is_paused: bool) -> int | None:
        """Tell the gauges that have changed; return when to look again (ns)."""
        if not self._is_recorded:
            return None
        due = self._gauges.see(self.engine.outbox.size, self.queued(), now_ns, is_paused=is_paused)
        if not is_paused:
            return due
        again = now_ns + INTERVAL_NS  # nobody says when the application takes a message
        return again if due is None else min(due, again)

    def _see_way(self, sock: socket.socket, now_ns: int) -> None:
        """Record what TCP knows of a peer that is being given up."""
        if self._is_recorded:
            self._gauges.see_way(sock, now_ns)

    def _tell(self, now_ns: int) -> bool:
        """Tell what the engine reports; False when it reports nothing."""
        events = self.engine.events()
        if not events:
            return False
        is_settling = False
        if not self.settled.done():
            is_settling = self._look_for_opening(events, now_ns)
        if self._is_recorded:
            self.tap.events(events, now_ns)
        self.listener(events)
        if is_settling:
            self.settled.set_result(None)
        return True

    def _look_for_opening(self, events: Sequence[Event], now_ns: int) -> bool:
        """Close the connecting step that these events decide; False when they decide none."""
        for event in events:
            if isinstance(event, HandshakeFailed):
                self.failure = event.error
                self.phases.failed(event.error, self.engine.timeouts.open_timeout, now_ns)
                return True
            if isinstance(event, Opened):
                self.phases.done(now_ns)
                return True
        return False
