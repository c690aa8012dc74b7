"""Which bytes go out next, and when has the kernel taken each frame? Control frames go before queued data."""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from framescope.engine.events import FrameSent, new_frame_sent
from framescope.engine.frames import CLOSE, PONG, Frame, new_frame

#: What an outgoing item is. Plain numbers: Python 3.11 takes 0.25 us to look a member of an enumeration up.
HANDSHAKE, ORDINARY, KEEPALIVE, DELIBERATE = range(4)
#: Its bytes; of a frame the first byte, the payload and the mask; what it is. No object is cheaper to make.
Outgoing: TypeAlias = tuple[bytes, int, bytes, bytes | None, int]


class Outbox:
    """Two queues and the frame that is under way. Bytes that were taken keep their order."""

    def __init__(self) -> None:
        self._urgent: deque[Outgoing] = deque()
        self._data: deque[Outgoing] = deque()
        self._current: Outgoing | None = None
        self._position = 0  #: B of it that were taken
        self._unwritten: deque[tuple[Outgoing, float]] = deque()  #: taken in this order, and when they began (s)
        self._accepted = 0  #: B of the first of them that the kernel has accepted
        self._offset = 0  #: where that one begins in the stream
        self.size = 0  #: B queued or taken, and not accepted by the kernel

    def put_handshake(self, data: bytes) -> None:
        """Queue what is no frame, before all else."""
        self.put_urgent((data, 0, b"", None, HANDSHAKE))

    def put_urgent(self, item: Outgoing) -> None:
        """Queue a frame that goes before all data that has not begun."""
        self.size += len(item[0])
        self._urgent.append(item)

    def put_data(self, item: Outgoing) -> None:
        """Queue a frame that takes its turn."""
        self.size += len(item[0])
        self._data.append(item)

    def drop_data(self) -> None:
        """Forget queued data frames that have not begun: the connection has failed. A Close of ours stays."""
        kept = [item for item in self._data if _opcode(item) == CLOSE and item[4] != DELIBERATE]
        self.size -= sum(len(item[0]) for item in self._data) - sum(len(item[0]) for item in kept)
        self._data = deque(kept)

    @property
    def urgent_count(self) -> int:
        """How many control frames wait."""
        return len(self._urgent)

    def drop_last_pong(self) -> None:
        """Forget the pong that was queued last, if one waits."""
        for place in range(len(self._urgent) - 1, -1, -1):
            if _opcode(self._urgent[place]) == PONG:
                self.size -= len(self._urgent[place][0])
                del self._urgent[place]
                return

    def take(self, limit: int, now: float) -> bytes:
        """Return up to `limit` bytes for the transport, which from now on owns their order."""
        data = self._data
        if not data and not self._urgent and self._current is None:
            return b""
        if len(data) == 1 and len(data[0][0]) <= limit and self._current is None and not self._urgent:
            # Mostly one frame waits.
            only = data.popleft()
            self._unwritten.append((only, now))
            return only[0]
        pieces: list[bytes] = []
        room = limit
        while room > 0:
            item = self._current
            if item is None:
                queue = self._urgent or self._data
                if not queue:
                    break
                item = queue.popleft()
                self._unwritten.append((item, now))
                if len(item[0]) <= room:
                    pieces.append(item[0])
                    room -= len(item[0])
                    continue
                self._current, self._position = item, 0
            piece = item[0][self._position : self._position + room]
            pieces.append(piece)
            room -= len(piece)
            self._position += len(piece)
            if self._position == len(item[0]):
                self._current = None
        return b"".join(pieces)

    def written(self, count: int) -> list[FrameSent]:
        """Note that the kernel accepted `count` bytes; return the frames that this completes."""
        self.size -= count
        completed: list[FrameSent] = []
        accepted = self._accepted + count
        unwritten = self._unwritten
        while unwritten and accepted >= len(unwritten[0][0][0]):
            item, started = unwritten.popleft()
            size = len(item[0])
            if item[4] != HANDSHAKE:
                kind = item[4]
                event = (_frame(item, self._offset), started, kind == KEEPALIVE, kind == DELIBERATE)
                completed.append(new_frame_sent(event))
            accepted -= size
            self._offset += size
        self._accepted = accepted
        return completed

    def unfinished(self) -> tuple[Frame, int] | None:
        """Return the frame of which the kernel has taken a part only, if there is one, and how many bytes it took."""
        if not self._accepted or self._unwritten[0][0][4] == HANDSHAKE:
            return None
        return _frame(self._unwritten[0][0], self._offset), self._accepted


def _frame(item: Outgoing, offset: int) -> Frame:
    data, first, payload, mask, _ = item
    length = len(payload)
    return new_frame((first, payload, mask, len(data) - length, length, offset))


def _opcode(item: Outgoing) -> int | None:
    return None if item[4] == HANDSHAKE else item[1] & 0x0F
