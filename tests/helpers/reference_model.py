"""What does an endpoint have to make of its peer's bytes? RFC 6455 and RFC 7692 again, slow, simple and on their own.

It reads the whole buffer anew for every frame, keeps every message whole, and shares no code with the engine. It also
notes what other implementations are known to see otherwise, and how far things had come by then.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import NamedTuple

TAIL = b"\x00\x00\xff\xff"


class Deflate(NamedTuple):
    """The agreement on one direction of permessage-deflate."""

    bits: int = 15
    is_reset: bool = False  #: no context takeover


class Progress(NamedTuple):
    """How many messages, control frames and written frames there were."""

    messages: int
    controls: int
    written: int


class Fault(Exception):
    """The peer broke a rule. `codes`: with these an endpoint may say so, the first is ours."""

    def __init__(self, *codes: int) -> None:
        super().__init__(codes)
        self.codes = codes


def is_text(data: bytes, *, is_whole: bool) -> bool:
    """Tell whether `data` is UTF-8, or can become it where it is not whole yet."""
    try:
        data.decode()
        return True
    except UnicodeDecodeError as error:
        rest = data[error.start :]
    # What is left may become one character: try the smallest and the largest bytes that can follow.
    return (
        not is_whole
        and len(rest) < 4
        and any(_decodes(rest + byte * n) for byte in (b"\x80", b"\xbf") for n in (1, 2, 3))
    )


def _decodes(data: bytes) -> bool:
    try:
        return len(data.decode()) == 1
    except UnicodeDecodeError:
        return False


def may_be_sent(code: int) -> bool:
    """RFC 6455 7.4.1, 7.4.2 and the IANA registry: may a Close frame carry `code`?"""
    return code in {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014} or 3000 <= code <= 4999


@dataclass
class ReferenceModel:
    """One open endpoint; `masked`: the peer is a client. What it did stands in the first six fields."""

    masked: bool
    limit: int
    most_fragments: int
    deflate: Deflate | None = None
    messages: list[tuple[int, bytes]] = field(default_factory=list)
    controls: list[tuple[int, bytes]] = field(default_factory=list)  #: pings and pongs of the peer
    written: list[tuple[int, bytes]] = field(default_factory=list)  #: of a Close that it thought of: the code only
    received: tuple[int, str] | None = None  #: the peer's Close
    sent: int | None = None  #: the code of its own Close
    fault: Fault | None = None
    notes: dict[str, Progress] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.buffer = b""
        self.first = 0  #: the first byte of the message under way
        self.payload, self.fragments = b"", 0  #: of that message; the payload inflated
        self.deflated = 0  #: B of that message as they came, deflated
        self.history = bytearray()  #: what was inflated
        self.inflater = zlib.decompressobj(-self.deflate.bits if self.deflate else -15)

    @property
    def is_deaf(self) -> bool:
        """Tell whether what comes changes nothing any more (7.1.7, 1.4)."""
        return self.fault is not None or self.received is not None

    def receive(self, data: bytes) -> None:
        """Take bytes of the peer."""
        self.buffer += data
        try:
            while not self.is_deaf and self._read_frame():
                pass
        except Fault as fault:
            self.note("fault")
            self.fault = fault
            if self.sent is None:
                self._write_close(fault.codes[0].to_bytes(2, "big"), fault.codes[0])

    def close(self, code: int, reason: str) -> None:
        """The application closes."""
        self.pause()
        if self.sent is None:
            self._write_close(code.to_bytes(2, "big") + reason.encode(), code)

    def say(self, opcode: int, payload: bytes) -> None:
        """The application sends a message or a ping."""
        self.pause()
        if self.sent is None:
            self.written.append((opcode, payload if opcode > 7 else b""))

    def pause(self) -> None:
        """The peer says nothing for a while, or nothing more: note where that leaves a faulty frame unfinished."""
        if self.fault is not None and not self._frame_is_whole():
            self.note("unfinished")

    def note(self, what: str) -> None:
        """Remember when something was seen first."""
        self.notes.setdefault(what, Progress(len(self.messages), len(self.controls), len(self.written)))

    def _write_close(self, body: bytes, code: int) -> None:
        self.written.append((8, body))
        self.sent = code

    def _header(self) -> tuple[int, bytes | None, int] | None:
        """Return header size, mask and length; None while the header is not whole."""
        second = self.buffer[1]
        size, length = 2, second & 127
        if length > 125:
            extended = 2 if length == 126 else 8
            size, length = 2 + extended, int.from_bytes(self.buffer[2 : 2 + extended], "big")
        mask = None
        if second & 128:
            mask, size = self.buffer[size : size + 4], size + 4
        return (size, mask, length) if len(self.buffer) >= size else None

    def _frame_is_whole(self) -> bool:
        header = self._header()
        return header is not None and len(self.buffer) >= header[0] + header[2]

    def _read_frame(self) -> bool:
        """Read one frame, or judge what is there of it; tell whether it was whole."""
        if len(self.buffer) < 2:
            return False
        first, second = self.buffer[:2]
        self._judge_two_bytes(first, second)
        header = self._header()
        if header is None:
            self.note("part of a header")
            return False
        size, mask, length = header
        extended = size - 2 - (4 if mask else 0)
        if (extended == 2 and length < 126) or (extended == 8 and length < 65536) or length >= 2**63:
            self.note("length form")
            raise Fault(1002, *self._too_big(length))
        if first & 15 < 8:
            self._judge_data_header(first, length)
        if self._too_big(length):
            self.note("frame over what is left")
        payload = self.buffer[size : size + length]
        if mask:
            key = int.from_bytes((mask * (len(payload) // 4 + 1))[: len(payload)], "big")
            payload = (int.from_bytes(payload, "big") ^ key).to_bytes(len(payload), "big")
        is_whole = len(self.buffer) >= size + length
        if first & 15 < 8:
            self._data(first, payload, is_whole)
        if not is_whole:
            return False
        if first & 15 >= 8:
            self._control(first & 15, payload)
        if not self.fault:
            self.buffer = self.buffer[size + length :]
        return True

    def _too_big(self, length: int) -> tuple[int, ...]:
        return (1009,) if length + len(self.payload) > self.limit else ()

    def _judge_two_bytes(self, first: int, second: int) -> None:
        opcode, reserved = first & 15, first & 0x70
        is_wrong = opcode not in (0, 1, 2, 8, 9, 10)  # 5.2
        is_wrong |= bool(reserved & ~(0x40 if self.deflate and opcode in (0, 1, 2) else 0))  # 5.2, RFC 7692 6
        is_wrong |= bool(second & 128) is not self.masked  # 5.1
        is_wrong |= opcode >= 8 and (second & 127 > 125 or first & 128 == 0)  # 5.5
        if is_wrong:
            header = self._header()
            if opcode >= 8 and second & 127 > 125:
                self.note("length form")
            is_big = (opcode < 3 and self.deflate is not None) or bool(header and self._too_big(header[2]))
            raise Fault(1002, *((1009,) if is_big else ()))

    def _judge_data_header(self, first: int, length: int) -> None:
        is_going_on = first & 15 == 0
        if is_going_on is not bool(self.first):  # 5.4
            raise Fault(1002, 1007, *((1009,) if self.deflate else self._too_big(length)))
        if is_going_on and first & 0x40:  # RFC 7692 6.1
            raise Fault(1002, 1009, 1007)
        is_compressed = (self.first or first) & 0x40
        if not is_compressed and self._too_big(length):
            raise Fault(1009, 1007)
        if self.fragments + 1 > self.most_fragments:
            self.note("many fragments")
            raise Fault(1009, 1007)

    def _data(self, first: int, payload: bytes, is_whole: bool) -> None:
        message = self.first or first
        is_compressed, is_end = bool(message & 0x40), bool(is_whole and first & 128)
        if is_compressed:
            if len(payload) >= 64 * 1024:
                self.note("64 KiB of a compressed frame")
            if not is_whole:
                self.note("part of a compressed frame")
                return
            payload = self._inflate(payload, is_end=is_end)
        if message & 15 == 1 and not is_text(self.payload + payload, is_whole=is_end):
            if (self.payload + payload)[-2:-1] == b"\xed":
                self.note("half a surrogate")
            raise Fault(1007, *((1009,) if is_compressed else ()))
        if not is_whole:
            return
        self.first, self.payload, self.fragments = message, self.payload + payload, self.fragments + 1
        if is_end:
            self.messages.append((message & 15, self.payload))
            self.first, self.payload, self.fragments, self.deflated = 0, b"", 0, 0

    def _inflate(self, data: bytes, *, is_end: bool) -> bytes:
        assert self.deflate is not None
        self.deflated += len(data)
        if not self.deflated:
            if is_end:
                self.note("no octet")
            return b""  # not even an empty block: read as empty, without the tail that would begin one
        pending = data + TAIL if is_end else data  # RFC 7692 7.2.2
        output = b""
        while pending:
            output += self._inflated(pending, self.limit - len(self.payload) - len(output))
            if not self.inflater.eof:
                break
            # RFC 7692 7.2.3.4: a block with BFINAL set ends nothing; what follows may refer to what was before.
            self.note("final block")
            pending = self.inflater.unused_data
            self.inflater = zlib.decompressobj(
                -self.deflate.bits, zdict=bytes(self.history[-(1 << self.deflate.bits) :])
            )
            if is_end and pending == TAIL:
                break  # the octet for the tail to complete was left out
        if is_end and not _is_between_blocks(self.inflater):
            self.note("unfinished block")
        if is_end and self.deflate.is_reset:
            self.inflater, self.history = zlib.decompressobj(-self.deflate.bits), bytearray()
        return output

    def _inflated(self, data: bytes, room: int) -> bytes:
        before = self.inflater.copy()
        try:
            output = self.inflater.decompress(data)
        except zlib.error:
            length = _length_before_fault(before, data)
            self.note("bad deflate")
            if length in (room, room + 1):
                self.note("fault at the limit")
            raise Fault(1009 if length > room else 1007, 1002, 1009, 1007) from None
        if len(output) > room:
            self.note("inflates over the limit")
            raise Fault(1009, 1007, 1002)
        self.history += output
        return output

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == 8:
            self._close_frame(payload)
            return
        self.controls.append((opcode, payload))
        if self.first & 0x40:
            self.note("control inside a compressed message")
        if opcode == 9:
            self.written.append((10, payload))  # 5.5.2

    def _close_frame(self, body: bytes) -> None:
        code = int.from_bytes(body[:2], "big") if body else 1005
        if len(body) == 1:
            raise Fault(1002)
        if not is_text(body[2:], is_whole=True):
            raise Fault(1007, 1002)
        if body and not may_be_sent(code):
            raise Fault(1002)
        if self.first:
            self.note("close inside a message")
        if code == 1014:
            self.note("1014")
        self.received = code, body[2:].decode()
        if self.sent is None:
            self._write_close(body, code)  # 5.5.1: "typically echos the status code it received"


def _is_between_blocks(inflater: zlib._Decompress) -> bool:
    """Tell whether a last, empty block may come next."""
    trial = inflater.copy()
    try:
        trial.decompress(b"\x01\x00\x00\xff\xff")
    except zlib.error:
        return False
    return trial.eof


def _length_before_fault(inflater: zlib._Decompress, data: bytes) -> int:
    """Count what comes out before the byte that cannot be inflated."""
    length = 0
    for byte in data:
        try:
            length += len(inflater.decompress(bytes((byte,))))
        except zlib.error:
            break
    return length
