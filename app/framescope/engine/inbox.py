"""How do reads become frames, in bounded memory and linear time? Large frames are handed on in pieces."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, TypeAlias

from framescope.engine.errors import Violation
from framescope.engine.frames import (
    CONTROL_LIMIT,
    MASKED,
    RSV1,
    Frame,
    Head,
    fault_in,
    fault_in_length,
    header_at,
    new_frame,
)
from framescope.engine.masking import apply_mask, unmask

#: A frame up to this size is handed on whole; a larger one in pieces of just this size (but its last),
#: however the reads cut it.
PART = 64 * 1024
#: The pieces of a larger frame that may be compressed: deflate makes up to a thousand times as much of them.
DEFLATED_PART = 16 * 1024

_MANY = 128  # pieces of reads that wait before they are joined


class Chunk(NamedTuple):
    """A piece of a large frame's payload, unmasked; behind its last one comes the `Frame`."""

    head: Head
    payload: bytes
    ends: bool


Item: TypeAlias = Frame | Chunk | Head | Violation


class Inbox:
    """Turns one direction's bytes into frames, step by step.

    `feed` takes a read; while it is `data`, every `step` moves `position` on, as may its owner between
    frames. What is left of a read waits for the next one.
    """

    def __init__(self, *, masked: bool, reserved: int, offset: int) -> None:
        self._masked = masked
        self._reserved = reserved
        self._mask_bit = MASKED if masked else 0
        self.legal = legal_first_bytes(masked, reserved)  #: first bytes of frames that have no fault in them
        self.base = offset  #: stream position of the first byte of `data`, or of what comes next
        self.data = b""  #: the read under way, behind what was left of those before
        self.position = 0
        self.rest = b""  #: that: the beginning of a header or of a short frame
        self.lacking = 0  #: B that complete the frame, at least; 0: who knows
        self.head: Head | None = None  #: of the frame under way
        self.waiting: list[bytes | memoryview] = []  #: what came of its piece under way, masked as it was
        self._missing = 0  #: B of that piece still to come
        self.passed = 0  #: B of its payload that were handed on
        self._is_ended = False  #: the frame under way has no piece left
        self._fault_at: int | None = None  #: where the frame begins that broke a rule of framing
        self.is_broken = False  #: that frame was read: what follows cannot be told apart

    def feed(self, data: bytes) -> bool:
        """Take one read; tell whether a step can make something of it. Nothing comes behind a faulty frame."""
        if self.is_broken:
            return False
        if self.head is None:
            if self.rest:
                data = self.rest + data
                self.rest = b""
        elif len(data) < self._missing:
            waiting = self.waiting
            waiting.append(data if type(data) is bytes else bytes(data))
            if len(waiting) > _MANY:
                self.waiting = [b"".join(waiting)]
            self._missing -= len(data)
            self.base += len(data)
            return False
        # The owner may have read into a buffer that it will use again; payloads are slices of bytes.
        self.data = data if type(data) is bytes else bytes(data)
        self.position = 0
        return True

    def keep(self) -> None:
        """Keep what is left of the read for the next one to complete."""
        self.rest, self.lacking = self.data[self.position :], 0
        self.base += self.position
        self.data, self.position = b"", 0

    def step(self) -> Item | None:
        """Return what comes next in `data`; None when it is used up and more bytes are needed.

        A `Head` stands for a frame that is not whole yet, or larger than `PART`. Behind a `Violation`
        the frame that showed it is read to its end, whatever it is: it is evidence.
        """
        if self.head is not None:
            return self._piece(self.head)
        data, position = self.data, self.position
        offset = self.base + position
        available = len(data) - position
        if available < 2:
            self.keep()
            return None
        first, second = data[position], data[position + 1]
        length = second ^ self._mask_bit  # 128 or more where the mask is not as it must be
        if first not in self.legal or length > 127 or (length > CONTROL_LIMIT and first & 0x08):
            if self._fault_at is not None:
                return self._evidence(second, offset)
            fault = fault_in(first, second, offset, masked=self._masked, reserved=self._reserved)
            assert fault is not None
            return self._break(fault)
        size = 6 if self._mask_bit else 2
        is_plain = length < 126
        if length == 126 and available >= 4:
            size += 2
            length = data[position + 2] << 8 | data[position + 3]
            is_plain = length > 125
        if is_plain and available >= size + length:
            # What came whole needs no `Head`.
            self.position += size
            mask = data[position + size - 4 : position + size] if self._mask_bit else None
            return self._whole(first, mask, size, length, offset)
        head = header_at(data, position, len(data), offset)
        if head is None:
            self.keep()
            return None
        fault = fault_in_length(head)
        if fault is not None:
            return self._break(fault)
        self.position += head.header_length
        if head.length <= PART and available >= head.header_length + head.length:
            return self._whole(*head)
        self.head, self.passed = head, 0
        return head

    def payload_waiting(self, start: int) -> bytes:
        """Return the payload bytes of the piece under way from `start` on, unmasked."""
        assert self.head is not None
        pieces: list[bytes | memoryview] = []
        left = self._came(self.head) - start
        for piece in reversed(self.waiting):
            if left <= 0:
                break
            pieces.append(piece[-left:])
            left -= len(piece)
        return unmask(b"".join(reversed(pieces)), self.head.mask, self.passed + start)

    def _came(self, head: Head) -> int:
        """Return how many bytes of the piece under way have come."""
        return self._piece_size(head) - self._missing if self._missing else 0

    def _piece_size(self, head: Head) -> int:
        """Return how many bytes of payload the piece under way has."""
        is_small = head.length > PART and bool(self._reserved) and bool(head.first & RSV1 or not head.first & 0x0F)
        return min(head.length - self.passed, DEFLATED_PART if is_small else PART)

    def partial(self) -> tuple[Head, int, bytes] | None:
        """Return the header of the frame under way, how many bytes of it came, and its payload if it is not large."""
        head = self.head
        if head is None:
            head = header_at(self.rest, 0, len(self.rest), self.base)
            if head is None:
                return None
            return head, len(self.rest), unmask(self.rest[head.header_length :], head.mask, 0)
        available = head.header_length + self.passed + self._came(head)
        return head, available, self.payload_waiting(0) if head.length <= PART else b""

    def _piece(self, head: Head) -> Item | None:
        """Go on with the frame under way, whose header was handed on."""
        if self._is_ended:
            self.head, self._is_ended = None, False
            return Frame(head.first, b"", *head[1:])
        size = self._piece_size(head)
        start = self.position
        stop = start + (self._missing or size)
        if stop > len(self.data):
            self.waiting.append(memoryview(self.data)[start:])
            self._missing = stop - len(self.data)
            self.base += len(self.data)
            self.data, self.position = b"", 0
            return None
        self.position = stop
        payload = self._payload(start, stop, head)
        if head.length <= PART:
            self.head = None
            return Frame(head.first, payload, *head[1:])
        self.passed += size
        self._is_ended = self.passed == head.length
        return Chunk(head, payload, self._is_ended)

    def _payload(self, start: int, stop: int, head: Head) -> bytes:
        """Return the piece whose last bytes are those in `data` from `start` to `stop`, unmasked."""
        if not self.waiting:
            return unmask(self.data[start:stop], head.mask, self.passed)
        payload = b"".join([*self.waiting, memoryview(self.data)[start:stop]])
        self.waiting, self._missing = [], 0
        return unmask(payload, head.mask, self.passed)

    def _whole(self, first: int, mask: bytes | None, header_length: int, length: int, offset: int) -> Frame:
        start = self.position
        self.position = stop = start + length
        payload = self.data[start:stop]
        if mask is not None:
            payload = apply_mask(payload, mask)
        return new_frame((first, payload, mask, header_length, length, offset))

    def _break(self, fault: Violation) -> Violation:
        self._fault_at = fault.offset
        self.legal = frozenset()
        return fault

    def _evidence(self, second: int, offset: int) -> Head | None:
        """Read the header of the frame that broke a rule; nothing behind that frame."""
        head = header_at(self.data, self.position, len(self.data), offset)
        if offset != self._fault_at or (head is not None and head.length >> 63):
            self.is_broken = True
            self.data, self.position = b"", 0
            return None
        if head is None:
            self.keep()
            return None
        self.position += head.header_length
        self.head, self.passed = head, 0
        return head


@cache
def legal_first_bytes(masked: bool, reserved: int) -> frozenset[int]:
    """Return the first bytes in which `fault_in` finds no fault, whatever the length."""
    second = MASKED if masked else 0
    legal = (first for first in range(256) if fault_in(first, second, 0, masked=masked, reserved=reserved) is None)
    return frozenset(legal)
