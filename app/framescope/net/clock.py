"""Which clocks does a driver read? Monotonic for every time, realtime only to place the kernel's stamps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Two clocks in nanoseconds; the capture's own clock fits."""

    @property
    def monotonic_ns(self) -> Callable[[], int]: ...

    @property
    def realtime_ns(self) -> Callable[[], int]: ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clocks of this machine."""

    monotonic_ns: Callable[[], int] = time.monotonic_ns
    realtime_ns: Callable[[], int] = time.time_ns


SYSTEM_CLOCK = SystemClock()


def place_stamp(stamp_ns: int, now_ns: int, realtime_ns: int, previous_ns: int) -> int:
    """Turn a realtime receive stamp into monotonic ns; 0 where it cannot be right.

    `now_ns` and `realtime_ns` are the two clocks at the read, `previous_ns` is the time of the read before:
    what came earlier than that would have been read then, so the wall clock was set in between.
    """
    age = realtime_ns - stamp_ns
    placed = now_ns - age
    return placed if stamp_ns and age >= 0 and placed >= max(previous_ns, 0) else 0
