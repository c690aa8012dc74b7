"""When would this connection have been closed with another `ping_interval` or `ping_timeout`? The recorded pings,
played again through the engine's own keepalive. Times are seconds of the connection."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from typing import NamedTuple

import numpy as np

from framescope.analysis.trace import Trace
from framescope.engine.keepalive import Keepalive
from framescope.engine.settings import LARGEST
from framescope.engine.state import State

PROGRESS_EVERY = 4096  #: pings played between two words to whoever waits


class Stopped(Exception):
    """The person who waited has pressed Stop."""


class Verdict(IntEnum):
    """What would have become of the connection."""

    CLOSED = 0  #: by our keepalive, at `Fate.time`
    SURVIVED = 1  #: what was recorded, to its end at `Fate.time`
    NOT_RECORDED = 2  #: nobody knows, from `Fate.time` on


class Sample(NamedTuple):
    """A recorded ping of ours. `rtt` None: no pong had come when the recording ended."""

    sent: float
    rtt: float | None


@dataclass(frozen=True, slots=True)
class Recording:
    """What a connection's capture says about its round trips."""

    opened: float
    end: float  #: of the recording
    last_heard: float  #: when the last bytes of the peer came
    samples: tuple[Sample, ...]  #: in the order of sending


class Fate(NamedTuple):
    """What one pair of settings would have done."""

    interval: float
    timeout: float
    verdict: Verdict
    time: float
    ping: float | None  #: CLOSED: when the ping left whose pong was awaited in vain
    is_false: bool  #: CLOSED although the peer was heard of later
    noticed_after: float | None  #: CLOSED, rightly: seconds since the peer was last heard of
    false_closes: int  #: pings of this interval whose pong would have come too late, of a living peer


class Schedule(NamedTuple):
    """The pings of one interval, played without a deadline that could pass."""

    sent: list[float]
    rtts: list[float]  #: s; infinite where no pong was recorded
    unknown_from: float | None  #: nothing recorded tells the round trip of a ping at this time


def recording_of(trace: Trace) -> Recording | None:
    """Read what a trace says; None before it was OPEN."""
    story = trace.story
    opened = next((span.time for span in story.states if span.state is State.OPEN), None)
    if opened is None:
        return None
    received = trace.lanes[False].times
    last = int(received[-1]) if len(received) else opened
    samples = tuple(
        Sample((exchange.sent - trace.start) / 1e9, exchange.rtt) for exchange in story.exchanges if exchange.ours
    )
    return Recording((opened - trace.start) / 1e9, (trace.end - trace.start) / 1e9, (last - trace.start) / 1e9, samples)


def fates(
    recording: Recording,
    settings: Sequence[tuple[float, float]],
    *,
    progress: Callable[[int], bool] | None = None,
) -> list[Fate]:
    """Tell the fate under each (ping_interval, ping_timeout).

    `progress` is told the number of pings played so far and returns False to stop. Raises Stopped.
    """
    schedules: dict[float, Schedule] = {}
    worst: dict[float, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    played = 0
    for interval, _ in settings:
        if interval not in schedules:
            schedule = schedules[interval] = _schedule(recording, interval, played, progress)
            worst[interval] = np.maximum.accumulate(schedule.rtts) if schedule.rtts else np.empty(0)
            played += len(schedule.sent)
    return [_fate(recording, interval, timeout, schedules[interval], worst[interval]) for interval, timeout in settings]


def _schedule(recording: Recording, interval: float, before: int, progress: Callable[[int], bool] | None) -> Schedule:
    """Send the pings of one interval. No timeout changes them until it closes: one schedule serves all timeouts."""
    keepalive = Keepalive(interval, LARGEST)
    keepalive.start(recording.opened)
    times = [sample.sent for sample in recording.samples]
    schedule = Schedule([], [], None)
    now = recording.opened
    while True:
        due = keepalive.next_ping
        assert due is not None
        now = max(now, due)
        if now > recording.end:
            return schedule
        rtt = _rtt_at(recording, times, now, interval)
        if rtt is None:
            return schedule._replace(unknown_from=now)
        schedule.sent.append(now)
        schedule.rtts.append(rtt)
        if now + rtt > recording.end:
            return schedule
        payload = len(schedule.sent).to_bytes(8, "big")
        keepalive.ping_queued(payload, now, is_keepalive=True)
        keepalive.ping_written(payload, now)
        now += rtt
        keepalive.pong_received(payload)
        played = len(schedule.sent)
        if progress is not None and played % PROGRESS_EVERY == 0 and not progress(before + played):
            raise Stopped


def _rtt_at(recording: Recording, times: list[float], now: float, interval: float) -> float | None:
    """Return the round trip that a ping at `now` would have had: that of the nearest one within an interval."""
    place = bisect_left(times, now)
    # Of two that are as near, the earlier: nothing later could have had a part in it.
    if place and (place == len(times) or now - times[place - 1] <= times[place] - now):
        place -= 1
    if place == len(times) or abs(times[place] - now) > interval:
        return None
    rtt = recording.samples[place].rtt
    return inf if rtt is None else rtt


def _fate(
    recording: Recording,
    interval: float,
    timeout: float,
    schedule: Schedule,
    worst: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> Fate:
    late = np.asarray(schedule.rtts) > timeout
    false_closes = int((late & np.isfinite(schedule.rtts)).sum())
    first = int(np.searchsorted(worst, timeout, side="right"))
    if first < len(schedule.sent):
        ping = schedule.sent[first]
        closed = ping + timeout
        if closed <= recording.end:
            is_false = recording.last_heard > closed
            noticed = None if is_false else closed - recording.last_heard
            return Fate(interval, timeout, Verdict.CLOSED, closed, ping, is_false, noticed, false_closes)
        return Fate(interval, timeout, Verdict.NOT_RECORDED, recording.end, None, False, None, false_closes)
    # Whatever the pong of that ping would have done, its deadline lies behind the recording's end otherwise.
    if schedule.unknown_from is not None and schedule.unknown_from + timeout <= recording.end:
        return Fate(interval, timeout, Verdict.NOT_RECORDED, schedule.unknown_from, None, False, None, false_closes)
    return Fate(interval, timeout, Verdict.SURVIVED, recording.end, None, False, None, false_closes)


class Suggestion(NamedTuple):
    """A value for `ping_timeout`, and why."""

    timeout: float
    reason: str


def suggestion(recording: Recording) -> Suggestion | None:
    """Suggest a ping_timeout: the worst round trip times 1.6, rounded up; None where none was measured.

    A ping that a living peer left unanswered took at least until the recording's end.
    """
    answered = max((sample.rtt for sample in recording.samples if sample.rtt is not None), default=0.0)
    unanswered = max(
        (recording.end - sample.sent for sample in recording.samples if _is_ignored(sample, recording)), default=0.0
    )
    worst = max(answered, unanswered)
    if not worst:
        return None
    what = "worst round trip" if worst == answered else "a ping unanswered for"
    return Suggestion(rounded_up(worst * 1.6), f"{what} {worst:.3g} s × 1.6")


def _is_ignored(sample: Sample, recording: Recording) -> bool:
    return sample.rtt is None and recording.last_heard > sample.sent


def rounded_up(value: float) -> float:
    """Round up to the next of 1, 2, 5 times a power of ten, or, above 10, to a multiple of 5."""
    if value > 10:
        return float(-(-value // 5) * 5)
    step = 0.001
    while True:
        for factor in (1, 2, 5):
            if value <= step * factor * (1 + 1e-9):
                return round(step * factor, 6)
        step *= 10
