"""Is a part of a message among the bytes that pass? As a middlebox looks that counts messages only."""

from __future__ import annotations

from framescope.engine.frames import header_at

_HANDSHAKE = (b"GET ", b"HTTP/")  # the opening handshake counts
_SMALL = 125  #: B of payload whose length stands in the second byte


class MessageWatch:
    """Looks at one direction, from its first byte on."""

    def __init__(self) -> None:
        self._left = 0  # B of the frame that the bytes before ended in
        self._is_control = False  # that frame
        self._head = b""  # a header that is not whole

    def sees(self, data: bytes) -> bool:
        """Tell whether more than control frames is among the next bytes."""
        if not self._left and not self._head and len(data) == _size(data):
            return not data[0] & 0x08  # mostly one small frame
        position, is_message = self._left, self._left > 0 and not self._is_control
        data = self._head + data
        if not position and data.startswith(_HANDSHAKE):
            return True
        while position < len(data):
            head = header_at(data, position, len(data), 0)
            if head is None:
                break
            self._is_control = head.first & 0x08 != 0
            is_message = is_message or not self._is_control
            position += head.header_length + head.length
        self._left = max(0, position - len(data))
        self._head = data[position:]
        return is_message


def _size(data: bytes) -> int:
    """The size of the small frame that begins here; 0 where it is none."""
    length = data[1] & 0x7F if len(data) > 1 else 127
    return 0 if length > _SMALL else length + (6 if data[1] & 0x80 else 2)
