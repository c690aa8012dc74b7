"""Where do the views' bytes come from? A frame, the payloads of a message, or memory, a stretch at a time."""

from __future__ import annotations

from framescope.analysis.source import Source
from framescope.capture.records import Flag, Record


class FrameBytes:
    """A whole frame: header and payload as they stood on the wire."""

    def __init__(self, reader: Source, record: Record) -> None:
        self._reader, self._record = reader, record
        self._header = record.header_length
        self.length = self._header + payload_length(reader, record)

    def wire(self, start: int, stop: int) -> bytes:
        return self._reader.frame_bytes(self._record, start, stop)

    def plain(self, start: int, stop: int) -> bytes:
        dots = max(0, min(stop, self._header) - start)
        first, last = max(0, start - self._header), max(0, stop - self._header)
        return bytes(dots) + (self._reader.payload(self._record, first, last) if last > first else b"")


class Content:
    """Bytes in memory: what a compressed message said."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.length = len(content)

    def wire(self, start: int, stop: int) -> bytes:
        return self._content[start:stop]

    def plain(self, start: int, stop: int) -> bytes:
        return self._content[start:stop]


class MessageBytes:
    """The payloads of a message's frames, unmasked, one behind the other."""

    def __init__(self, reader: Source, records: list[Record]) -> None:
        self._reader = reader
        self._records = records
        self._lengths = [payload_length(reader, record) for record in records]
        self.length = sum(self._lengths)

    def wire(self, start: int, stop: int) -> bytes:
        return self.plain(start, stop)

    def plain(self, start: int, stop: int) -> bytes:
        """Return the payload's bytes from `start` up to `stop`."""
        pieces = []
        base = 0
        for record, length in zip(self._records, self._lengths, strict=True):
            first, last = max(start, base), min(stop, base + length)
            if first < last:
                pieces.append(self._reader.payload(record, first - base, last - base))
            base += length
        return b"".join(pieces)


def payload_length(reader: Source, record: Record) -> int:
    """Return how many bytes of a frame's payload there are; fewer than declared when the connection ended in it."""
    declared = record.length
    if not record.flags & Flag.PARTIAL:
        return declared
    low, high = 0, declared
    while low < high:
        middle = (low + high + 1) // 2
        if len(reader.payload(record, middle - 1, middle)) == 1:
            low = middle
        else:
            high = middle - 1
    return low
