"""How are whole, plain messages read at full speed? Pure functions over (buffer, position), one loop a read.

They read what most traffic is, unfragmented uncompressed messages that came whole, and stop in front of
everything else: control frames, fragments, faults, frames under way. What they read, the careful way
(inbox.py, messages.py) reads alike; tests hold one against the other.
"""

from __future__ import annotations

from framescope.engine.events import Event, Part
from framescope.engine.frames import Frame, Opcode
from framescope.engine.masking import apply_mask

_TEXT, _BINARY = 0x81, 0x82  # FIN and the opcode


def read_unmasked(buffer: bytes, position: int, base: int, events: list[Event], limit: int) -> int:
    """Append a frame and a part for each message from `position` on; return where it stopped.

    `base` is the buffer's place in the stream, `limit` the largest message (both B).
    """
    end = len(buffer)
    last = end - 1
    small = min(limit, 125)
    append = events.append
    # A NamedTuple's own constructor takes more than twice the time of a tuple's.
    new, frame, part, of_text, of_binary = tuple.__new__, Frame, Part, Opcode.TEXT, Opcode.BINARY
    while position < last:
        first = buffer[position]
        length = buffer[position + 1]
        start = position + 2
        if length > small:
            if length != 126 or end - position < 4:
                break
            length = buffer[start] << 8 | buffer[position + 3]
            if not 126 <= length <= limit:
                break
            start = position + 4
        stop = start + length
        if stop > end:
            break
        payload = buffer[start:stop]
        if first == _TEXT:
            try:
                text: str | None = payload.decode()
            except UnicodeDecodeError:
                break
            opcode = of_text
        elif first == _BINARY:
            text, opcode = None, of_binary
        else:
            break
        append(new(frame, (first, payload, None, start - position, length, base + position)))
        append(new(part, (opcode, payload, text, True, True)))
        position = stop
    return position


def read_masked(buffer: bytes, position: int, base: int, events: list[Event], limit: int) -> int:
    """Do as `read_unmasked` does with a client's frames."""
    end = len(buffer)
    last = end - 1
    small = min(limit, 125)
    append = events.append
    new, frame, part, of_text, of_binary = tuple.__new__, Frame, Part, Opcode.TEXT, Opcode.BINARY
    while position < last:
        first = buffer[position]
        length = buffer[position + 1] ^ 0x80  # what is not masked is 128 or more now
        start = position + 6
        if length > small:
            if length != 126 or end - position < 4:
                break
            length = buffer[position + 2] << 8 | buffer[position + 3]
            if not 126 <= length <= limit:
                break
            start = position + 8
        stop = start + length
        if stop > end:
            break
        mask = buffer[start - 4 : start]
        payload = apply_mask(buffer[start:stop], mask)
        if first == _TEXT:
            try:
                text: str | None = payload.decode()
            except UnicodeDecodeError:
                break
            opcode = of_text
        elif first == _BINARY:
            text, opcode = None, of_binary
        else:
            break
        append(new(frame, (first, payload, mask, start - position, length, base + position)))
        append(new(part, (opcode, payload, text, True, True)))
        position = stop
    return position
