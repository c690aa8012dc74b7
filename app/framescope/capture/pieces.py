"""Which bytes of a direction lie where in the stream file? What the writer remembers, what a reader looks up.

Logical offsets count the bytes of one direction of one connection, its handshake included. A run of
them that lies in one place of the file is a piece.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(slots=True)
class Direction:
    """What the writer remembers of one direction: only the latest read, whatever the frames' sizes.

    Bytes before `accounted` belong to a frame or a piece that has its record, or were not recorded
    at all; those from `accounted` to `end` lie in one place of the file.
    """

    end: int = 0  #: logical offset of the next byte
    accounted: int = 0
    gap_end: int = 0  #: logical offset before which bytes may be missing from the file
    shift: int = 0  #: file offset less logical offset, for the latest read
    time_ns: int = 0  #: of the latest read
    kernel_ns: int = 0  #: receive time of the latest read's last byte, 0 if unknown

    def seen(self, length: int, file_offset: int, time_ns: int, kernel_ns: int) -> None:
        """Remember a read of `length` bytes; every earlier byte must be accounted for."""
        self.shift = file_offset - self.end
        self.end += length
        self.time_ns = time_ns
        self.kernel_ns = kernel_ns

    def skip(self) -> None:
        """Give up everything so far: recording was stopped."""
        self.accounted = self.gap_end = self.end


class Span(NamedTuple):
    """A run of bytes in the stream file."""

    offset: int
    length: int


class PieceTable:
    """The PIECE records of one direction, in the order in which they were written: by logical offset."""

    def __init__(self) -> None:
        self._logical = array("q")
        self._offsets = array("Q")
        self._lengths = array("Q")

    def __len__(self) -> int:
        return len(self._logical)

    def extend(self, logical: bytes, offsets: bytes, lengths: bytes) -> None:
        """Append pieces, given as three columns of native 64-bit integers."""
        self._logical.frombytes(logical)
        self._offsets.frombytes(offsets)
        self._lengths.frombytes(lengths)

    def spans(self, start: int, stop: int) -> Iterator[Span]:
        """Yield where the logical bytes from `start` to `stop` lie, up to the first that no piece has."""
        position = start
        for i in range(max(bisect_right(self._logical, start) - 1, 0), len(self._logical)):
            into = position - self._logical[i]
            length = min(self._lengths[i] - into, stop - position)
            if position >= stop or into < 0 or length <= 0:
                return
            yield Span(self._offsets[i] + into, length)
            position += length
