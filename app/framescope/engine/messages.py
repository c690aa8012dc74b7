"""Which frames make one message, is it within its limits, and is its text UTF-8? (RFC 6455 5.4, 8.1)"""

from __future__ import annotations

from framescope.engine.deflate import BadDeflate, Inflater, TooLong
from framescope.engine.errors import Violation
from framescope.engine.events import Part, new_part
from framescope.engine.frames import FIN, RSV1, Frame, Head, Opcode
from framescope.engine.masking import unmask
from framescope.engine.settings import Limits
from framescope.engine.text import BadText, TextDecoder, may_begin_text

_TEXT = Opcode.TEXT
_OPCODES = {opcode.value: opcode for opcode in (Opcode.TEXT, Opcode.BINARY)}  # an enumeration's own call is slow
_SINGLE = frozenset({FIN | RSV1 | Opcode.TEXT, FIN | RSV1 | Opcode.BINARY})  # first bytes of compressed messages
_NO_LIMIT = 1 << 64  # B; no frame and no message reaches it


class Assembler:
    """Follows the data frames of one direction: `start` each, then `take` its payload, whole or in pieces."""

    def __init__(self, limits: Limits, inflater: Inflater | None) -> None:
        self._max_message = _NO_LIMIT if limits.max_message is None else limits.max_message
        self._max_fragment = _NO_LIMIT if limits.max_fragment is None else limits.max_fragment
        self._max_fragments = limits.max_fragments
        most = (self._max_message, limits.max_inflated)
        self._max_inflated = min(bound for bound in most if bound is not None)
        self._limit = min(self._max_inflated, self._max_fragment)  #: of a compressed message that is one frame
        self._inflater = inflater
        self.is_idle = True  #: no message is under way
        self._opcode = Opcode.BINARY  #: of the message under way
        self._is_compressed = False
        self._size = 0  #: B of the message that were taken, after inflating
        self._room = 0  #: B that may still come of the frame under way: the message has a limit, and each frame
        self._fragments = 0
        self._decoder = TextDecoder()
        self._early: list[str] = []  #: text of the piece under way that was looked at before it was whole
        self.looked = 0  #: B of that piece
        self._has_begun = False  #: a part of the message was handed on

    @property
    def is_plain_text(self) -> bool:
        """Tell whether the message under way can be looked at before a piece is whole."""
        return not self.is_idle and self._opcode is _TEXT and not self._is_compressed

    def whole(self, frame: Frame) -> Part | Violation | None:
        """Take a frame that came whole: `start` and `take` in one; None: it is a control frame."""
        first, payload = frame[0], frame[1]
        if first & 0x08:
            return None
        if not self.is_idle:
            if not first & 0x7F and not self._is_compressed:
                return self._continued(frame, payload, ends=first == FIN)
        elif first in _SINGLE and self._inflater is not None:
            inflated = self._inflater.single(payload, self._limit)
            if inflated is not None:
                return self._single(_OPCODES[first & 0x0F], inflated, frame)
        return self.start(frame) or self.take(frame, payload, ends=True)

    def may_wait(self, first: int, length: int, payload: bytes, mask: bytes | None) -> bool:
        """Tell whether nothing is against a frame of which the header and the `payload` have come so far.

        Only then it can be left alone until it is whole: a fault is told with the byte that proves it.
        """
        if first & 0x08:
            return True
        if self.is_idle:
            if not first & 0x0F:
                return False
            is_text, is_compressed, room, tail = first & 0x0F == _TEXT, first & RSV1 != 0, self._limit, b""
        else:
            is_text, is_compressed, tail = self._opcode is _TEXT, self._is_compressed, self._decoder.tail
            room = min(self._max_message - self._size, self._max_fragment)
            # A continuation continues something, without RSV1, and is not one too many.
            if first & ~FIN or self._fragments >= self._max_fragments:
                return False
        if is_compressed:
            return True
        return length <= room and (not (is_text and payload) or may_begin_text(tail + unmask(payload, mask, 0)))

    def start(self, head: Head | Frame) -> Violation | None:
        """Judge a data frame by its header, before its payload has come; begin a message with it."""
        first = head.first
        if first & 0x0F:
            # RFC 6455 5.4: "fragments of one message MUST NOT be interleaved"
            if not self.is_idle:
                return _violation("new message inside a message", head, "expected a continuation frame")
            self.is_idle = False
            self._opcode = _OPCODES[first & 0x0F]
            self._is_compressed = first & RSV1 != 0
            self._size = self._fragments = 0
            self._has_begun = False
            self._decoder.reset()
        else:
            # RFC 6455 5.4: a continuation follows a first fragment.
            if self.is_idle:
                return _violation("continuation without a message", head, "unexpected continuation frame")
            # RFC 7692 6.1: RSV1 stands on the first fragment only.
            if first & RSV1:
                return _violation("RSV1 on a continuation frame", head, "reserved bits must be 0", "RFC 7692 6.1")
        most = self._max_inflated if self._is_compressed else self._max_message
        self._room = room = min(most - self._size, self._max_fragment)
        if head.length > room and not self._is_compressed:
            return too_big(head.offset, head.length, self._size, self._size + room)
        # Empty fragments count: they cost us as much.
        self._fragments += 1
        if self._fragments > self._max_fragments:
            rule = f"message of over {self._max_fragments} fragments"
            return Violation(rule, "RFC 6455 10.4", head.offset, 1009, "too many fragments")
        return None

    def look(self, payload: bytes, offset: int) -> Violation | None:
        """Judge the text of a piece that is not whole yet, by what came of it since the last look.

        `is_plain_text` has to hold; `offset` is the frame's.
        """
        self.looked += len(payload)
        try:
            self._early.append(self._decoder.decode(payload, ends=False))
        except BadText as error:
            return _bad_text(error, offset)
        return None

    def take(self, head: Head | Frame, payload: bytes, *, ends: bool) -> Part | Violation:
        """Take a started frame's payload, or a piece of it; `ends` with its last one."""
        is_last = ends and head.first & FIN != 0
        if self._is_compressed:
            inflated = self._inflate(payload, head.offset, ends=is_last)
            if isinstance(inflated, Violation):
                return inflated
            payload = inflated
        self._size += len(payload)
        self._room -= len(payload)
        text = None
        if self._opcode is _TEXT:
            try:
                text = self._decode(payload, ends=is_last)
            except BadText as error:
                return _bad_text(error, head.offset)
        part = new_part((self._opcode, payload, text, not self._has_begun, is_last))
        self._has_begun = True
        self.is_idle = is_last
        return part

    def _continued(self, frame: Frame, payload: bytes, *, ends: bool) -> Part | Violation:
        """Do as `start` and `take` do with a continuation, with less ado where nothing is against it."""
        length = len(payload)
        size = self._size + length
        if size > self._max_message or length > self._max_fragment or self._fragments >= self._max_fragments:
            return self.start(frame) or self.take(frame, payload, ends=True)
        self._size = size
        self._fragments += 1
        text = None
        if self._opcode is _TEXT:
            try:
                text = self._decoder.decode(payload, ends=ends)
            except BadText as error:
                return _bad_text(error, frame.offset)
        self.is_idle = ends
        return new_part((self._opcode, payload, text, False, ends))

    def _single(self, opcode: Opcode, payload: bytes, frame: Frame) -> Part | Violation:
        """Make the part of a compressed message that is one frame; `payload` is inflated."""
        text = None
        if opcode is _TEXT:
            try:
                text = payload.decode()
            except UnicodeDecodeError as error:
                return _bad_text(BadText(f"{error.reason} at position {error.start}"), frame.offset)
        return new_part((opcode, payload, text, True, True))

    def _decode(self, payload: bytes, *, ends: bool) -> str:
        if not self.looked:
            return self._decoder.decode(payload, ends=ends)
        early, looked = self._early, self.looked
        self._early, self.looked = [], 0
        early.append(self._decoder.decode(payload[looked:], ends=ends))
        return "".join(early)

    def _inflate(self, payload: bytes, offset: int, *, ends: bool) -> bytes | Violation:
        assert self._inflater is not None
        try:
            return self._inflater.inflate(payload, ends=ends, limit=self._room)
        except TooLong as error:
            return too_big(offset, None, self._size, self._size + error.limit)
        except BadDeflate as error:
            rule = f"bad compressed data: {error}"
            return Violation(rule, "RFC 7692 7.2.2", offset, 1007, "decompression failed")


def _violation(rule: str, head: Head | Frame, reason: str, section: str = "RFC 6455 5.4") -> Violation:
    return Violation(rule, section, head.offset, 1002, reason)


def _bad_text(error: BadText, offset: int) -> Violation:
    # RFC 6455 8.1: "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte
    # stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_."
    return Violation("invalid UTF-8 in a text message", "RFC 6455 8.1", offset, 1007, str(error))


def too_big(offset: int, size: int | None, before: int, limit: int) -> Violation:
    """A message over its limit, in `websockets`' words.

    `size` is the frame's, None where inflating stopped at the limit; `before` is the message's until then.
    """
    words = ["frame"]
    if size is not None:
        words.append(f"with {size} bytes")
    if before:
        words.append(f"after reading {before} bytes")
    reason = " ".join([*words, f"exceeds limit of {limit} bytes"])
    return Violation(f"message too big: {reason}", "RFC 6455 10.4", offset, 1009, reason)
