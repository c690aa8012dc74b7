"""What is an opcode called, and which colour token is its own? One table for lists, marks and menus."""

from __future__ import annotations

from framescope.engine.frames import Opcode

EVENT = -1  #: in place of an opcode: a row that is not a frame
_NAMES = {
    int(Opcode.CONTINUATION): ("Continuation", "cont"),
    int(Opcode.TEXT): ("Text", "text"),
    int(Opcode.BINARY): ("Binary", "binary"),
    int(Opcode.CLOSE): ("Close", "close"),
    int(Opcode.PING): ("Ping", "ping"),
    int(Opcode.PONG): ("Pong", "pong"),
    EVENT: ("Event", "fg2"),
}


def opcode_name(opcode: int) -> str:
    """Name an opcode for a list: "Text", or "Reserved 0x3"."""
    return _NAMES[opcode][0] if opcode in _NAMES else f"Reserved 0x{opcode:x}"


def opcode_token(opcode: int) -> str:
    """Return the colour token of an opcode's mark; what RFC 6455 does not define is an error."""
    return _NAMES[opcode][1] if opcode in _NAMES else "err"
