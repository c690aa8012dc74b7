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
        """Take one read. A message's violation comes before the frame that shows it, wherever reads were cut."""
        seen: list[Seen] = []
        for item in self._inbox.feed(data):
            if isinstance(item, Frame):
                self._frame(item, seen)
            elif isinstance(item, Chunk):
                self._tell(self._take(item.head, item.payload, begins=item.begins, ends=item.ends), seen)
            elif isinstance(item, Head):
                self._head(item, seen)
            else:
                seen.append(item)
        self._look_ahead(seen)
        return seen

    def partial(self) -> PartialFrame | None:
        """Return the frame under way when the stream ends inside it."""
        head = self._inbox.head
        if head is None:
            return None
        frame = Frame(head.first, b"", head.mask, head.header_length, head.length, head.offset)
        return PartialFrame(frame, False, head.header_length + self._inbox.passed + self._inbox.buffered)

    def _head(self, head: Head | Frame, seen: list[Seen]) -> None:
        self._judged = head.offset
        if head.first & 0x0F < 8 and not self._is_failed:
            self._tell(self._assembler.judge(head), seen)

    def _frame(self, frame: Frame, seen: list[Seen]) -> None:
        # A large frame's pieces were taken as they came.
        if frame.first & 0x0F >= 8 or frame.length > PART:
            seen.append(frame)
            return
        if frame.offset != self._judged:
            self._head(frame, seen)
        part = self._take(frame, frame.payload, begins=True, ends=True)
        if isinstance(part, Violation):
            self._tell(part, seen)
            part = None
        seen.append(frame)
        self._tell(part, seen)

    def _take(self, head: Head | Frame, payload: bytes, *, begins: bool, ends: bool) -> Part | Violation | None:
        return None if self._is_failed else self._assembler.take(head, payload, begins=begins, ends=ends)

    def _look_ahead(self, seen: list[Seen]) -> None:
        """Judge the text of a frame that is not whole yet."""
        head = self._inbox.head
        if head is None or self._is_failed or not self._assembler.is_text(head):
            return
        is_next = self._inbox.has_not_looked
        fault = self._assembler.look(head, self._inbox.look(), begins=self._inbox.passed == 0, is_next=is_next)
        self._tell(fault, seen)

    def _tell(self, part: Part | Violation | None, seen: list[Seen]) -> None:
        if part is not None:
            self._is_failed = isinstance(part, Violation)
            seen.append(part)
