"""Which bytes go out next, and when has the kernel taken each frame? Control frames go before queued data."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from framescope.engine.frames import Frame, Opcode


@dataclass(slots=True)
class Outgoing:
    """One frame (or handshake message) on its way out."""

    data: bytes
    frame: Frame | None = None  #: None for handshake bytes; its offset is set when it is taken
    is_keepalive: bool = False
    is_deliberate: bool = False
    taken: int = 0  #: B handed to the transport
    left: int = 0  #: B that the kernel has not accepted yet
    started: float = 0.0  #: when its first byte was handed over (s)


class Outbox:
    """Two queues and the frame that is under way. Bytes that were taken keep their order."""

    def __init__(self) -> None:
        self._urgent: deque[Outgoing] = deque()
        self._data: deque[Outgoing] = deque()
        self._current: Outgoing | None = None
        self._unwritten: deque[Outgoing] = deque()
        self._offset = 0
        self.size = 0  #: B queued or taken, and not accepted by the kernel

    def put(self, item: Outgoing, *, is_urgent: bool) -> None:
        """Queue a frame; an urgent one goes before all data that has not begun."""
        item.left = len(item.data)
        self.size += item.left
        (self._urgent if is_urgent else self._data).append(item)

    def drop_data(self) -> None:
        """Forget queued data frames that have not begun: the connection has failed. A Close of ours stays."""
        kept = [item for item in self._data if not item.is_deliberate and _opcode(item) == Opcode.CLOSE]
        self.size -= sum(item.left for item in self._data) - sum(item.left for item in kept)
        self._data = deque(kept)

    @property
    def urgent_count(self) -> int:
        """How many control frames wait."""
        return len(self._urgent)

    def drop_last_pong(self) -> None:
        """Forget the pong that was queued last, if one waits."""
        for place in range(len(self._urgent) - 1, -1, -1):
            if _opcode(self._urgent[place]) == Opcode.PONG:
                self.size -= self._urgent[place].left
                del self._urgent[place]
                return

    def take(self, limit: int, now: float) -> bytes:
        """Return up to `limit` bytes for the transport, which from now on owns their order."""
        if self._current is None and not self._urgent and not self._data:
            return b""
        pieces: list[bytes] = []
        room = limit
        while room > 0:
            item = self._current or self._next(now)
            if item is None:
                break
            piece = (
                item.data if not item.taken and len(item.data) <= room else item.data[item.taken : item.taken + room]
            )
            pieces.append(piece)
            item.taken += len(piece)
            room -= len(piece)
            self._current = item if item.taken < len(item.data) else None
        return b"".join(pieces)

    def written(self, count: int) -> list[Outgoing]:
        """Note that the kernel accepted `count` bytes; return the frames that this completes."""
        self.size -= count
        completed: list[Outgoing] = []
        while count > 0:
            item = self._unwritten[0]
            step = min(count, item.left)
            item.left -= step
            count -= step
            if item.left == 0:
                completed.append(self._unwritten.popleft())
        return completed

    def unfinished(self) -> Outgoing | None:
        """Return the frame of which the kernel has taken a part only, if there is one."""
        if self._unwritten and 0 < self._unwritten[0].left < len(self._unwritten[0].data):
            return self._unwritten[0]
        return None

    def _next(self, now: float) -> Outgoing | None:
        queue = self._urgent or self._data
        if not queue:
            return None
        item = queue.popleft()
        item.started = now
        if item.frame is not None:
            item.frame = item.frame._replace(offset=self._offset)
        self._offset += len(item.data)
        self._unwritten.append(item)
        return item


def _opcode(item: Outgoing) -> int | None:
    return None if item.frame is None else item.frame.opcode
