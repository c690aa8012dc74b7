"""Does the one timer ring at the first deadline, and cost nothing while deadlines move away?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from framescope.net.alarm import Alarm
from framescope.net.clock import SystemClock
from helpers.loops import in_loop


@dataclass
class FakeTimer:
    delay: float
    ring: object
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True


class FakeLoop:
    """Keeps the timers that are set."""

    def __init__(self) -> None:
        self.timers: list[FakeTimer] = []

    def call_later(self, delay: float, ring: object) -> FakeTimer:
        self.timers.append(FakeTimer(delay, ring))
        return self.timers[-1]


def alarm() -> tuple[Alarm, FakeLoop, list[str]]:
    """An alarm at 100 s on a clock that stands still."""
    loop, rung = FakeLoop(), list[str]()
    clock = SystemClock(monotonic_ns=lambda: 100_000_000_000)
    return Alarm(loop, clock, lambda: rung.append("rung")), loop, rung  # type: ignore[arg-type]


def test_timer_is_set_for_what_is_due() -> None:
    bell, loop, _ = alarm()
    bell.set(120.0)
    assert [timer.delay for timer in loop.timers] == [20.0]


def test_deadline_that_moves_away_leaves_the_timer_alone() -> None:
    bell, loop, _ = alarm()
    bell.set(120.0)
    bell.set(125.0)
    assert [(timer.delay, timer.is_cancelled) for timer in loop.timers] == [(20.0, False)]


def test_deadline_that_moves_near_sets_it_anew() -> None:
    bell, loop, _ = alarm()
    bell.set(120.0)
    bell.set(101.0)
    assert [(timer.delay, timer.is_cancelled) for timer in loop.timers] == [(20.0, True), (1.0, False)]


def test_deadline_in_the_past_rings_at_once() -> None:
    bell, loop, _ = alarm()
    bell.set(90.0)
    assert loop.timers[0].delay == 0.0


def test_none_takes_the_timer_away() -> None:
    bell, loop, _ = alarm()
    bell.set(120.0)
    bell.set(None)
    assert loop.timers[0].is_cancelled
    bell.set(None)
    assert len(loop.timers) == 1


@in_loop
async def test_it_rings() -> None:
    rung = asyncio.Event()
    bell = Alarm(asyncio.get_running_loop(), SystemClock(), rung.set)
    bell.set(asyncio.get_running_loop().time() + 0.01)
    await rung.wait()
    rung.clear()
    bell.set(0.0)
    await rung.wait()
