"""What would have become of the connection with each `ping_timeout`? The what-if chart's data; Qt-free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from framescope.analysis.whatif import Fate, Recording, Verdict, fates, recording_of
from framescope.ui.diagnosis.chart_scale import span_for

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace

_SAMPLES = 240  #: settings along the axis: no chart is so wide that a change between two of them would show
_LEAST_KNOWN = 0.02  #: of the axis
_AT_ONCE = 5_000  #: pings that are played without being asked for: some 0.1 s


class Stretch(NamedTuple):
    """The ping_timeouts from `start` to `end` (s) that meet the same fate, and how long the connection lives (s)."""

    start: float
    end: float
    verdict: Verdict
    first: float  #: s alive at `start`
    last: float  #: s alive at `end`


class Mark(NamedTuple):
    """One ping_timeout on the chart: the one in force, or the one suggested."""

    timeout: float
    verdict: Verdict
    alive: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The chart's data. Beyond `recorded` (s of the connection) nothing is known."""

    stretches: tuple[Stretch, ...]
    span: float  #: the axis' last ping_timeout, s
    recorded: float
    now: Mark | None
    suggested: Mark | None
    is_whole: bool = True  #: False: the rest of the recording was not played

    @property
    def is_known(self) -> bool:
        """Tell whether the recording says anything but of the smallest settings."""
        told = [stretch for stretch in self.stretches if stretch.verdict is not Verdict.NOT_RECORDED]
        return any(stretch.end > _LEAST_KNOWN * self.span for stretch in told)

    @property
    def survives_from(self) -> float | None:
        """The least ping_timeout with which this keepalive had not closed within the recording."""
        found = next((stretch for stretch in self.stretches if stretch.verdict is not Verdict.CLOSED), None)
        return None if found is None or found.start <= 0 else found.start


def since(recording: Recording, interval: float, turned: float) -> Recording:
    """Return what tells about `interval`: the recording from when a hand `turned` (s) ping_interval to it.

    Before, pings came at other times, perhaps too seldom to say anything about this interval.
    """
    first = next((each.sent for each in recording.samples if each.sent >= turned), None)
    return recording if first is None else replace(recording, opened=max(recording.opened, first - interval))


def recording_in_force(trace: Trace) -> Recording | None:
    """Read from a trace what tells about the ping_interval that is in force; None before it was OPEN."""
    recording, interval = recording_of(trace), trace.story.knobs.get("ping_interval")
    turns = [(turn.time - trace.start) / 1e9 for turn in trace.story.knob_turns if turn.name == "ping_interval"]
    if recording is None or interval is None or not turns:
        return recording
    return since(recording, interval, turns[-1])


def pings_to_play(recording: Recording, interval: float) -> int:
    """Return about how many pings a replay plays."""
    return round((recording.end - recording.opened) / interval)


def is_quick(recording: Recording, interval: float) -> bool:
    """Tell whether a replay is done before anybody notices."""
    return max(pings_to_play(recording, interval), len(recording.samples)) <= _AT_ONCE


def curve_of(
    recording: Recording,
    interval: float,
    now: float | None,
    suggested: float | None,
    *,
    progress: Callable[[int], bool] | None = None,
) -> Curve:
    """Replay the recorded pings with every ping_timeout. Raises `Stopped` once `progress` returns False."""
    rtts = [sample.rtt for sample in recording.samples if sample.rtt is not None]
    span = span_for(max([0.0, now or 0.0, suggested or 0.0, *rtts]))
    timeouts = [span * place / _SAMPLES for place in range(_SAMPLES + 1)]
    marked = [timeout for timeout in (now, suggested) if timeout is not None]
    found = fates(recording, [(interval, timeout) for timeout in [*timeouts, *marked]], progress=progress)
    marks = {fate.timeout: Mark(fate.timeout, fate.verdict, fate.time) for fate in found[len(timeouts) :]}
    return Curve(
        stretches=tuple(_stretches(found[: len(timeouts)], recording)),
        span=span,
        recorded=recording.end,
        now=None if now is None else marks[now],
        suggested=None if suggested is None else marks[suggested],
    )


def _stretches(found: list[Fate], recording: Recording) -> list[Stretch]:
    """Join neighbours that are closed for the same ping's sake, and find where exactly one fate ends."""
    groups = [list(group) for _, group in groupby(found, key=lambda fate: (fate.verdict, fate.ping))]
    stretches, start = [], 0.0
    for place, group in enumerate(groups):
        is_last = place + 1 == len(groups)
        end = group[-1].timeout if is_last else _border(group[-1], groups[place + 1][0], recording)
        verdict, ping = group[0].verdict, group[0].ping
        first, last = (group[0].time, group[-1].time) if ping is None else (ping + start, ping + end)
        stretches.append(Stretch(start, end, verdict, first, last))
        start = end
    return stretches


def _border(before: Fate, after: Fate, recording: Recording) -> float:
    """Return the first ping_timeout that no longer meets the fate of `before`."""
    if before.ping is None:
        return after.timeout
    # It is closed for a ping's sake as long as the timeout is below its round trip, and passes while recorded.
    sample = min(recording.samples, key=lambda sample: abs(sample.sent - (before.ping or 0.0)))
    rtt = inf if sample.rtt is None else sample.rtt
    return min(max(min(rtt, recording.end - before.ping), before.timeout), after.timeout)
