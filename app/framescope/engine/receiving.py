"""What does the peer's byte stream say? Frames with their evidence, the parts of messages, and violations."""

from __future__ import annotations

from framescope.engine.batch import LARGE_READ, PLAIN_BINARY, PLAIN_TEXT, Rules, read_masked, read_unmasked
from framescope.engine.deflate import Inflater
from framescope.engine.errors import Violation
from framescope.engine.events import Event, LateFrame, PartialFrame
from framescope.engine.frames import CONTROL_LIMIT, RSV1, Frame, Opcode
from framescope.engine.inbox import PART, Chunk, Inbox, Item
from framescope.engine.messages import Assembler
from framescope.engine.settings import Limits


class Receiver:
    """Reads one direction. Nothing that it tells depends on how the reads cut the stream.

    `read` takes a read; what it returns is answered, and `proceed` is called until it returns None. A small
    frame comes before the part that it completes, the parts of a large one before the frame; a
    violation in a data frame comes before the frame, one in a control frame is its owner's to find.
    """

    def __init__(self, limits: Limits, inflater: Inflater | None, *, masked: bool, offset: int) -> None:
        self._inbox = Inbox(masked=masked, reserved=RSV1 if inflater else 0, offset=offset)
        self._assembler = Assembler(limits, inflater)
        self._read_whole = read_masked if masked else read_unmasked
        # A frame of `PART` or more goes the careful way.
        bounds = (PART - 1, limits.max_message, limits.max_fragment)
        limit = min(bound for bound in bounds if bound is not None)
        whole, may_wait = self._assembler.whole, self._assembler.may_wait
        self._rules = Rules(limit, min(limit, CONTROL_LIMIT), self._inbox.legal, whole, may_wait)
        self._is_masked = masked
        self._is_judged = False  #: the frame under way was started by its header
        self._is_looking = False  #: its text is judged as it comes
        self._is_failed = False  #: messages are no longer followed; frames still are, as evidence
        self._fault_offset = -1  #: where the frame begins that showed a violation
        self._owed: Frame | None = None  #: that frame, where it is whole already

    def read(self, data: bytes, events: list[Event], *, is_late: bool) -> Frame | Violation | None:
        """Take one read, and return what `proceed` does."""
        inbox = self._inbox
        if inbox.head is not None or is_late or self._is_failed:
            if inbox.feed(data) or self._is_looking:
                return self.proceed(events, is_late=is_late)
            return None
        # As `feed` and `proceed` would, with less ado a read.
        size, rest = len(data), inbox.rest
        if rest:
            if LARGE_READ < size < inbox.lacking and self._proves_nothing(rest, data):
                inbox.rest = rest + data
                inbox.lacking -= size
                return None
            data = rest + data
        elif type(data) is not bytes:
            data = bytes(data)
        position, last, lacking = self._read_whole(
            data, 0, inbox.base, events, self._rules, is_idle=self._assembler.is_idle
        )
        # What is kept time and again is copied time and again: only where reads are large.
        if lacking and (position or not rest or size > LARGE_READ):
            inbox.lacking = lacking
            inbox.rest = data[position:]
            inbox.base += position
            return None
        inbox.rest = b""
        inbox.data, inbox.position = data, position
        return self._behind(last, events) if last is not None else self.proceed(events, is_late=False, is_stuck=True)

    def _proves_nothing(self, rest: bytes, data: bytes) -> bool:
        """Tell whether what goes on with the beginning of a plain frame can hold no fault."""
        if rest[0] == PLAIN_BINARY:
            return True
        # Characters of one byte, behind a whole one.
        return rest[0] == PLAIN_TEXT and not self._is_masked and rest[-1] < 0x80 and data.isascii()

    def proceed(self, events: list[Event], *, is_late: bool, is_stuck: bool = False) -> Frame | Violation | None:
        """Append what the read says to `events`, up to what needs an answer: a control frame or a violation.

        Return that (the frame was appended, the violation not), or None at the read's end. With `is_late`
        the connection is past hearing: frames are appended as `LateFrame`, and only pongs returned.
        `is_stuck`: what comes next is not to be read at full speed.
        """
        if self._owed is not None:
            events.append(self._owed)
            self._owed = None
        inbox = self._inbox
        while inbox.data:
            if inbox.head is None and not (is_late or is_stuck or self._is_failed):
                inbox.position, last, lacking = self._read_whole(
                    inbox.data, inbox.position, inbox.base, events, self._rules, is_idle=self._assembler.is_idle
                )
                if last is not None:
                    return self._behind(last, events)
                if lacking and inbox.position:
                    inbox.keep()
                    inbox.lacking = lacking
                    return None
            is_stuck = False
            item = inbox.step()
            if item is None:
                break
            answer = self._take_late(item, events) if is_late else self._take(item, events)
            if answer is not None:
                return answer
        return self._look() if self._is_looking and not is_late else None

    def partial(self) -> PartialFrame | None:
        """Return the frame under way when the stream ends inside it."""
        found = self._inbox.partial()
        if found is None:
            return None
        head, available, payload = found
        return PartialFrame(Frame(head.first, payload, *head[1:]), False, available)

    def _behind(self, last: tuple[Frame, Violation | None], events: list[Event]) -> Frame | Violation | None:
        """Answer what the reading of whole frames stopped behind."""
        frame, fault = last
        if fault is None:
            events.append(frame)
            return frame
        self._owed = frame
        return self._judged(fault)

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
