"""How do reads become frames, in bounded memory and linear time? Large frames are handed on in parts."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from framescope.engine.errors import Violation
from framescope.engine.frames import Frame, Head, fault_in, header_at
from framescope.engine.masking import apply_mask

#: A frame up to this size is handed on whole; a larger one in pieces of just this size (but its last),
#: wherever the reads were cut.
PART = 64 * 1024


class Chunk(NamedTuple):
    """A piece of a large frame's payload, unmasked; behind its last one comes the `Frame`, without payload."""

    head: Head
    payload: bytes
    begins: bool
    ends: bool


Item: TypeAlias = Frame | Chunk | Head | Violation


class Inbox:
    """Turns one direction's bytes into frames. A `Head` is handed on for a frame that is not whole yet."""

    def __init__(self, *, masked: bool, reserved: int, offset: int) -> None:
        self._masked = masked
        self._reserved = reserved
        self._offset = offset  #: stream position of the buffer's first byte
        self._buffer = bytearray()
        self._needed = 2  #: B without which looking again is useless
        self._head: Head | None = None  #: of the frame under way
        self._passed = 0  #: B of its payload that were handed on
        self._seen = 0  #: B behind them that `look` has shown
        self.is_broken = False  #: a framing fault: what follows cannot be read as frames

    def feed(self, data: bytes) -> list[Item]:
        """Take one read; return what it completes. After a `Violation` nothing more comes."""
        items: list[Item] = []
        if self.is_broken:
            return items
        self._buffer += data
        if len(self._buffer) < self._needed:
            return items
        position = 0
        while not self.is_broken:
            step = self._payload_at(position, items) if self._head else self._header_at(position, items)
            if step < 0:
                break
            position += step
        if self.is_broken:
            self._buffer.clear()
        elif position:
            del self._buffer[:position]
            self._offset += position
        return items

    @property
    def head(self) -> Head | None:
        """The header of the frame under way."""
        return self._head

    @property
    def passed(self) -> int:
        """Payload bytes of the frame under way that were handed on."""
        return self._passed

    @property
    def buffered(self) -> int:
        """Bytes that wait for more."""
        return len(self._buffer)

    @property
    def has_not_looked(self) -> bool:
        """Tell whether `look` begins anew, right behind the payload that was handed on."""
        return self._seen == 0

    def look(self) -> bytes:
        """Show payload bytes of the frame under way that are not handed on yet, each once, unmasked."""
        assert self._head is not None
        payload = _unmasked(bytes(self._buffer[self._seen :]), self._head.mask, self._seen % 4)
        self._seen = len(self._buffer)
        return payload

    def _header_at(self, position: int, items: list[Item]) -> int:
        """Look for a frame; return the bytes consumed, -1 when more are needed."""
        end = len(self._buffer)
        head = header_at(self._buffer, position, end, self._offset + position)
        if head is None:
            self._needed = end - position + 1
            return -1
        fault = fault_in(head, masked=self._masked, reserved=self._reserved)
        if fault is not None:
            items.append(fault)
            self.is_broken = True
            return -1
        start = position + head.header_length
        if head.length <= PART and end - start >= head.length:
            payload = _unmasked(bytes(self._buffer[start : start + head.length]), head.mask)
            items.append(Frame(head.first, payload, head.mask, head.header_length, head.length, head.offset))
            return head.header_length + head.length
        items.append(head)
        self._head, self._passed, self._seen = head, 0, 0
        return head.header_length

    def _payload_at(self, position: int, items: list[Item]) -> int:
        """Go on with the frame under way, whose header was consumed."""
        head = self._head
        assert head is not None
        remaining = head.length - self._passed
        size = min(remaining, PART)
        if len(self._buffer) - position < size:
            self._needed = size
            return -1
        # PART is a multiple of 4: each piece begins with the first byte of the mask.
        payload = _unmasked(bytes(self._buffer[position : position + size]), head.mask)
        if head.length > PART:
            items.append(Chunk(head, payload, self._passed == 0, size == remaining))
            payload = b""
        self._passed += size
        self._seen = 0
        if self._passed == head.length:
            items.append(Frame(head.first, payload, head.mask, head.header_length, head.length, head.offset))
            self._head, self._needed = None, 2
        return size


def _unmasked(payload: bytes, mask: bytes | None, shift: int = 0) -> bytes:
    """Unmask bytes of which the first is number `shift` of the payload."""
    return payload if mask is None else apply_mask(payload, mask[shift:] + mask[:shift])
