"""Which fragment of which message is a frame? Found by looking around the frame, when somebody asks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framescope.analysis.lanes import Lane
from framescope.analysis.rows import Rows
from framescope.engine.frames import FIN, Opcode

# Enough for a 256 MiB message in frames of 64 KiB; both looks together cost 0.1 ms, the first alone 0.02.
_LOOKS = (64, 4096)


class Fragment(NamedTuple):
    """A frame's place in its message, counted from 1.

    None: not to be known, because the message's begin or end is too far away or was not seen.
    """

    place: int | None
    total: int | None
    size: int | None  #: B of the whole message's payload, before inflating
    is_last: bool


class _Message(NamedTuple):
    """Indexes in a lane of a message's frames, in order; `has_begin`, `has_end`: the outer ones are its ends."""

    frames: NDArray[np.int64]
    has_begin: bool
    has_end: bool


class Fragments:
    """Looks around frames. Keeps the whole message that was found last: neighbours ask one after the other."""

    def __init__(self, rows: Rows, lanes: dict[bool, Lane]) -> None:
        self._rows = rows
        self._lanes = lanes
        self._found: tuple[bool, _Message] | None = None

    def rows_of(self, row: int) -> list[int]:
        """Return the rows of the message that a frame belongs to, in order; empty where `of` is None."""
        if self.of(row) is None:
            return []
        record = self._rows.record(row)
        lane = self._lanes[record.is_sent]
        index = lane.index_of(row, record.time)
        assert index is not None  # `of` found it
        rows: list[int] = lane.rows.take(self._message_at(record.is_sent, index).frames).tolist()
        return rows

    def of(self, row: int) -> Fragment | None:
        """Return a frame's place in its message; None for control frames and for messages in one frame."""
        record = self._rows.record(row)
        opcode = record.first & 0x0F
        if opcode > Opcode.BINARY or (record.first & FIN and opcode != Opcode.CONTINUATION):
            return None
        lane = self._lanes[record.is_sent]
        index = lane.index_of(row, record.time)
        if index is None:
            return None
        message = self._message_at(record.is_sent, index)
        place = int(np.searchsorted(message.frames, index)) + 1 if message.has_begin else None
        total = size = None
        if message.has_begin and message.has_end:
            total = len(message.frames)
            rows = lane.rows[int(message.frames[0]) : int(message.frames[-1]) + 1]
            lengths = self._rows.column("length").take(rows[message.frames - message.frames[0]])
            size = int(lengths.sum())
        return Fragment(place, total, size, bool(record.first & FIN))

    def _message_at(self, sent: bool, index: int) -> _Message:
        if self._found is not None and self._found[0] == sent:
            frames = self._found[1].frames
            if frames[0] <= index <= frames[-1]:
                return self._found[1]
        lane = self._lanes[sent]
        for look in _LOOKS:
            low, high = max(0, index - look), min(lane.count(), index + look + 1)
            message = self._message_within(lane, index, low, high)
            if message.has_begin and message.has_end:
                self._found = sent, message
                break
            if low == 0 and high == lane.count():
                break
        return message

    def _message_within(self, lane: Lane, index: int, low: int, high: int) -> _Message:
        """Find the frames of the message around `index`, looking from `low` to `high`."""
        firsts = self._rows.column("first").take(lane.rows[low:high])
        data = np.flatnonzero(firsts & 0x0F <= Opcode.BINARY)
        firsts = firsts[data]
        here = int(np.searchsorted(data, index - low))
        is_begin, is_end = firsts & 0x0F != Opcode.CONTINUATION, firsts & FIN != 0
        begins = np.flatnonzero(is_begin[: here + 1])
        ends = np.flatnonzero(is_end[here:])
        # An end on the way back means that this frame continues nothing: there is no begin to count from.
        begin = int(begins[-1]) if len(begins) and not is_end[begins[-1] : here].any() else None
        end = here + int(ends[0]) if len(ends) else None
        if end is not None and is_begin[here + 1 : end + 1].any():
            end = None  # another message began before this one ended
        inside = slice(here if begin is None else begin, (here if end is None else end) + 1)
        return _Message(data[inside] + low, begin is not None, end is not None)
