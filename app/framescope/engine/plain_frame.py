"""What is a frame to a program written for `websockets`? Its opcode, payload and bits, without a place on a wire."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from framescope.engine.errors import ProtocolError
from framescope.engine.frames import CONTROL_LIMIT, FIN, RSV1, RSV2, RSV3, Opcode, serialise
from framescope.engine.log_text import frame_line


@dataclass
class Frame:
    """A frame as `websockets` has it. What our engine reports is `framescope.engine.frames.Frame`."""

    opcode: Opcode
    data: bytes | bytearray | memoryview
    fin: bool = True
    rsv1: bool = False
    rsv2: bool = False
    rsv3: bool = False

    def __str__(self) -> str:
        return frame_line(self.opcode, self.data, is_final=self.fin)

    def serialize(self, *, mask: bool) -> bytes:
        """Write the frame, masked with a new key if it is a client's. Raises ProtocolError."""
        self.check()
        bits = (FIN, self.fin), (RSV1, self.rsv1), (RSV2, self.rsv2), (RSV3, self.rsv3)
        first = int(self.opcode) | sum(bit for bit, is_set in bits if is_set)
        return serialise(first, bytes(self.data), secrets.token_bytes(4) if mask else None)

    def check(self) -> None:
        """Raise ProtocolError for a frame that RFC 6455 5.2 or 5.5 forbids."""
        if self.rsv1 or self.rsv2 or self.rsv3:
            raise ProtocolError("reserved bits must be 0")
        if self.opcode & 0x08:
            if len(self.data) > CONTROL_LIMIT:
                raise ProtocolError("control frame too long")
            if not self.fin:
                raise ProtocolError("fragmented control frame")
