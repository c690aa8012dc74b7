"""How are frames that came whole read at full speed? Pure functions over (buffer, position), one loop a read.

They read unfragmented uncompressed messages, which is most traffic, themselves, hand the other legal frames that
came whole to `take`, and stop in front of everything else: faults, large frames, the beginning of a frame. What
they read, the careful way (inbox.py) reads alike; tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple, TypeAlias

from framescope.engine.errors import Violation
from framescope.engine.events import Event, Part, new_part
from framescope.engine.frames import BINARY, FIN, TEXT, Frame, new_frame
from framescope.engine.masking import apply_mask
from framescope.engine.text import may_begin_text

#: The beginning of a larger frame is not kept to be read again with what follows (B), ...
SHORT = 8 * 1024
#: ... nor that of any for a second time behind a smaller read: so every byte is copied a few times at most.
LARGE_READ = 512

PLAIN_TEXT, PLAIN_BINARY = 0x81, 0x82  #: FIN and the opcode
_NONE = -1  # no byte


class Rules(NamedTuple):
    """What holds for one direction."""

    limit: int  #: the largest frame that is read here (B)
    small: int  #: the largest whose length stands in the second byte
    legal: Collection[int]  #: first bytes without a fault
    take: Callable[[Frame], Part | Violation | None]  #: what a frame says of its message; None: it is a control frame
    #: of the first byte, the length, what came of the payload, and the mask: is there no fault in them?
    may_wait: Callable[[int, int, bytes, bytes | None], bool]


#: Where reading stopped; behind which control frame, or data frame with a fault; how many bytes the frame lacks
#: that begins there, if it is sound as far as it came: `FEW` for a part of a header, or nothing; `NOT_SOUND`.
Stop: TypeAlias = tuple[int, tuple[Frame, Violation | None] | None, int]
FEW, NOT_SOUND = 1, 0


def read_unmasked(buffer: bytes, position: int, base: int, events: list[Event], rules: Rules, *, is_idle: bool) -> Stop:
    """Append what the frames from `position` on say. `base` is the buffer's place in the stream.

    `is_idle`: no message is under way.
    """
    end = len(buffer)
    last = end - 1
    limit, small, legal, take, may_wait = rules
    append = events.append
    frame, part, of_text, of_binary = new_frame, new_part, TEXT, BINARY
    plain_text, plain_binary = (PLAIN_TEXT, PLAIN_BINARY) if is_idle else (_NONE, _NONE)
    while position < last:
        first = buffer[position]
        length = buffer[position + 1]
        header = 2
        if length > small:
            if length != 126 or end - position < 4:
                return position, None, NOT_SOUND
            length = buffer[position + 2] << 8 | buffer[position + 3]
            if not 126 <= length <= limit or first & 0x08:
                return position, None, NOT_SOUND
            header = 4
        start = position + header
        stop = start + length
        if stop > end:
            if length > SHORT or first not in legal:
                return position, None, NOT_SOUND
            is_plain = first in (plain_text, plain_binary)
            rest = buffer[start:]
            is_sound = _may_go_on(first, rest, None) if is_plain else may_wait(first, length, rest, None)
            return position, None, stop - end if is_sound else NOT_SOUND
        payload = buffer[start:stop]
        if first == plain_text:
            try:
                text = payload.decode()
            except UnicodeDecodeError:
                return position, None, NOT_SOUND
            append(frame((first, payload, None, header, length, base + position)))
            append(part((of_text, payload, text, True, True)))
        elif first == plain_binary:
            append(frame((first, payload, None, header, length, base + position)))
            append(part((of_binary, payload, None, True, True)))
        elif first in legal:
            found = frame((first, payload, None, header, length, base + position))
            said = take(found)
            if not isinstance(said, Part):
                return stop, (found, said), NOT_SOUND
            append(found)
            append(said)
            plain_text, plain_binary = (PLAIN_TEXT, PLAIN_BINARY) if first & FIN else (_NONE, _NONE)
        else:
            return position, None, NOT_SOUND
        position = stop
    return position, None, FEW


def read_masked(buffer: bytes, position: int, base: int, events: list[Event], rules: Rules, *, is_idle: bool) -> Stop:
    """Do as `read_unmasked` does with a client's frames."""
    end = len(buffer)
    last = end - 1
    limit, small, legal, take, may_wait = rules
    append = events.append
    frame, part, of_text, of_binary = new_frame, new_part, TEXT, BINARY
    plain_text, plain_binary = (PLAIN_TEXT, PLAIN_BINARY) if is_idle else (_NONE, _NONE)
    while position < last:
        first = buffer[position]
        length = buffer[position + 1] ^ 0x80  # what is not masked is 128 or more now
        header = 6
        if length > small:
            if length != 126 or end - position < 4:
                return position, None, NOT_SOUND
            length = buffer[position + 2] << 8 | buffer[position + 3]
            if not 126 <= length <= limit or first & 0x08:
                return position, None, NOT_SOUND
            header = 8
        start = position + header
        stop = start + length
        mask = buffer[start - 4 : start]
        if stop > end:
            if length > SHORT or first not in legal:
                return position, None, NOT_SOUND
            is_plain = first in (plain_text, plain_binary)
            rest = buffer[start:]
            is_sound = _may_go_on(first, rest, mask) if is_plain else may_wait(first, length, rest, mask)
            return position, None, stop - end if is_sound else NOT_SOUND
        payload = apply_mask(buffer[start:stop], mask)
        if first == plain_text:
            try:
                text = payload.decode()
            except UnicodeDecodeError:
                return position, None, NOT_SOUND
            append(frame((first, payload, mask, header, length, base + position)))
            append(part((of_text, payload, text, True, True)))
        elif first == plain_binary:
            append(frame((first, payload, mask, header, length, base + position)))
            append(part((of_binary, payload, None, True, True)))
        elif first in legal:
            found = frame((first, payload, mask, header, length, base + position))
            said = take(found)
            if not isinstance(said, Part):
                return stop, (found, said), NOT_SOUND
            append(found)
            append(said)
            plain_text, plain_binary = (PLAIN_TEXT, PLAIN_BINARY) if first & FIN else (_NONE, _NONE)
        else:
            return position, None, NOT_SOUND
        position = stop
    return position, None, FEW


def _may_go_on(first: int, payload: bytes, mask: bytes | None) -> bool:
    """Tell what `Rules.may_wait` does of a plain message within its limit, at less cost."""
    if first == PLAIN_BINARY or not payload:
        return True
    if mask is not None:
        payload = apply_mask(payload, mask)
    return payload.isascii() or may_begin_text(payload)
