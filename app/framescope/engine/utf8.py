"""Is this byte stream UTF-8, and if not, where does it stop being so? (RFC 6455 8.1)"""

from __future__ import annotations

import codecs

_decoder = codecs.getincrementaldecoder("utf-8")


class BadText(Exception):
    """The stream is not UTF-8; the text tells why and at which byte, wherever its pieces were cut."""


class Utf8:
    """Decodes the text of one message after another, in pieces that may end inside a character."""

    def __init__(self) -> None:
        self._decoder = _decoder()
        self._count = 0  #: B of the message that were decoded or are held back

    def reset(self) -> None:
        """Begin a message."""
        self._decoder.reset()
        self._count = 0

    def resume(self, other: Utf8) -> None:
        """Go on from where `other` stands."""
        self._decoder.setstate(other._decoder.getstate())
        self._count = other._count

    def decode(self, data: bytes, *, ends: bool) -> str:
        """Return the whole characters; what is left of the last one is held back unless the message `ends`."""
        try:
            text = self._decoder.decode(data, ends)
        except UnicodeDecodeError as error:
            position = self._count - len(self._decoder.getstate()[0]) + error.start
            raise BadText(f"{error.reason} at position {position}") from error
        self._count += len(data)
        return text
