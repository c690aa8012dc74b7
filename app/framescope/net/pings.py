"""Which pings of the application wait for their pong, and what was their round trip?"""

from __future__ import annotations

import asyncio
from collections.abc import Container

from framescope.engine.close import ConnectionClosed


class Pings:
    """Futures of latencies in seconds, in the order of sending."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, tuple[asyncio.Future[float], float]] = {}

    def __contains__(self, payload: object) -> bool:
        return payload in self._waiting

    def add(self, payload: bytes, now: float) -> asyncio.Future[float]:
        """Note a ping that was sent."""
        waiter: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[payload] = (waiter, now)
        return waiter

    def ponged(self, payload: bytes, latency: float, in_flight: Container[bytes], now: float) -> None:
        """A pong answered `payload`. RFC 6455 5.5.3: that answers earlier pings too, which are no longer in flight."""
        for waiting in list(self._waiting):
            if waiting == payload or waiting not in in_flight:
                waiter, sent = self._waiting.pop(waiting)
                if not waiter.done():
                    waiter.set_result(latency if waiting == payload else now - sent)

    def close(self, error: ConnectionClosed) -> None:
        """No pong will come any more."""
        for waiter, _ in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(error)
                waiter.exception()  # who does not wait for a pong wants no word about it in the log
        self._waiting.clear()
