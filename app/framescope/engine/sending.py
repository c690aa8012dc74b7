"""How does what the application sends become frames in the outbox?"""

from __future__ import annotations

from collections.abc import Callable

from framescope.engine.deflate import Deflater
from framescope.engine.errors import ProtocolError
from framescope.engine.frames import CONTROL_LIMIT, FIN, RSV1, Frame, Opcode, serialise
from framescope.engine.outbox import Outbox, Outgoing

#: RFC 6455 5.5.3 lets an endpoint answer the latest ping only; up to this many pongs may wait.
PONG_LIMIT = 128


class Sender:
    """Masks, deflates and queues one endpoint's frames."""

    def __init__(self, outbox: Outbox, *, is_client: bool, random: Callable[[int], bytes]) -> None:
        self._outbox = outbox
        self._is_client = is_client
        self._random = random
        self.deflater: Deflater | None = None
        self._is_inside = False  #: a fragmented message has begun and not ended
        self._is_compressed = False

    def data(self, opcode: Opcode, payload: bytes, *, ends: bool = True, is_compressed: bool = True) -> None:
        """Queue a frame of a message: its first with its opcode, the others as CONTINUATION.

        RFC 6455 5.4: fragments of one message follow each other; the caller sees to that.
        """
        if (opcode is Opcode.CONTINUATION) != self._is_inside:
            raise ProtocolError("a fragmented message goes on" if self._is_inside else "no fragmented message goes on")
        first = int(opcode) | (FIN if ends else 0)
        if opcode is not Opcode.CONTINUATION:
            self._is_compressed = is_compressed and self.deflater is not None
            if self._is_compressed:
                first |= RSV1
        self._is_inside = not ends
        if self._is_compressed and self.deflater is not None:
            payload = self.deflater.deflate(payload, ends=ends)
        self._put(first, payload, is_urgent=False)

    def control(self, opcode: Opcode, payload: bytes, *, is_urgent: bool = True, is_keepalive: bool = False) -> None:
        """Queue a control frame, before all data unless it is not urgent."""
        if len(payload) > CONTROL_LIMIT:
            raise ProtocolError(f"a control frame takes at most 125 bytes, not {len(payload)}")
        self._put(FIN | int(opcode), payload, is_urgent=is_urgent, is_keepalive=is_keepalive)

    def pong(self, payload: bytes) -> None:
        """Queue a pong; where too many frames wait, the latest takes the place of the pong before it."""
        if self._outbox.urgent_count >= PONG_LIMIT:
            self._outbox.drop_last_pong()
        self._put(FIN | int(Opcode.PONG), payload, is_urgent=True)

    def raw(self, first: int, payload: bytes, *, is_masked: bool) -> None:
        """Queue a frame that a person wants just so, legal or not."""
        item = self._frame(first, payload, self._random(4) if is_masked else None)
        item.is_deliberate = True
        self._outbox.put(item, is_urgent=False)

    def _put(self, first: int, payload: bytes, *, is_urgent: bool, is_keepalive: bool = False) -> None:
        item = self._frame(first, payload, self._key())
        item.is_keepalive = is_keepalive
        self._outbox.put(item, is_urgent=is_urgent)

    def _key(self) -> bytes | None:
        # RFC 6455 5.3: "a fresh masking key from the set of allowed 32-bit values", unpredictable
        return self._random(4) if self._is_client else None

    def _frame(self, first: int, payload: bytes, mask: bytes | None) -> Outgoing:
        # RFC 6455 10.3: a payload does not change once its transmission began, whatever its owner does with it.
        payload = bytes(payload)
        data = serialise(first, payload, mask)
        length = len(payload)
        return Outgoing(data, Frame(first, payload, mask, len(data) - length, length, 0))
