"""Who is told of what an engine reports? The tap first, then the owner, and whoever waits for OPEN or for the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from framescope.engine.connection import Connection
from framescope.engine.events import Event, HandshakeFailed, Opened
from framescope.net.clock import SYSTEM_CLOCK, Clock
from framescope.net.gauge import Gauge
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
        self.tap: Tap = tap or NoTap()
        self.clock = clock
        self.phases = Phases(self.tap, clock)
        self.failure: Exception | None = None  #: why the opening handshake failed
        self.error: Exception | None = None  #: what broke the stream
        self.settled: asyncio.Future[None] = loop.create_future()  #: the opening handshake is over, either way
        self.ended: asyncio.Future[None] = loop.create_future()  #: the last event was told, the socket is closed
        self.local_address: Any = None  #: of the socket, once there is one
        self.remote_address: Any = None
        self._send_buffer = Gauge("send_buffer", self.tap)

    @property
    def now(self) -> float:
        """The engine's time, in seconds."""
        return self.clock.monotonic_ns() / 1e9

    def _tell(self, now_ns: int) -> bool:
        """Tell what the engine reports; False when it reports nothing."""
        events = self.engine.events()
        if not events:
            return False
        is_settling = False
        if not self.settled.done():
            is_settling = self._look_for_opening(events, now_ns)
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
