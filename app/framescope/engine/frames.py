"""The bits of a frame: read from bytes with all their evidence, and written (RFC 6455 5.2)."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import NamedTuple

from framescope.engine.errors import Violation
from framescope.engine.masking import apply_mask
from framescope.engine.quick import maker, quick


class Opcode(IntEnum):
    """RFC 6455 5.2 and 11.8."""

    CONTINUATION = 0x0
    CONT = 0x0  # `websockets`' word for it
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


#: By the names that `websockets` has for them, almost. Python 3.11 takes 0.25 us to look `Opcode.TEXT` up: what runs
#: for each frame uses these.
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = Opcode

FIN, RSV1, RSV2, RSV3 = 0x80, 0x40, 0x20, 0x10
RSV = RSV1 | RSV2 | RSV3
MASKED = 0x80
CONTROL_LIMIT = 125  # RFC 6455 5.5


@quick
class Frame(NamedTuple):
    """One frame as it stood on the wire.

    `payload` is unmasked, not inflated; it is empty for a large frame that was handed on in parts
    (`length` still tells its size). Sizes in bytes; `offset` counts from the first byte of the
    direction's stream, handshake included.
    """

    first: int  #: FIN, RSV1 to RSV3 and opcode
    payload: bytes
    mask: bytes | None
    header_length: int
    length: int
    offset: int

    @property
    def opcode(self) -> int:
        """The opcode, which may be a reserved one."""
        return self.first & 0x0F

    @property
    def fin(self) -> bool:
        return bool(self.first & FIN)

    @property
    def rsv1(self) -> bool:
        return bool(self.first & RSV1)


new_frame = maker(Frame)


class Head(NamedTuple):
    """A frame header whose payload is not complete yet."""

    first: int
    mask: bytes | None
    header_length: int
    length: int
    offset: int


def header_at(buffer: bytes | bytearray, position: int, end: int, offset: int) -> Head | None:
    """Read the header at `position`; None while it is incomplete before `end`."""
    if end - position < 2:
        return None
    first, second = buffer[position], buffer[position + 1]
    size = header_size(second)
    if end - position < size:
        return None
    length = second & 0x7F
    if length == 126:
        length = int.from_bytes(buffer[position + 2 : position + 4], "big")
    elif length == 127:
        length = int.from_bytes(buffer[position + 2 : position + 10], "big")
    mask = bytes(buffer[position + size - 4 : position + size]) if second & MASKED else None
    return Head(first, mask, size, length, offset)


def header_size(second: int) -> int:
    """Tell from a frame's second byte how many bytes its header has."""
    size = 6 if second & MASKED else 2
    length = second & 0x7F
    return size + (2 if length == 126 else 8 if length == 127 else 0)


def fault_in(first: int, second: int, offset: int, *, masked: bool, reserved: int) -> Violation | None:
    """Judge a frame's first two bytes. `masked`: what the peer must do; `reserved`: RSV bits it may use."""

    def violation(rule: str, section: str, reason: str) -> Violation:
        return Violation(rule, f"RFC 6455 {section}", offset, 1002, reason)

    opcode = first & 0x0F
    # RFC 6455 5.2: "MUST be 0 unless an extension is negotiated that defines meanings"
    if first & RSV & ~reserved:
        return violation("reserved bit set without an extension", "5.2", "reserved bits must be 0")
    # RFC 6455 5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail_"
    if opcode not in _KNOWN:
        return violation(f"unknown opcode 0x{opcode:x}", "5.2", "invalid opcode")
    # RFC 6455 5.1: a server "MUST close the connection upon receiving a frame that is not masked",
    # a client "MUST close a connection if it detects a masked frame".
    if masked and not second & MASKED:
        return violation("unmasked frame from a client", "5.1", "incorrect masking")
    if not masked and second & MASKED:
        return violation("masked frame from a server", "5.1", "incorrect masking")
    if opcode >= 8:
        # RFC 6455 5.5: "All control frames MUST have a payload length of 125 bytes or less and
        # MUST NOT be fragmented."
        if second & 0x7F > CONTROL_LIMIT:
            return violation("control frame over 125 bytes", "5.5", "control frame too long")
        if not first & FIN:
            return violation("fragmented control frame", "5.5", "fragmented control frame")
        # RFC 7692 6: RSV1 is for data frames.
        if first & RSV:
            return violation("reserved bit on a control frame", "5.2", "reserved bits must be 0")
    return None


def fault_in_length(head: Head) -> Violation | None:
    """Judge the form of a frame's length."""
    # RFC 6455 5.2: "the minimal number of bytes MUST be used to encode the length"
    extended = head.header_length - 2 - (0 if head.mask is None else 4)
    if (extended == 2 and head.length < 126) or (extended == 8 and head.length < 65536):
        return Violation("length not in its shortest form", "RFC 6455 5.2", head.offset, 1002, "length not minimal")
    # RFC 6455 5.2: "the most significant bit MUST be 0"
    if head.length >> 63:
        rule = "most significant bit of a 64-bit length set"
        return Violation(rule, "RFC 6455 5.2", head.offset, 1002, "length too large")
    return None


_KNOWN = frozenset(Opcode)


_short, _short_masked = Struct(">BB").pack, Struct(">BB4s").pack
_medium, _medium_masked = Struct(">BBH").pack, Struct(">BBH4s").pack
_long, _long_masked = Struct(">BBQ").pack, Struct(">BBQ4s").pack


def serialise(first: int, payload: bytes, mask: bytes | None) -> bytes:
    """Write one frame. The caller vouches for the first byte; the length form is minimal."""
    length = len(payload)
    if mask is None:
        if length < 126:
            return _short(first, length) + payload
        return (_medium(first, 126, length) if length < 65536 else _long(first, 127, length)) + payload
    masked = apply_mask(payload, mask)
    if length < 126:
        return _short_masked(first, MASKED | length, mask) + masked
    if length < 65536:
        return _medium_masked(first, MASKED | 126, length, mask) + masked
    return _long_masked(first, MASKED | 127, length, mask) + masked
