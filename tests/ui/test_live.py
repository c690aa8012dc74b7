"""Is a growing capture told as it grows, and let go in the end?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from framescope.capture.writer import CaptureWriter
from framescope.ui.live import TICK_MS, Live
from helpers.captures import INFO, StillClock


class Told:
    """A followed capture, and what was told of it."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock()
        self.writer = CaptureWriter(folder, clock=self.clock.clock)
        self.live = Live(monotonic_ns=lambda: self.clock.ns)
        self.ticks: list[tuple[set[int], int]] = []
        self.live.ticked.connect(lambda changed, now: self.ticks.append((changed, now)))

    def begin(self) -> None:
        self.writer.open_connection(INFO, self.clock.ns)
        self.writer.flush()


@pytest.fixture
def told(qapp: object, tmp_path: Path) -> Iterator[Told]:
    told = Told(tmp_path / "capture")
    yield told
    told.live.close()
    told.writer.close()


def test_what_is_new_is_told_with_the_time(told: Told, tmp_path: Path) -> None:
    told.live.open(tmp_path / "capture")
    assert told.live.trace(1) is None
    told.begin()
    told.live.tick()
    told.clock.advance(1.0)
    told.live.tick()
    assert told.ticks == [({1}, 100_000_000_000), (set(), 101_000_000_000)]
    trace = told.live.trace(1)
    assert trace is not None and trace.number == 1
    assert told.live.trace(None) is None and told.live.trace(2) is None


def test_a_timer_ticks_while_a_capture_is_followed(told: Told, tmp_path: Path, qtbot: object) -> None:
    assert TICK_MS == 16
    told.live.tick()  # nothing is followed: nothing is told
    assert told.ticks == []
    told.live.open(tmp_path / "capture")
    qtbot.waitUntil(lambda: len(told.ticks) > 2)  # type: ignore[attr-defined]
    told.live.close()
    count = len(told.ticks)
    qtbot.wait(3 * TICK_MS)  # type: ignore[attr-defined]
    assert len(told.ticks) == count


def test_when_the_probe_is_gone_time_stands_still_and_traces_stay(told: Told, tmp_path: Path) -> None:
    told.live.open(tmp_path / "capture")
    told.begin()
    told.live.tick()
    told.live.stop_clock()
    told.clock.advance(5.0)
    assert (told.live.is_alive, told.live.now_ns()) == (False, 100_000_000_000)
    assert told.live.trace(1) is not None


def test_another_capture_takes_the_place(told: Told, tmp_path: Path) -> None:
    told.live.open(tmp_path / "capture")
    told.begin()
    told.live.tick()
    told.live.stop_clock()
    told.live.open(tmp_path / "other")
    assert told.live.is_alive and told.live.trace(1) is None
    assert told.live.now_ns() == told.clock.ns


def test_before_any_capture(told: Told) -> None:
    assert (told.live.lag_ns, told.live.trace(1), told.live.is_alive) == (0, None, False)
