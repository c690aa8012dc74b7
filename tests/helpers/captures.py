"""What do tests of captures share? A clock that stands still, and the bytes of a conversation played to a writer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from framescope.capture.clock import Clock
from framescope.capture.details import ConnectionInfo
from framescope.capture.writer import CaptureWriter
from framescope.engine.frames import Frame, header_at, serialise
from framescope.engine.masking import apply_mask

KNOBS: dict[str, float | None] = {
    "open_timeout": 10.0,
    "ping_interval": 20.0,
    "ping_timeout": 20.0,
    "close_timeout": 10.0,
}
INFO = ConnectionInfo("ws://127.0.0.1:9001/", "client", KNOBS)


class StillClock:
    """Time that passes only when a test says so; wall time and boottime stand apart from it."""

    def __init__(self, now: float = 100.0) -> None:
        self.ns = round(now * 1e9)

    def advance(self, seconds: float) -> None:
        self.ns += round(seconds * 1e9)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.ns, lambda: self.ns + 1_700_000_000_000_000_000, lambda: self.ns + 5_000_000_000)


@dataclass
class Side:
    """One direction of a conversation: a handshake, then frames, and what a reader should find."""

    handshake: bytes
    wires: list[bytes]

    @property
    def stream(self) -> bytes:
        return self.handshake + b"".join(self.wires)


def frame_bytes(payload: bytes, mask: bytes | None = None, first: int = 0x82) -> bytes:
    return serialise(first, payload, mask)


def frames_in(stream: bytes, start: int) -> list[Frame]:
    """Read every whole frame of `stream`, which begins with `start` bytes of handshake."""
    frames = []
    while (head := header_at(stream, start, len(stream), start)) is not None:
        end = start + head.header_length + head.length
        if end > len(stream):
            break
        payload = stream[start + head.header_length : end]
        if head.mask is not None:
            payload = apply_mask(payload, head.mask)
        frames.append(Frame(head.first, payload, head.mask, head.header_length, head.length, start))
        start = end
    return frames


class Player:
    """Feeds one direction to a writer in reads, with each frame recorded when its last byte has come."""

    def __init__(self, writer: CaptureWriter, connection: int, sent: bool, side: Side) -> None:
        self.writer, self.connection, self.sent = writer, connection, sent
        self.stream = side.stream
        self.frames = frames_in(self.stream, len(side.handshake))
        self.position = self.done = 0

    def read(self, length: int, time_ns: int, kernel_ns: int = 0) -> None:
        data = self.stream[self.position : self.position + length]
        self.position += len(data)
        self.writer.bytes_seen(self.connection, self.sent, data, time_ns, kernel_ns)
        while self.done < len(self.frames):
            frame = self.frames[self.done]
            if frame.offset + frame.header_length + frame.length > self.position:
                break
            self.writer.frame(self.connection, self.sent, frame, time_ns)
            self.done += 1
        self.writer.end_of_read(self.connection, self.sent)
        self.writer.flush()

    def read_all(self, lengths: Iterable[int], time_ns: int = 0) -> None:
        for length in lengths:
            self.read(length, time_ns)
