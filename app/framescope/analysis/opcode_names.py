"""What is an opcode called in lists and on the command line?"""

from __future__ import annotations

from framescope.engine.frames import Opcode

EVENT = -1  #: in place of an opcode: a row that is not a frame


def opcode_name(opcode: int) -> str:
    """Name an opcode: "Text", or "Reserved 0x3"."""
    if opcode == EVENT:
        return "Event"
    return Opcode(opcode).name.capitalize() if opcode in _KNOWN else f"Reserved 0x{opcode:x}"


_KNOWN = frozenset(Opcode)
