"""What does the timeline say about the thing under the pointer? Plain lines: name, time, size, RTT, deadline, note."""

from __future__ import annotations

from dataclasses import dataclass

from framescope.analysis.event_text import event_text
from framescope.analysis.model import Exchange
from framescope.analysis.notes import note
from framescope.analysis.rtt import percentile
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_count, format_moment, format_seconds, format_size
from framescope.capture.records import Kind
from framescope.engine.frames import Opcode
from framescope.engine.settings import format_duration
from framescope.ui.opcode_names import EVENT, opcode_name
from framescope.ui.plain import visible
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.viewport import Viewport

_LONGEST = 90  #: characters of a line
_BULK = 32 * 1024  #: B received before a pong that are worth a line


@dataclass(frozen=True, slots=True)
class Tip:
    """A tooltip: `title` beside the mark of `opcode`, `moment` at the right, then lines."""

    opcode: int
    title: str
    moment: str
    lines: list[str]

    @property
    def text(self) -> str:
        """Everything as one text, for screen readers."""
        return ", ".join([self.title, self.moment, *self.lines])


def tip_of(trace: Trace, row: int, now: int) -> Tip:
    """Describe a row; `now` (ns) is what a waiting ping counts to."""
    record = trace.record(row)
    moment = format_moment((record.time - trace.start) / 1e9)
    if record.plain_kind != Kind.FRAME:
        return Tip(EVENT, _cut(event_text(trace, row)), moment, [])
    opcode = record.first & 0x0F
    exchange = trace.exchange_of(row)
    name = f"{opcode_name(opcode)} frame {trace.number_of(row)}"
    if exchange is not None and opcode == Opcode.PONG and exchange.rtt is not None:
        word = "RTT" if exchange.ours else "answered in"
        return Tip(opcode, f"Pong · {word} {format_seconds(exchange.rtt)}", moment, _pong_lines(trace, exchange))
    remark = note(trace, row, now).text
    lines = [f"{'sent' if record.is_sent else 'received'} · {format_size(record.length)}"]
    if exchange is not None and exchange.due is not None and exchange.answered is None and not exchange.is_missed:
        lines.append(f"pong due in {max(0.0, (exchange.due - now) / 1e9):.1f} s")
    return Tip(opcode, name, moment, [*lines, *([_cut(remark)] if remark else [])])


def measure_text(trace: Trace, start: int, end: int) -> str:
    """Say what lies between two cursors: time, frames, bytes on the wire."""
    frames = size = 0
    for lane in trace.lanes.values():
        found = lane.between(start, end)
        frames += found.stop - found.start
        size += lane.bytes_between(start, end)
    count = f"{format_count(frames)} {'frame' if frames == 1 else 'frames'}"
    return f"Δt {format_seconds((end - start) / 1e9)} · {count} · {format_size(size)}"


def rtt_text(exchanges: ExchangeColumns, view: Viewport) -> str:
    """Say the figures of the RTT strip and over how many pongs they were taken."""
    rtts = sorted(exchanges.rtts(exchanges.answered_between(view.start, view.end)).tolist())
    median, slowest = percentile(rtts, 0.5), percentile(rtts, 0.99)
    if median is None or slowest is None:
        return "No pong in view"
    count = f"{format_count(len(rtts))} {'pong' if len(rtts) == 1 else 'pongs'} in view"
    return f"{count}: p50 {format_seconds(median)}, p99 {format_seconds(slowest)} (nearest rank)"


def _pong_lines(trace: Trace, exchange: Exchange) -> list[str]:
    lines = []
    if exchange.due is not None and exchange.answered is not None:
        room = (exchange.due - exchange.answered) / 1e9
        given = format_duration(round((exchange.due - exchange.sent) / 1e9, 3))
        word = "before" if room >= 0 else "after"
        lines.append(f"{format_seconds(abs(room))} {word} its {given} s deadline")
    if exchange.ours and exchange.answered is not None:
        ahead = trace.lanes[False].bytes_between(exchange.sent, exchange.answered)
        if ahead >= _BULK:
            lines.append(f"{format_size(ahead)} arrived ahead of it")
    return lines


def _cut(text: str) -> str:
    line = visible(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
