"""Which clocks does a capture carry? Monotonic for times, realtime and boottime for its anchors."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


def _boottime_ns() -> int:
    """Monotonic time that goes on while the machine sleeps; plain monotonic where there is no such clock."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)


@dataclass(frozen=True, slots=True)
class Clock:
    """Three clocks in nanoseconds, as callables so that tests and the lab bring their own."""

    monotonic_ns: Callable[[], int] = time.monotonic_ns
    realtime_ns: Callable[[], int] = time.time_ns
    boottime_ns: Callable[[], int] = _boottime_ns


SYSTEM_CLOCK = Clock()
