"""What does the peer's byte stream say? Frames with their evidence, the parts of messages, and violations."""

from __future__ import annotations

from framescope.engine.batch import read_masked, read_unmasked
from framescope.engine.deflate import Inflater
from framescope.engine.errors import Violation
from framescope.engine.events import Event, LateFrame, PartialFrame
from framescope.engine.frames import RSV1, Frame, Opcode
from framescope.engine.inbox import PART, Chunk, Inbox, Item
from framescope.engine.messages import Assembler
from framescope.engine.settings import Limits

#: First bytes of what the fast way reads: FIN and text, FIN and binary.
_PLAIN = frozenset({b"\x81", b"\x82"})


class Receiver:
    """Reads one direction. Nothing that it tells depends on how the reads cut the stream.

    `feed` takes a read; where that changes something, `proceed` is called until it returns None. A small
    frame comes before the part that it completes, the parts of a large one before the frame; a
    violation in a data frame comes before the frame, one in a control frame is its owner's to find.
    """

    def __init__(self, limits: Limits, inflater: Inflater | None, *, masked: bool, offset: int) -> None:
        self._inbox = Inbox(masked=masked, reserved=RSV1 if inflater else 0, offset=offset)
        self._assembler = Assembler(limits, inflater)
        self._read_plain = read_masked if masked else read_unmasked
        # A frame of `PART` or more goes the careful way, in pieces.
        bounds = (PART - 1, limits.max_message, limits.max_fragment)
        self._plain_limit = min(bound for bound in bounds if bound is not None)
        self._is_judged = False  #: the frame under way was started by its header
        self._is_looking = False  #: its text is judged as it comes
        self._is_failed = False  #: messages are no longer followed; frames still are, as evidence
        self._fault_offset = -1  #: where the frame begins that showed a violation
        self._owed: Frame | None = None  #: that frame, where it is whole already

    def feed(self, data: bytes) -> bool:
        """Take one read; tell whether `proceed` has to be called."""
        return self._inbox.feed(data) or self._is_looking

    def proceed(self, events: list[Event], *, is_late: bool) -> Frame | Violation | None:
        """Append what the read says to `events`, up to what needs an answer: a control frame or a violation.

        Return that (the frame was appended, the violation not), or None at the read's end. With `is_late`
        the connection is past hearing: frames are appended as `LateFrame`, and only pongs returned.
        """
        if self._owed is not None:
            events.append(self._owed)
            self._owed = None
        inbox = self._inbox
        is_deaf = is_late or self._is_failed
        while inbox.data:
            is_between = inbox.head is None and self._assembler.is_idle and not is_deaf
            if is_between and inbox.data[inbox.position : inbox.position + 1] in _PLAIN:
                inbox.position = self._read_plain(inbox.data, inbox.position, inbox.base, events, self._plain_limit)
            item = inbox.step()
            if item is None:
                break
            answer = self._take_late(item, events) if is_late else self._take(item, events)
            if answer is not None:
                return answer
        return self._look() if self._is_looking and not is_late else None

    def partial(self) -> PartialFrame | None:
        """Return the frame under way when the stream ends inside it."""
        head = self._inbox.head
        if head is None:
            return None
        available = head.header_length + self._inbox.passed + len(self._inbox.waiting)
        payload = self._inbox.payload_waiting(0) if head.length <= PART else b""
        return PartialFrame(Frame(head.first, payload, *head[1:]), False, available)

    def _take(self, item: Item, events: list[Event]) -> Frame | Violation | None:
        if isinstance(item, Frame):
            if item.first & 0x08:
                events.append(item)
                return None if item.offset == self._fault_offset else item
            return self._data(item, events)
        if isinstance(item, Violation):
            return self._judged(item)
        if isinstance(item, Chunk):
            return self._piece(item, events)
        if item.first & 0x08:
            return None
        self._is_judged = True
        fault = None if self._is_failed else self._judged(self._assembler.start(item))
        self._is_looking = self._assembler.is_plain_text and not self._is_failed
        return fault

    def _piece(self, chunk: Chunk, events: list[Event]) -> Violation | None:
        """Take a piece of a large data frame."""
        if self._is_failed:
            return None
        part = self._assembler.take(chunk.head, chunk.payload, ends=chunk.ends)
        if isinstance(part, Violation):
            return self._judged(part)
        events.append(part)
        return None

    def _data(self, frame: Frame, events: list[Event]) -> Violation | None:
        """Take a whole data frame; the pieces of a large one were taken before."""
        was_judged, self._is_judged, self._is_looking = self._is_judged, False, False
        if self._is_failed or frame.length > PART:
            events.append(frame)
            return None
        fault = None if was_judged else self._assembler.start(frame)
        part = fault or self._assembler.take(frame, frame.payload, ends=True)
        if isinstance(part, Violation):
            self._owed = frame
            return self._judged(part)
        events += (frame, part)
        return None

    def _look(self) -> Violation | None:
        """Judge what has come of a text that is not whole yet (RFC 6455 8.1; it need not wait for the rest)."""
        head = self._inbox.head
        assert head is not None
        payload = self._inbox.payload_waiting(self._assembler.looked)
        return self._judged(self._assembler.look(payload, head.offset)) if payload else None

    def _judged(self, fault: Violation | None) -> Violation | None:
        if fault is not None:
            self._is_failed, self._is_looking = True, False
            self._fault_offset = fault.offset
        return fault

    def _take_late(self, item: Item, events: list[Event]) -> Frame | None:
        if not isinstance(item, Frame):
            return None
        if item.offset == self._fault_offset:
            events.append(item)
            return None
        events.append(LateFrame(item))
        return item if item.opcode == Opcode.PONG else None
