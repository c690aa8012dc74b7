"""When would a recorded connection have been closed with other keepalive settings? One line a setting."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from framescope.analysis.terms import peer_of
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_moment, format_seconds
from framescope.analysis.whatif import Fate, Recording, Verdict, fates, recording_of, suggestion
from framescope.commands.lines_out import to_stdout
from framescope.commands.stored import NotThere, chosen_traces, complain, stored_book, title

VERSION = 1  #: of the JSON lines


@dataclass(frozen=True, slots=True)
class Asked:
    """The settings to try, in seconds. No intervals: the recorded one."""

    timeouts: Sequence[float]
    intervals: Sequence[float] = ()


def print_fates(folder: Path, asked: Asked, *, connection: int | None, is_json: bool) -> int:
    """Print what each setting would have done; 1 where there is nothing to tell."""
    told = 0
    try:
        with stored_book(folder) as book:
            for trace in chosen_traces(book, connection):
                of = recording_of(trace)
                intervals = asked.intervals or _recorded_intervals(trace)
                if of is None:
                    complain(f"connection {trace.number} never opened: no keepalive ran.")
                elif not intervals:
                    complain(f"connection {trace.number} sent no pings (ping_interval none): give --ping-interval.")
                else:
                    if told and not is_json:
                        to_stdout("")
                    told += 1
                    found = fates(of, list(product(intervals, asked.timeouts)))
                    for line in (_json_lines if is_json else _text_lines)(trace, of, found):
                        to_stdout(line)
    except NotThere as error:
        complain(str(error))
    return 0 if told else 1


def _recorded_intervals(trace: Trace) -> list[float]:
    """Return the ping_interval that stood when the connection ended."""
    interval = trace.story.knobs.get("ping_interval")
    return [] if interval is None else [interval]


def _text_lines(trace: Trace, of: Recording, found: Sequence[Fate]) -> Iterator[str]:
    yield title(trace)
    rtts = [sample.rtt for sample in of.samples if sample.rtt is not None]
    pings = "1 ping" if len(of.samples) == 1 else f"{len(of.samples)} pings"
    worst = f", slowest answer {format_seconds(max(rtts))}" if rtts else ""
    yield f"Recorded: {format_moment(of.end)}, {pings}, {len(rtts)} answered{worst}."
    yield ""
    dead = f"dead {peer_of(trace.story)} seen"
    yield f"{'ping_interval':>13}  {'ping_timeout':>12}  {'false closes':>12}  {dead:>16}  this connection"
    for fate in found:
        within = f"within {fate.interval + fate.timeout:g} s"
        settings = f"{f'{fate.interval:g} s':>13}  {f'{fate.timeout:g} s':>12}"
        yield f"{settings}  {fate.false_closes:>12}  {within:>16}  {_outcome(trace, fate)}"
    yield ""
    advice = suggestion(of)
    if advice is None:
        yield "No suggestion: no ping was answered."
    else:
        yield f"Suggestion: ping_timeout {advice.timeout:g} s: {advice.reason}."


def _outcome(trace: Trace, fate: Fate) -> str:
    match fate.verdict:
        case Verdict.SURVIVED:
            return f"survived the recording, to {format_moment(fate.time)}"
        case Verdict.NOT_RECORDED:
            return f"not recorded from {format_moment(fate.time)} on"
        case Verdict.CLOSED if fate.noticed_after is not None:
            silent = format_seconds(fate.noticed_after)
            return f"closed at {format_moment(fate.time)}, {silent} after the last sign of life"
        case Verdict.CLOSED:
            return f"closed at {format_moment(fate.time)}, although the {peer_of(trace.story)} was alive"


def _json_lines(trace: Trace, of: Recording, found: Sequence[Fate]) -> Iterator[str]:
    head = {"version": VERSION, "connection": trace.number}
    for fate in found:
        fields = fate._asdict() | {"verdict": fate.verdict.name.lower(), "dead_within": fate.interval + fate.timeout}
        yield json.dumps(head | {"type": "fate"} | fields)
    advice = suggestion(of)
    if advice is not None:
        yield json.dumps(head | {"type": "suggestion"} | advice._asdict(), ensure_ascii=True)
