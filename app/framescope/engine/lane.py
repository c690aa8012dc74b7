"""Where are one direction's bytes of a TCP connection? In the sender's buffer, on the way, or waiting to be read."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

SEGMENT = 1448  #: B of payload in a segment, of an Ethernet frame's 1,500
#: B; what Linux' buffers hold soon after the start of a connection
SEND_BUFFER = 256 * 1024
RECEIVE_BUFFER = 256 * 1024
READ_SIZE = 16 * 1024  #: B that one read brings at most
_READ_TURN = 0.05  # seconds of reading at a slow reader's rate that come at once


@dataclass(slots=True)
class Segment:
    """Bytes that travel together. Without bytes: the stream's end."""

    offset: int  #: of its first byte in the direction's stream
    data: bytes
    counts: bool
    first_sent: float = 0.0
    tries: int = 0  #: that were in vain

    @property
    def size(self) -> int:
        return len(self.data)


class Lane:
    """One direction. What is on the way and what is unread never exceed the receiver's buffer."""

    def __init__(self) -> None:
        self.waits = 0  #: B in the sender's kernel that are not on the wire
        self.unread = 0  #: B in the receiver's kernel
        self.read_rate: float | None = None  #: B/s of the application; None: as they come
        self.wire_free = 0.0  #: when the wire has taken what was put on it
        self.is_reading = False  #: a slow reader's next turn is planned
        self.has_told_end = False
        self._waiting: deque[Segment] = deque()
        self._early: dict[int, Segment] = {}  # arrived before what lies in front of them
        self._buffer: deque[bytes] = deque()
        self._flying = 0  # B on the wire or unread
        self.queued = 0  #: B accepted in all
        self._arrived = 0  # B arrived in order
        self._read = 0
        self._end: int | None = None  # where the stream ends, once the receiver knows
        self._has_ended = False  # the sender has said all

    @property
    def is_at_end(self) -> bool:
        """Tell whether the application has read everything there is."""
        return self._end is not None and self._read >= self._end

    @property
    def on_the_way(self) -> int:
        """B that left the sender and are not in the receiver's kernel."""
        return self._flying - self.unread

    @property
    def room(self) -> int:
        """B that the sender's buffer takes; what comes after the stream's end is taken, and goes nowhere."""
        return SEND_BUFFER if self._has_ended else SEND_BUFFER - self.waits

    @property
    def has_waiting(self) -> bool:
        """Tell whether anything in the sender's kernel is not on the wire."""
        return bool(self._waiting)

    def put(self, data: bytes, *, counts: bool) -> int:
        """Queue what the sender's buffer has room for; return the number of bytes."""
        if self._has_ended:
            return len(data)
        if 0 < len(data) <= min(SEGMENT, self.room):  # mostly one small frame
            self._queue(data, counts)
            return len(data)
        accepted = min(len(data), self.room)
        for start in range(0, accepted, SEGMENT):
            self._queue(data[start : min(start + SEGMENT, accepted)], counts)
        return accepted

    def _queue(self, data: bytes, counts: bool) -> None:
        self._waiting.append(Segment(self.queued, data, counts))
        self.queued += len(data)
        self.waits += len(data)

    def put_end(self) -> None:
        """Queue the end of the stream."""
        if not self._has_ended:
            self._has_ended = True
            self._waiting.append(Segment(self.queued, b"", True))

    def drop_waiting(self) -> None:
        """Forget what is not on the wire."""
        self._waiting.clear()
        self.waits = 0
        self._has_ended = True

    def next_segment(self) -> Segment | None:
        """Take the next segment for the wire, as far as the receiver's buffer has room."""
        if not self._waiting:
            return None
        size = len(self._waiting[0].data)
        if self._flying + size > RECEIVE_BUFFER:
            return None
        self.waits -= size
        self._flying += size
        return self._waiting.popleft()

    def arrive(self, segment: Segment) -> None:
        """Put a segment in its place; the application sees bytes in order only."""
        self._early[segment.offset if segment.data else -1] = segment
        while (following := self._early.pop(self._arrived, None)) is not None:
            self._buffer.append(following.data)
            self.unread += len(following.data)
            self._arrived += len(following.data)
        if self._early and (end := self._early.get(-1)) is not None and end.offset <= self._arrived:
            self._end = self._arrived

    def read(self) -> tuple[bytes, float | None]:
        """Return what one read brings now, and the seconds until the next one; None: not before more comes."""
        rate = self.read_rate
        if not self._buffer or rate == 0 or self.is_reading:
            return b"", None
        pause: float | None
        if rate is not None:
            data = self._take(max(1, round(rate * _READ_TURN)))
            pause = len(data) / rate
        elif len(self._buffer) == 1:
            data, pause = self._buffer.popleft(), None  # a segment is smaller than a read
        elif self.unread <= READ_SIZE:
            data, pause = b"".join(self._buffer), None
            self._buffer.clear()
        else:
            data, pause = self._take(READ_SIZE), 0.0
        self.unread -= len(data)
        self._flying -= len(data)
        self._read += len(data)
        return data, pause

    def _take(self, limit: int) -> bytes:
        taken = bytearray()
        while self._buffer and len(taken) < limit:
            piece = self._buffer.popleft()
            room = limit - len(taken)
            taken += piece[:room]
            if len(piece) > room:
                self._buffer.appendleft(piece[room:])
        return bytes(taken)
