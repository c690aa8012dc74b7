"""Is a message's text UTF-8? Followed over its pieces, and judged as soon as the bytes that prove it have come."""

from __future__ import annotations

from codecs import utf_8_decode


class BadText(Exception):
    """The bytes are no UTF-8; the words name the fault and its place in the message, as `websockets` does."""


class TextDecoder:
    """Decodes one message after the other; a character may be cut by the end of a piece."""

    def __init__(self) -> None:
        self._tail = b""  #: of the piece before: the beginning of a character
        self._position = 0  #: bytes of the message before the tail

    def reset(self) -> None:
        """Begin a new message."""
        self._tail = b""
        self._position = 0

    def decode(self, data: bytes, *, ends: bool) -> str:
        """Return the whole characters that `data` completes; with `ends` none may be left over. Raises `BadText`."""
        if self._tail:
            data = self._tail + data
        try:
            text, used = utf_8_decode(data, "strict", ends)
        except UnicodeDecodeError as error:
            raise BadText(f"{error.reason} at position {self._position + error.start}") from error
        self._tail = data[used:]
        self._position += used
        # Python waits for a surrogate's third byte; the second has proved it.
        if len(self._tail) == 2 and b"\xed\xa0" <= self._tail < b"\xee":
            raise BadText(f"invalid continuation byte at position {self._position}")
        return text
