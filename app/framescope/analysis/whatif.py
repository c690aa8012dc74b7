"""When would this connection have been closed with another `ping_interval` or `ping_timeout`? The recorded pings,
played again through the engine's own keepalive. Times are seconds of the connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from typing import NamedTuple, TypeAlias

import numpy as np

from framescope.analysis.trace import Trace
from framescope.engine.keepalive import Keepalive
from framescope.engine.settings import LARGEST
from framescope.engine.state import State

Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
_FEWEST = 16  #: pings that are looked at together
_LEAST = 1.0  #: s of ping_timeout that is suggested: in less, an ordinary hiccup of the network closes the connection
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
    worst: dict[float, Floats] = {}
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
    schedule = Schedule([], [], None)
    ahead = _Ahead(recording, interval)
    now = recording.opened
    while True:
        due = keepalive.next_ping
        assert due is not None
        now = max(now, due)
        if now > recording.end:
            return schedule
        # As long as every pong is there before the next ping is due, pings are an interval apart.
        times, rtts = ahead.regular(now, PROGRESS_EVERY - len(schedule.sent) % PROGRESS_EVERY)
        if not times:
            rtt = ahead.rtt(now)
            if rtt is None:
                return schedule._replace(unknown_from=now)
            times, rtts = [now], [rtt]
        schedule.sent.extend(times)
        schedule.rtts.extend(rtts)
        now = times[-1]
        if now + rtts[-1] > recording.end:
            return schedule
        payload = len(schedule.sent).to_bytes(8, "big")
        keepalive.ping_queued(payload, now, is_keepalive=True)
        keepalive.ping_written(payload, now)
        now += rtts[-1]
        keepalive.pong_received(payload)
        played = len(schedule.sent)
        if progress is not None and played % PROGRESS_EVERY == 0 and not progress(before + played):
            raise Stopped


class _Ahead:
    """The round trips that pings to come would have: each that of the nearest recorded one within an interval."""

    def __init__(self, recording: Recording, interval: float) -> None:
        self._end, self._interval = recording.end, interval
        self._times = np.array([sample.sent for sample in recording.samples], np.float64)
        self._rtts = np.array([inf if x.rtt is None else x.rtt for x in recording.samples], np.float64)
        self._count = _FEWEST  # pings to look at next

    def rtt(self, now: float) -> float | None:
        """Return that of a ping at `now` in s; infinite where no pong was recorded, None where no ping was near."""
        found = float(self._at(np.array([now]))[0])
        return None if np.isnan(found) else found

    def regular(self, now: float, most: int) -> tuple[list[float], list[float]]:
        """Return pings from `now` on whose pongs come before the following ping is due, and their trips; or none."""
        count = min(self._count, most)
        steps = np.full(count, self._interval)
        steps[0] = now
        times = np.cumsum(steps)  # one addition after the other, as the keepalive counts
        rtts = self._at(times)
        is_plain = (times + rtts <= self._end) & (rtts <= self._interval)
        plain = count if is_plain.all() else int(is_plain.argmin())
        self._count = min(2 * self._count, PROGRESS_EVERY) if plain == count else max(_FEWEST, plain)
        return times[:plain].tolist(), rtts[:plain].tolist()

    def _at(self, times: Floats) -> Floats:
        """Return the round trips of pings at these times; not a number where none was near."""
        recorded = self._times
        if not len(recorded):
            return np.full(len(times), np.nan)
        after = np.searchsorted(recorded, times)
        # Of two that are as near, the earlier: nothing later could have had a part in it.
        last = len(recorded) - 1
        is_earlier = (after > 0) & (
            (after > last) | (times - recorded[after - 1] <= recorded[np.minimum(after, last)] - times)
        )
        place = np.where(is_earlier, after - 1, after)
        return np.where(np.abs(recorded[place] - times) <= self._interval, self._rtts[place], np.nan)


def _fate(
    recording: Recording,
    interval: float,
    timeout: float,
    schedule: Schedule,
    worst: Floats,
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
    """Suggest a ping_timeout: the worst round trip times 1.6, rounded up, or 1 s; None where none was measured.

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
    value, reason = rounded_up(worst * 1.6), f"{what} {worst:.3g} s × 1.6"
    return Suggestion(value, reason) if value >= _LEAST else Suggestion(_LEAST, f"{reason}, at least {_LEAST:g} s")


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
