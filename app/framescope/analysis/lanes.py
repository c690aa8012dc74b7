"""Where are one direction's frames in time? Binary search and exact aggregates per pixel, over any number of frames."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from framescope.analysis.columns import Column

Int64s = NDArray[np.int64]

_BLOCK = 32  # rows under one entry of the maxima and sums; measured: 16 to 64 are alike, 32 costs 2 bytes a frame
_LENGTH_LIMIT = 2**32 - 1  # lengths are for drawing: a header that declares 2^62 bytes must not overflow a sum
RESERVED = 15  #: stands for every opcode that RFC 6455 does not define
EMPTY = -1  #: the dominant opcode of a pixel without frames
_OPCODES = np.array([0, 1, 2, 8, 9, 10, RESERVED], np.int16)
_CLASSES = np.full(16, len(_OPCODES) - 1, np.int64)
_CLASSES[_OPCODES[:-1]] = np.arange(len(_OPCODES) - 1)


class Envelope(NamedTuple):
    """What happened between each two edges. All exact."""

    counts: Int64s
    max_length: Int64s  #: B of payload, of the largest frame
    dominant: NDArray[np.int16]  #: the opcode with most bytes on the wire; RESERVED or EMPTY


class Lane:
    """The frames of one direction in order of time: for a sent frame, when writing it began."""

    def __init__(self) -> None:
        self.times: Column[np.int64] = Column(np.int64)
        self.rows: Column[np.uint32] = Column(np.uint32)
        self.opcodes: Column[np.uint8] = Column(np.uint8)
        self.lengths: Column[np.uint32] = Column(np.uint32)  #: B of payload, at most 2^32 - 1
        self._headers: Column[np.uint8] = Column(np.uint8)
        self._maxima: Column[np.uint32] = Column(np.uint32)  # of each full block
        self._sums: Column[np.int64] = Column(np.int64, width=len(_OPCODES))  # wire bytes before each block, by class
        self._sums.extend(np.zeros((1, len(_OPCODES)), np.int64))

    def count(self) -> int:
        """Return the number of frames."""
        return len(self.times)

    def between(self, start_ns: int, end_ns: int) -> slice:
        """Return the indexes of the frames with start <= time < end."""
        low, high = self.times.positions(np.array([start_ns, max(start_ns, end_ns)], np.int64)).tolist()
        return slice(low, high)

    def nearest(self, time_ns: int) -> int | None:
        """Return the index of the frame nearest in time, the earlier one of two; None without frames."""
        after = self.between(time_ns, time_ns).start
        candidates = [index for index in (after - 1, after) if 0 <= index < len(self.times)]
        return min(candidates, key=lambda index: abs(self.times[index] - time_ns), default=None)

    def index_of(self, row: int, time_ns: int) -> int | None:
        """Return the index of the frame in table row `row`, whose time is `time_ns`."""
        same = self.between(time_ns, time_ns + 1)
        index = same.start + int(np.searchsorted(self.rows[same], row))
        return index if index < same.stop and self.rows[index] == row else None

    def bytes_before(self, index: int) -> int:
        """Return the bytes on the wire, headers included, of all frames before `index`."""
        if not index:
            return 0
        position = np.array([index], np.int64)
        return int(self._bytes_before(position, self._blocks_at(position)).sum())

    def bytes_between(self, start_ns: int, end_ns: int) -> int:
        """Return the bytes on the wire, headers included, of the frames with start <= time < end."""
        frames = self.between(start_ns, end_ns)
        return self.bytes_before(frames.stop) - self.bytes_before(frames.start)

    def envelope(self, edges: Int64s) -> Envelope:
        """Aggregate the frames between each two neighbours of `edges` (ascending int64 ns)."""
        positions = self.times.positions(edges)
        counts = np.diff(positions)
        if not counts.any():
            return Envelope(counts, np.zeros_like(counts), np.full(len(counts), EMPTY, np.int16))
        if positions[-1] - positions[0] <= _BLOCK * len(positions):
            longest, by_class = self._by_frame(positions, counts)
        else:
            blocks = self._blocks_at(positions)
            longest = self._longest(positions, blocks)
            by_class = np.diff(self._bytes_before(positions, blocks), axis=0)
        dominant = np.where(counts > 0, _OPCODES[by_class.argmax(axis=1)], EMPTY).astype(np.int16)
        return Envelope(counts, longest, dominant)

    def extend(self, rows: NDArray[np.integer], records: NDArray[np.void]) -> None:
        """Add frames: their rows in the table and their records."""
        if not len(records):
            return
        times = records["time"]
        columns: list[NDArray[np.generic]] = [
            times,
            rows,
            records["first"] & 0x0F,
            np.minimum(records["length"], _LENGTH_LIMIT),
            records["header_length"],
        ]
        if np.any(times[1:] < times[:-1]) or (len(self.times) and times[0] < self.times[-1]):
            columns = self._merged(columns, int(times.min()))
        for column, values in zip(self._columns(), columns, strict=True):
            column.extend(values)
        self._index_full_blocks()

    def _columns(self) -> tuple[Column[np.int64] | Column[np.uint32] | Column[np.uint8], ...]:
        return self.times, self.rows, self.opcodes, self.lengths, self._headers

    def _merged(self, new: list[NDArray[np.generic]], earliest: int) -> list[NDArray[np.generic]]:
        """Take away the rows after `earliest` and return them with the new ones, in order."""
        keep = self.between(earliest + 1, earliest + 1).start
        both = [np.concatenate([old[keep:], add]) for old, add in zip(self._columns(), new, strict=True)]
        for column in self._columns():
            column.truncate(keep)
        self._maxima.truncate(keep // _BLOCK)
        self._sums.truncate(keep // _BLOCK + 1)
        order = np.argsort(both[0], kind="stable")
        return [values[order] for values in both]

    def _index_full_blocks(self) -> None:
        done, full = len(self._maxima), len(self.times) // _BLOCK
        if done == full:
            return
        rows = slice(done * _BLOCK, full * _BLOCK)
        lengths = self.lengths[rows]
        self._maxima.extend(lengths.reshape(-1, _BLOCK).max(axis=1))
        entry = np.repeat(np.arange(full - done) * len(_OPCODES), _BLOCK) + _CLASSES[self.opcodes[rows]]
        sums = self._class_sums(entry, lengths + self._headers[rows].astype(np.int64), full - done)
        self._sums.extend(np.cumsum(sums, axis=0) + self._sums[done:])

    @staticmethod
    def _class_sums(entry: Int64s, weights: NDArray[np.integer], count: int) -> Int64s:
        # Exact although bincount adds floats: a block's sum stays below 2^53.
        width = len(_OPCODES)
        return np.bincount(entry, weights, count * width).reshape(count, width).astype(np.int64)

    def _by_frame(self, positions: Int64s, counts: Int64s) -> tuple[Int64s, Int64s]:
        """Greatest lengths and bytes by class, by looking at each frame: faster while they are few."""
        frames = slice(int(positions[0]), int(positions[-1]))
        lengths = self.lengths[frames]
        longest = np.zeros_like(counts)
        filled = counts > 0
        longest[filled] = np.maximum.reduceat(lengths, positions[:-1][filled] - positions[0])
        entry = np.repeat(np.arange(len(counts)) * len(_OPCODES), counts) + _CLASSES[self.opcodes[frames]]
        return longest, self._class_sums(entry, lengths + self._headers[frames].astype(np.int64), len(counts))

    def _blocks_at(self, positions: Int64s) -> Int64s:
        """The block in which each position lies; the end of the lane counts as inside its last block."""
        return np.minimum(positions // _BLOCK, (len(self.times) - 1) // _BLOCK)

    def _bytes_before(self, positions: Int64s, blocks: Int64s) -> Int64s:
        """Bytes on the wire before each position, one column for each class of opcode."""
        is_before = np.arange(_BLOCK) < (positions - blocks * _BLOCK)[:, None]
        sizes = self.lengths.take_blocks(blocks, _BLOCK) + self._headers.take_blocks(blocks, _BLOCK).astype(np.int64)
        classes = _CLASSES[self.opcodes.take_blocks(blocks, _BLOCK) & 0x0F]
        entry = classes + np.arange(len(blocks))[:, None] * len(_OPCODES)
        inside = self._class_sums(entry[is_before], sizes[is_before], len(blocks))
        return self._sums.take(blocks) + inside

    def _longest(self, positions: Int64s, blocks: Int64s) -> Int64s:
        """The greatest length between each two positions: the two blocks at the ends, and the full ones between."""
        lengths = self.lengths.take_blocks(blocks, _BLOCK)
        place = np.arange(_BLOCK)
        from_first = (positions[:-1] - blocks[:-1] * _BLOCK)[:, None], (positions[1:] - blocks[:-1] * _BLOCK)[:, None]
        from_last = (positions[:-1] - blocks[1:] * _BLOCK)[:, None], (positions[1:] - blocks[1:] * _BLOCK)[:, None]
        first = np.where((place >= from_first[0]) & (place < from_first[1]), lengths[:-1], 0).max(axis=1)
        last = np.where((place >= from_last[0]) & (place < from_last[1]), lengths[1:], 0).max(axis=1)
        longest: Int64s = np.maximum(first, last).astype(np.int64)
        between = blocks[1:] > blocks[:-1] + 1
        if between.any():
            base = int(blocks[0])
            maxima = self._maxima[base : int(blocks[-1])]
            pairs = np.stack([blocks[:-1][between] + 1, blocks[1:][between]], axis=1).ravel() - base
            if pairs[-1] == len(maxima):
                pairs = pairs[:-1]  # reduceat then runs to the end by itself
            longest[between] = np.maximum(longest[between], np.maximum.reduceat(maxima, pairs)[::2])
        return longest
