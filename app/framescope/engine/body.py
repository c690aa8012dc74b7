"""Where does the body of an answer other than 101 end, and what does it say? (RFC 9112 6.3, 7.1)"""

from __future__ import annotations

import re

from framescope.engine.headers import Headers
from framescope.engine.settings import Limits

_DIGITS = re.compile(r"[0-9]{1,18}")
_HEX = re.compile(rb"[0-9A-Fa-f]{1,15}")


class ErrorBody:
    """Collects the words of a server that refuses, at most `Limits.max_error_body` bytes of them.

    A body that is not well-formed is over where that shows: nothing but a message for people is in it.
    """

    def __init__(self, status_code: int, headers: Headers, limits: Limits) -> None:
        self.content = bytearray()
        self.is_complete = False
        self._room = limits.max_error_body
        self._max_line = limits.max_line
        self._is_chunked = [coding.strip().lower() for coding in headers.get_all("Transfer-Encoding")] == ["chunked"]
        self._left: int | None = None  #: B of the body, or of the chunk, to come; None: to the stream's end
        self._line = bytearray()  #: of a chunk's size, not whole yet
        self._is_behind_chunk = False
        if status_code < 200 or status_code in (204, 304):
            self._left = 0
        elif self._is_chunked:
            self._left = 0
            return
        elif "Transfer-Encoding" not in headers and "Content-Length" in headers:
            length = headers.get_all("Content-Length")
            self._left = int(length[0]) if len(set(length)) == 1 and _DIGITS.fullmatch(length[0]) else 0
        self.is_complete = self._left == 0

    def feed(self, data: bytes) -> None:
        """Take what came behind the head."""
        position = 0
        while position < len(data) and not self.is_complete:
            if self._is_chunked and not self._left:
                position = self._chunk_line(data, position)
            else:
                position = self._payload(data, position)

    def _payload(self, data: bytes, position: int) -> int:
        size = min(len(data) - position, self._room - len(self.content))
        if self._left is not None:
            size = min(size, self._left)
            self._left -= size
            self._is_behind_chunk = self._left == 0
        self.content += data[position : position + size]
        is_over = self._left == 0 and not self._is_chunked
        self.is_complete = is_over or len(self.content) >= self._room
        return position + size

    def _chunk_line(self, data: bytes, position: int) -> int:
        end = data.find(b"\n", position)
        stop = len(data) if end < 0 else end + 1
        self._line += data[position:stop]
        if end < 0:
            self.is_complete = len(self._line) > self._max_line
            return stop
        line = bytes(self._line).rstrip(b"\r\n")
        self._line.clear()
        if self._is_behind_chunk:
            self._is_behind_chunk = False
            self.is_complete = bool(line)
            return stop
        size = line.partition(b";")[0].strip(b" \t")
        self._left = int(size, 16) if _HEX.fullmatch(size) else 0
        self.is_complete = self._left == 0
        return stop
