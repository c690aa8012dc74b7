"""What does the peer's byte stream say? Frames with their evidence, the parts of messages, and violations."""

from __future__ import annotations

from typing import TypeAlias

from framescope.engine.deflate import Inflater
from framescope.engine.errors import Violation
from framescope.engine.events import Part, PartialFrame
from framescope.engine.frames import RSV1, Frame, Head
from framescope.engine.inbox import PART, Chunk, Inbox
from framescope.engine.messages import Assembler
from framescope.engine.settings import Limits

Seen: TypeAlias = Frame | Part | Violation


class Receiver:
    """Reads one direction. A frame comes before the part that it completes."""

    def __init__(self, limits: Limits, inflater: Inflater | None, *, masked: bool, offset: int) -> None:
        self._inbox = Inbox(masked=masked, reserved=RSV1 if inflater else 0, offset=offset)
        self._assembler = Assembler(limits, inflater)
        self._judged: int | None = None  #: offset of the frame whose header was judged before its payload
        self._is_failed = False  #: messages are no longer followed; frames still are, as evidence

    def receive(self, data: bytes) -> list[Seen]:
        """Take one read. A violation stands behind the frame that shows it; nothing of use follows."""
        seen: list[Seen] = []
        for item in self._inbox.feed(data):
            if isinstance(item, Frame):
                self._frame(item, seen)
            elif isinstance(item, Chunk):
                self._payload(item.head, item.payload, seen, begins=item.begins, ends=item.ends)
            elif isinstance(item, Head):
                self._head(item, seen)
            else:
                seen.append(item)
        return seen

    def partial(self) -> PartialFrame | None:
        """Return the frame under way when the stream ends inside it."""
        head, buffered, passed = self._inbox.pending
        if head is None:
            return None
        frame = Frame(head.first, b"", head.mask, head.header_length, head.length, head.offset)
        return PartialFrame(frame, False, head.header_length + passed + len(buffered))

    def _head(self, head: Head | Frame, seen: list[Seen]) -> None:
        self._judged = head.offset
        fault = None if head.first & 0x0F >= 8 or self._is_failed else self._assembler.judge(head)
        if fault is not None:
            self._is_failed = True
            seen.append(fault)

    def _frame(self, frame: Frame, seen: list[Seen]) -> None:
        seen.append(frame)
        if frame.first & 0x0F >= 8:
            return
        was_judged = frame.offset == self._judged
        if was_judged and frame.length > PART:
            return  # its chunks were taken already
        if not was_judged:
            self._head(frame, seen)
        self._payload(frame, frame.payload, seen, begins=True, ends=True)

    def _payload(self, head: Head | Frame, payload: bytes, seen: list[Seen], *, begins: bool, ends: bool) -> None:
        if self._is_failed:
            return
        part = self._assembler.take(head, payload, begins=begins, ends=ends)
        self._is_failed = isinstance(part, Violation)
        seen.append(part)
