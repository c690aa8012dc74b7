"""What is shown when nobody can look? The demo feed, a knob turned, a slow pong, and a report of what was seen."""

from __future__ import annotations

import asyncio

from framescope.analysis.ending import end_sentence
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_count, format_seconds, format_size
from framescope.ui.desk import Desk
from framescope.ui.main_window import MainWindow
from framescope.ui.plain import visible

_INTERVAL = 1.0  #: s: the `ping_interval` that the demonstration sets
_FIRST_FRAMES = 10
_LOOK = 0.1  #: s between two looks at the trace


class Demonstration:
    """Turns `ping_interval` through the window's own knob once frames come, and tells what the trace holds."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        self._window = window
        self._desk = desk

    async def turn_a_knob(self) -> None:
        """Wait for the first frames, then turn the knob; afterwards choose the slowest pong."""
        while (trace := self._desk.trace) is None or trace.frame_count < _FIRST_FRAMES:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK)
        self._window.knobs.knobs["ping_interval"].turn_to(_INTERVAL)
        while True:
            await asyncio.sleep(_LOOK)
            slow = [exchange for exchange in trace.story.exchanges if exchange.ours and (exchange.rtt or 0) > 1]
            if slow and slow[0].pong_row is not None:
                self._desk.select(slow[0].pong_row)
                return

    def report(self) -> str:
        """Tell what was seen, in a few lines."""
        trace = self._desk.trace
        if trace is None:
            return "No connection came about.\n"
        return "\n".join(_lines(trace)) + "\n"


def _lines(trace: Trace) -> list[str]:
    story = trace.story
    totals = story.totals
    url = "" if story.info is None else story.info.url
    ours = [exchange for exchange in story.exchanges if exchange.ours]
    round_trips = sorted(exchange.rtt for exchange in ours if exchange.rtt is not None)
    lines = [
        f"Connected to {url}" if story.handshake is not None else f"No connection to {url}",
        f"  received {format_count(totals.received_frames)} frames, {format_size(totals.received_bytes)};"
        f" sent {format_count(totals.sent_frames)} frames, {format_size(totals.sent_bytes)}",
    ]
    for turn in story.knob_turns:
        lines.append(f"  {turn.name} turned {turn.old} → {turn.new} at {(turn.time - story.start) / 1e9:.1f} s")
    if round_trips:
        best, worst = format_seconds(round_trips[0]), format_seconds(round_trips[-1])
        lines.append(f"  {len(ours)} pings of ours, {len(round_trips)} pongs: round trips {best} to {worst}")
    advice = "" if story.ended is None else story.ended.info.advice
    lines += [f"  {visible(line)}" for line in (*end_sentence(story), advice) if line]
    return lines
