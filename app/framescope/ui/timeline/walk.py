"""Which row comes next: the next frame, the next of its opcode, the next error? And from when to when is a message?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framescope.analysis.trace import Trace
from framescope.capture.records import Kind
from framescope.engine.frames import FIN, Opcode

_CHUNK = 1 << 16
_FARTHEST = 4096  #: frames to either side in which a message's ends are looked for
_CLEAN = (1000, 1001)


def time_of(trace: Trace, row: int) -> int:
    """Return a row's time, ns."""
    return int(trace.rows.column("time")[row])


def next_frame(trace: Trace, row: int | None, direction: int, *, same_opcode: bool = False) -> int | None:
    """Return the next (1) or previous (-1) frame's row; without a row the last one. None at the end."""
    count = len(trace.rows)
    if row is None:
        return next_frame(trace, count, -1)
    opcode = trace.rows.column("first")[row] & 0x0F if same_opcode and row < count else None
    start = row + direction
    while 0 <= start < count:
        low, high = (start, min(count, start + _CHUNK)) if direction > 0 else (max(0, start + 1 - _CHUNK), start + 1)
        is_wanted = trace.rows.column("kind")[low:high] & 0x7F == Kind.FRAME
        if opcode is not None:
            is_wanted &= trace.rows.column("first")[low:high] & 0x0F == opcode
        found = np.flatnonzero(is_wanted)
        if len(found):
            return low + int(found[0] if direction > 0 else found[-1])
        start = high if direction > 0 else low - 1
    return None


def error_rows(trace: Trace) -> list[int]:
    """Return the rows of missed deadlines, violations and a bad end, in order of time."""
    story = trace.story
    found = {(mark.time, mark.row) for mark in story.missed}
    for violation in story.violations:
        row = violation.row if violation.frame_row is None else violation.frame_row
        found.add((time_of(trace, row), row))
    if has_bad_end(trace) and story.ended is not None:
        found.add((story.ended.time, story.ended.row))
    return [row for _, row in sorted(found)]


def has_bad_end(trace: Trace) -> bool:
    """Did the connection end otherwise than with 1000 or 1001?"""
    ended = trace.story.ended
    return ended is not None and ended.info.code not in _CLEAN


def next_error(trace: Trace, row: int | None, direction: int, more: Sequence[int] = ()) -> int | None:
    """Return the next or previous error's row, round and round; without a row the first or last one.

    `more`: rows that count as errors, too.
    """
    rows = sorted({*error_rows(trace), *more}, key=lambda error: (time_of(trace, error), error))
    if not rows:
        return None
    if row is None:
        return rows[0 if direction > 0 else -1]
    if row in rows:
        return rows[(rows.index(row) + direction) % len(rows)]
    time = time_of(trace, row)
    later = [error for error in rows if time_of(trace, error) > time]
    earlier = [error for error in rows if time_of(trace, error) < time]
    if direction > 0:
        return (later or rows)[0]
    return (earlier or rows)[-1]


def extent_of(trace: Trace, row: int) -> tuple[int, int]:
    """Return from when to when the thing in a row lasted: a message, a ping and its pong, a moment."""
    time = time_of(trace, row)
    exchange = trace.exchange_of(row)
    if exchange is not None:
        return exchange.sent, max(exchange.sent, exchange.answered or exchange.due or exchange.sent)
    record = trace.record(row)
    if record.plain_kind != Kind.FRAME or record.first & 0x0F > Opcode.BINARY:
        return time, time
    lane = trace.lanes[record.is_sent]
    index = lane.index_of(row, time)
    if index is None:
        return time, time
    low, high = max(0, index - _FARTHEST), min(lane.count(), index + _FARTHEST + 1)
    firsts = trace.rows.column("first").take(lane.rows[low:high])
    is_data = firsts & 0x0F <= Opcode.BINARY
    here = index - low
    begins = np.flatnonzero(is_data & (firsts & 0x0F != Opcode.CONTINUATION))
    ends = np.flatnonzero(is_data & (firsts & FIN != 0))
    begin = begins[begins <= here][-1:]
    end = ends[ends >= here][:1]
    first = low + int(begin[0]) if len(begin) else index
    last = low + int(end[0]) if len(end) else index
    return lane.times[first], lane.times[last]
