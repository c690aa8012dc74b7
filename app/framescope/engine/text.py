"""Is a message's text UTF-8? Followed over its pieces, and judged as soon as the bytes that prove it have come."""

from __future__ import annotations

from codecs import utf_8_decode


class BadText(Exception):
    """The bytes are no UTF-8; the words name the fault and its place in the message, as `websockets` does."""


class TextDecoder:
    """Decodes one message after the other; a character may be cut by the end of a piece."""

    def __init__(self) -> None:
        self.tail = b""  #: of the piece before: the beginning of a character
        self._position = 0  #: bytes of the message before the tail

    def reset(self) -> None:
        """Begin a new message."""
        self.tail = b""
        self._position = 0

    def decode(self, data: bytes, *, ends: bool) -> str:
        """Return the whole characters that `data` completes; with `ends` none may be left over. Raises `BadText`."""
        if self.tail:
            data = self.tail + data
        try:
            text, used = utf_8_decode(data, "strict", ends)
        except UnicodeDecodeError as error:
            raise BadText(f"{error.reason} at position {self._position + error.start}") from error
        self._position += used
        if used == len(data):
            self.tail = b""
            return text
        self.tail = data[used:]
        if _is_surrogate(self.tail):
            raise BadText(f"invalid continuation byte at position {self._position}")
        return text


def may_begin_text(data: bytes) -> bool:
    """Tell whether no byte of `data` proves that a text which begins with it is no UTF-8."""
    try:
        _, used = utf_8_decode(data, "strict", False)
    except UnicodeDecodeError:
        return False
    return not _is_surrogate(data[used:])


def _is_surrogate(tail: bytes) -> bool:
    """Tell whether a character that is not whole is half a surrogate pair: its second byte has proved it."""
    # Python waits for the third.
    return len(tail) == 2 and b"\xed\xa0" <= tail < b"\xee"
