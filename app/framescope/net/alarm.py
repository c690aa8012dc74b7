"""How is a loop woken at the engine's next deadline? By one timer, which is set again where it comes too early."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from framescope.net.clock import Clock


class Alarm:
    """One timer of one connection. A deadline that moves away leaves it alone: that costs nothing per frame."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Clock, ring: Callable[[], object]) -> None:
        self._loop = loop
        self._clock = clock
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def set(self, due: float | None) -> None:
        """Ring at `due` (the clock's seconds) or a little before it was moved there; None: never."""
        if self._timer is not None:
            if due is not None and self._due <= due:
                return
            self._timer.cancel()
            self._timer = None
        if due is not None:
            self._due = due
            self._timer = self._loop.call_later(max(0.0, due - self._clock.monotonic_ns() / 1e9), self._rings)

    def _rings(self) -> None:
        self._timer = None
        self._ring()
