"""When is a kernel's stamp believed, and where does it lie on the monotonic clock?"""

from __future__ import annotations

import time

import pytest

from framescope.net.clock import SYSTEM_CLOCK, place_stamp


@pytest.mark.parametrize(
    ("stamp", "placed"),
    [
        (1_000_900, 4_900),  # 100 ns before the read at 5,000
        (1_001_000, 5_000),
        (1_001_001, 0),  # from the future: the wall clock was set back
        (1_000_000, 4_000),  # just at the previous read
        (999_999, 0),  # before the previous read, which would have read it
        (0, 0),  # none
    ],
)
def test_place_stamp(stamp: int, placed: int) -> None:
    assert place_stamp(stamp, now_ns=5_000, realtime_ns=1_001_000, previous_ns=4_000) == placed


def test_stamp_from_before_the_machine_started_is_dropped() -> None:
    assert place_stamp(1_000, now_ns=5_000, realtime_ns=1_000_000, previous_ns=0) == 0


def test_system_clock() -> None:
    assert abs(SYSTEM_CLOCK.monotonic_ns() - time.monotonic_ns()) < 1e9
    assert abs(SYSTEM_CLOCK.realtime_ns() - time.time_ns()) < 1e9
