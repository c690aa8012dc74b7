"""Which frames make one message, is it within its limits, and is its text UTF-8? (RFC 6455 5.4, 8.1)"""

from __future__ import annotations

from framescope.engine.deflate import BadDeflate, Inflater, TooLong
from framescope.engine.errors import Violation
from framescope.engine.events import Part
from framescope.engine.frames import FIN, RSV1, Frame, Head, Opcode
from framescope.engine.settings import Limits
from framescope.engine.utf8 import BadText, Utf8


class Assembler:
    """Follows the data frames of one direction. Sizes in bytes, after inflating."""

    def __init__(self, limits: Limits, inflater: Inflater | None) -> None:
        self._limits = limits
        self._inflater = inflater
        self._opcode: Opcode | None = None  #: of the message under way
        self._is_compressed = False
        self._size = 0
        self._fragments = 0
        self._utf8 = Utf8()
        self._ahead = Utf8()  #: of the bytes that are judged before their frame is whole
        self._has_begun = False  #: a part of the message was handed on

    def judge(self, head: Head | Frame) -> Violation | None:
        """Judge a data frame by its header, before its payload has come."""
        opcode = head.first & 0x0F
        if opcode == Opcode.CONTINUATION:
            # RFC 6455 5.4: a continuation follows a first fragment.
            if self._opcode is None:
                return _violation("continuation without a message", "5.4", head.offset, "unexpected continuation frame")
            # RFC 7692 6.1: RSV1 stands on the first fragment only.
            if head.first & RSV1:
                return _violation("RSV1 on a continuation frame", "5.2", head.offset, "reserved bits must be 0")
        elif self._opcode is not None:
            # RFC 6455 5.4: "fragments of one message MUST NOT be interleaved"
            return _violation("new message inside a message", "5.4", head.offset, "expected a continuation frame")
        limit = self._limits.max_message
        is_compressed = bool(head.first & RSV1) or (opcode == Opcode.CONTINUATION and self._is_compressed)
        size = self._size if opcode == Opcode.CONTINUATION else 0
        if limit is not None and not is_compressed and size + head.length > limit:
            return too_big(head.offset, size + head.length, limit)
        fragments = self._fragments if opcode == Opcode.CONTINUATION else 0
        if fragments >= self._limits.max_fragments:
            text = f"over {self._limits.max_fragments} fragments"
            return Violation(text, "RFC 6455 10.4", head.offset, 1009, text)
        return None

    def take(self, head: Head | Frame, payload: bytes, *, begins: bool, ends: bool) -> Part | Violation:
        """Take a judged frame's payload, or a piece of it that `begins` or `ends` the frame."""
        if begins:
            self._begin(head)
        is_last = ends and bool(head.first & FIN)
        if self._is_compressed:
            assert self._inflater is not None
            limit = self._limits.max_message
            try:
                payload = self._inflater.inflate(
                    payload, ends=is_last, limit=None if limit is None else limit - self._size
                )
            except TooLong:
                return too_big(head.offset, None, limit or 0)
            except BadDeflate as error:
                return Violation(
                    f"bad compressed data: {error}", "RFC 7692 7.2.2", head.offset, 1007, "decompression failed"
                )
        self._size += len(payload)
        text = None
        if self._opcode is Opcode.TEXT:
            try:
                text = self._utf8.decode(payload, ends=is_last)
            except BadText as error:
                return _bad_text(head.offset, error)
        assert self._opcode is not None
        part = Part(self._opcode, payload, text, not self._has_begun, is_last)
        self._has_begun = True
        if is_last:
            self._opcode = None
        return part

    def is_text(self, head: Head) -> bool:
        """Tell whether a judged frame's payload is text as it stands, not compressed."""
        if head.first & 0x0F == Opcode.CONTINUATION:
            return self._opcode is Opcode.TEXT and not self._is_compressed
        return head.first & 0x0F == Opcode.TEXT and not head.first & RSV1

    def look(self, head: Head, payload: bytes, *, begins: bool, is_next: bool) -> Violation | None:
        """Judge text that waits for the rest of its frame: RFC 6455 8.1 lets a peer be failed at once.

        `begins`: nothing of the frame was taken yet; `is_next`: these bytes come right behind those taken.
        """
        if is_next:
            if begins and head.first & 0x0F == Opcode.TEXT:
                self._ahead.reset()
            else:
                self._ahead.resume(self._utf8)
        try:
            self._ahead.decode(payload, ends=False)
        except BadText as error:
            return _bad_text(head.offset, error)
        return None

    def _begin(self, head: Head | Frame) -> None:
        opcode = head.first & 0x0F
        if opcode != Opcode.CONTINUATION:
            self._opcode = Opcode(opcode)
            self._is_compressed = bool(head.first & RSV1)
            self._size = 0
            self._fragments = 0
            self._has_begun = False
            self._utf8.reset()
        self._fragments += 1


def _violation(rule: str, section: str, offset: int, reason: str) -> Violation:
    return Violation(rule, f"RFC 6455 {section}", offset, 1002, reason)


def _bad_text(offset: int, error: BadText) -> Violation:
    # RFC 6455 8.1: "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte
    # stream is not, in fact, a valid UTF-8 stream, that endpoint MUST _Fail_"
    return Violation("invalid UTF-8 in a text message", "RFC 6455 8.1", offset, 1007, str(error))


def too_big(offset: int, size: int | None, limit: int) -> Violation:
    """A message over its limit; `size` is None where inflating stopped at the limit."""
    words = f"over {limit} bytes" if size is None else f"{size} bytes exceed limit of {limit} bytes"
    return Violation(f"message too big: {words}", "RFC 6455 10.4", offset, 1009, words)
