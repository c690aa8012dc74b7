"""Which colour token is an opcode's own? One table for lists, marks and menus; its names are the analysis'."""

from __future__ import annotations

from framescope.analysis.opcode_names import EVENT, opcode_name
from framescope.engine.frames import Opcode

__all__ = ["EVENT", "opcode_name", "opcode_token"]

_TOKENS = {
    int(Opcode.CONTINUATION): "cont",
    int(Opcode.TEXT): "text",
    int(Opcode.BINARY): "binary",
    int(Opcode.CLOSE): "close",
    int(Opcode.PING): "ping",
    int(Opcode.PONG): "pong",
    EVENT: "fg2",
}


def opcode_token(opcode: int) -> str:
    """Return the colour token of an opcode's mark; what RFC 6455 does not define is an error."""
    return _TOKENS.get(opcode, "err")
