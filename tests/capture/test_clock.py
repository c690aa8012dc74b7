"""The clocks of a capture."""

from __future__ import annotations

import time

from framescope.capture.clock import SYSTEM_CLOCK


def test_the_system_clocks_are_what_their_names_say() -> None:
    before = time.monotonic_ns(), time.time_ns()
    now = SYSTEM_CLOCK.monotonic_ns(), SYSTEM_CLOCK.realtime_ns()
    after = time.monotonic_ns(), time.time_ns()
    assert before[0] <= now[0] <= after[0]
    assert before[1] <= now[1] <= after[1]


def test_boottime_counts_sleep_too() -> None:
    # Read in this order, monotonic time cannot be ahead: boottime is monotonic plus time asleep.
    monotonic = SYSTEM_CLOCK.monotonic_ns()
    assert SYSTEM_CLOCK.boottime_ns() >= monotonic
