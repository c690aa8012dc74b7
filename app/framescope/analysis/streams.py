"""Which frame covers a position of a direction's byte stream? Needed where a violation names a position."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from framescope.analysis.lanes import Lane
from framescope.capture.records import SENT, Flag, Kind


class FrameFinder:
    """Finds frames by their logical position, which the records of frames in one place do not carry.

    Behind the handshake a direction's stream is nothing but frames, so a frame's position is that of
    the first one plus the sizes between. The first one's is where the last piece before it ends (the
    handshake), or stands in its record, if it is a split frame.
    """

    def __init__(self, lanes: dict[bool, Lane]) -> None:
        self._lanes = lanes
        self._first: dict[bool, int] = {}  # logical position of each direction's first frame
        self._piece_end = {True: 0, False: 0}

    def extend(self, records: NDArray[np.void]) -> None:
        """Look at new records."""
        for sent in (True, False):
            if sent in self._first:
                continue
            direction = SENT if sent else 0
            frames = np.flatnonzero(records["kind"] == Kind.FRAME | direction)
            pieces = np.flatnonzero(records["kind"] == Kind.PIECE | direction)
            if len(frames):
                pieces = pieces[pieces < frames[0]]
            if len(pieces):
                last = records[pieces[-1]]
                self._piece_end[sent] = int(last["other_time"]) + int(last["length"])
            if len(frames):
                first = records[frames[0]]
                is_split = first["flags"] & Flag.SPLIT
                self._first[sent] = int(first["offset"]) if is_split else self._piece_end[sent]

    def frame_at(self, sent: bool, offset: int) -> int | None:
        """Return the index in its lane of the frame that covers `offset` (B from the stream's start)."""
        lane = self._lanes[sent]
        count = lane.count()
        position = offset - self._first.get(sent, 0)
        if not count or position < 0 or position >= lane.bytes_before(count):
            return None
        return bisect_right(range(count), position, key=lane.bytes_before) - 1
