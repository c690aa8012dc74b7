"""What does a byte stream hold, by the letter of RFC 6455? A strict reader that shares no code with the engine."""

from __future__ import annotations

import zlib

from framescope.engine.frames import Frame


class Illegal(AssertionError):
    """The stream holds what must not be sent."""


def frames_in(data: bytes) -> list[Frame]:
    """Take a stream of whole frames apart."""
    frames, position = [], 0
    while position < len(data):
        start = position
        first, second = data[position : position + 2]
        position += 2
        length = second & 127
        extended = {126: 2, 127: 8}.get(length, 0)
        if extended:
            length = int.from_bytes(data[position : position + extended], "big")
            if length < (126 if extended == 2 else 65536):
                raise Illegal("length is not minimal")
            position += extended
        mask = data[position : position + 4] if second & 128 else None
        position += 4 if mask else 0
        payload = data[position : position + length]
        if len(payload) < length:
            raise Illegal("the stream ends inside a frame")
        if mask:
            payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        frames.append(Frame(first, payload, mask, position - start, length, start))
        position += length
    return frames


class StrictReader:
    """Follows one direction, frame by frame; raises `Illegal`. Texts and data are gathered in `messages`."""

    def __init__(self, *, is_masked: bool, has_deflate: bool = False, keeps_window: bool = True) -> None:
        self.is_masked, self.has_deflate, self.keeps_window = is_masked, has_deflate, keeps_window
        self.messages: list[str | bytes] = []
        self.is_closed = False
        self._opcode, self._is_compressed, self._payload = 0, False, b""
        self._inflater = zlib.decompressobj(-15)

    def read(self, data: bytes) -> list[Frame]:
        """Take whole frames."""
        frames = frames_in(data)
        for frame in frames:
            self._frame(frame)
        return frames

    def _frame(self, frame: Frame) -> None:
        opcode, fin, reserved = frame.first & 15, frame.first >> 7, frame.first >> 4 & 7
        if (frame.mask is not None) is not self.is_masked:
            raise Illegal("masked wrongly")
        if opcode >= 8:
            if opcode > 10 or not fin or reserved or frame.length > 125:
                raise Illegal(f"control frame {frame.first:#x} of {frame.length} bytes")
            if opcode == 8:
                self._close(frame.payload)
            return
        if self.is_closed:
            raise Illegal("data behind Close")
        if reserved not in ((0, 4) if self.has_deflate and opcode else (0,)) or opcode > 2:
            raise Illegal(f"data frame {frame.first:#x}")
        if bool(opcode) is bool(self._opcode):
            raise Illegal("fragments out of order")
        if opcode:
            self._opcode, self._is_compressed, self._payload = opcode, reserved == 4, b""
        self._payload += frame.payload
        if fin:
            self._message()

    def _close(self, body: bytes) -> None:
        if self.is_closed:
            raise Illegal("a second Close")
        self.is_closed = True
        if body:
            code = int.from_bytes(body[:2], "big")
            if len(body) < 2 or not (3000 <= code < 5000 or code in {*range(1000, 1004), *range(1007, 1015)}):
                raise Illegal(f"close code {code}")
            body[2:].decode()

    def _message(self) -> None:
        payload = self._payload
        if self._is_compressed:
            payload = self._inflater.decompress(payload + b"\x00\x00\xff\xff")
            if not self.keeps_window:
                self._inflater = zlib.decompressobj(-15)
        self.messages.append(payload.decode() if self._opcode == 1 else payload)
        self._opcode = 0
