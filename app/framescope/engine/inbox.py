"""How do reads become frames, in bounded memory and linear time? Large frames are handed on in parts."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from framescope.engine.errors import Violation
from framescope.engine.frames import Frame, Head, fault_in, header_at
from framescope.engine.masking import apply_mask

#: A frame up to this size is handed on whole; a larger one in parts of at least this size (but its last).
PART = 64 * 1024


class Chunk(NamedTuple):
    """A piece of a large frame's payload, unmasked; behind its last one comes the `Frame`."""

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
        self.is_broken = False  #: a framing fault: what follows cannot be read as frames

    def feed(self, data: bytes) -> list[Item]:
        """Take one read; return what it completes. After a `Violation` nothing more comes."""
        self._buffer += data
        items: list[Item] = []
        if self.is_broken or len(self._buffer) < self._needed:
            return items
        position = 0
        while not self.is_broken:
            step = self._payload_at(position, items) if self._head else self._header_at(position, items)
            if step < 0:
                break
            position += step
        if position:
            del self._buffer[:position]
            self._offset += position
        return items

    @property
    def pending(self) -> tuple[Head | None, bytes, int]:
        """The frame under way: its head, the bytes buffered of it, and the payload bytes handed on."""
        return self._head, bytes(self._buffer), self._passed

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
        if end - start >= head.length:
            payload = bytes(self._buffer[start : start + head.length])
            if head.mask is not None:
                payload = apply_mask(payload, head.mask)
            items.append(Frame(head.first, payload, head.mask, head.header_length, head.length, head.offset))
            return head.header_length + head.length
        items.append(head)
        self._head, self._passed = head, 0
        return head.header_length

    def _payload_at(self, position: int, items: list[Item]) -> int:
        """Go on with the frame under way, whose header was consumed."""
        head = self._head
        assert head is not None
        available = len(self._buffer) - position
        remaining = head.length - self._passed
        whole = head.length <= PART
        wanted = remaining if whole else min(remaining, PART)
        if available < wanted:
            self._needed = wanted
            return -1
        size = remaining if whole else min(available, remaining)
        payload = bytes(self._buffer[position : position + size])
        if head.mask is not None:
            shift = self._passed % 4
            payload = apply_mask(payload, head.mask[shift:] + head.mask[:shift])
        if not whole:
            items.append(Chunk(head, payload, self._passed == 0, size == remaining))
            payload = b""
        self._passed += size
        if self._passed == head.length:
            items.append(Frame(head.first, payload, head.mask, head.header_length, head.length, head.offset))
            self._head, self._needed = None, 2
        return size
