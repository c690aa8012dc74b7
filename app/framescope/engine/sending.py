"""How does what the application sends become frames in the outbox?"""

from __future__ import annotations

from collections.abc import Callable

from framescope.engine.deflate import Deflater
from framescope.engine.errors import ProtocolError
from framescope.engine.frames import CONTINUATION, CONTROL_LIMIT, FIN, PONG, RSV1, Opcode, serialise
from framescope.engine.outbox import DELIBERATE, KEEPALIVE, ORDINARY, Outbox
from framescope.engine.settings import PONG_LIMIT


class Sender:
    """Masks, deflates and queues one endpoint's frames."""

    def __init__(
        self, outbox: Outbox, *, is_client: bool, random: Callable[[int], bytes], pong_limit: int = PONG_LIMIT
    ) -> None:
        self._outbox = outbox
        self._pong_limit = pong_limit
        self._put_data = outbox.put_data
        self._is_client = is_client
        self._random = random
        self.deflater: Deflater | None = None
        self._is_inside = False  #: a fragmented message has begun and not ended
        self._is_compressed = False

    def data(self, opcode: Opcode, payload: bytes, *, ends: bool = True, is_compressed: bool = True) -> None:
        """Queue a frame of a message: its first with its opcode, the others as CONTINUATION.

        RFC 6455 5.4: fragments of one message follow each other; the caller sees to that.
        """
        is_first = opcode is not CONTINUATION
        if is_first is self._is_inside:
            raise ProtocolError("a fragmented message goes on" if is_first else "no fragmented message goes on")
        first = opcode | FIN if ends else int(opcode)
        self._is_inside = not ends
        if self.deflater is not None:
            if is_first:
                self._is_compressed = is_compressed
                first |= RSV1 if is_compressed else 0
            if self._is_compressed:
                payload = self.deflater.deflate(payload, ends=ends)
        # As `_put` does; a call less for what is most of all.
        if type(payload) is not bytes:
            payload = bytes(payload)
        mask = self._random(4) if self._is_client else None
        self._put_data((serialise(first, payload, mask), first, payload, mask, ORDINARY))

    def control(self, opcode: Opcode, payload: bytes, *, is_urgent: bool = True, is_keepalive: bool = False) -> None:
        """Queue a control frame, before all data unless it is not urgent."""
        if len(payload) > CONTROL_LIMIT:
            raise ProtocolError(f"a control frame takes at most 125 bytes, not {len(payload)}")
        self._put(FIN | opcode, payload, KEEPALIVE if is_keepalive else ORDINARY, is_urgent=is_urgent)

    def pong(self, payload: bytes) -> None:
        """Queue a pong; where too many frames wait, the latest takes the place of the pong before it."""
        if self._outbox.urgent_count >= self._pong_limit:
            self._outbox.drop_last_pong()
        self._put(FIN | PONG, payload, is_urgent=True)

    def raw(self, first: int, payload: bytes, *, is_masked: bool) -> None:
        """Queue a frame that a person wants just so, legal or not."""
        payload = bytes(payload)
        mask = self._random(4) if is_masked else None
        self._outbox.put_data((serialise(first, payload, mask), first, payload, mask, DELIBERATE))

    def _put(self, first: int, payload: bytes, kind: int = ORDINARY, *, is_urgent: bool) -> None:
        # RFC 6455 10.3: a payload does not change once its transmission began, whatever its owner does with it.
        if type(payload) is not bytes:
            payload = bytes(payload)
        # RFC 6455 5.3: "a fresh masking key from the set of allowed 32-bit values", unpredictable
        mask = self._random(4) if self._is_client else None
        put = self._outbox.put_urgent if is_urgent else self._outbox.put_data
        put((serialise(first, payload, mask), first, payload, mask, kind))
