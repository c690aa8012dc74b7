"""What was measured around a connection's end? The numbers that a diagnosis may cite, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from heapq import nsmallest
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np

from framescope.analysis.book import Halt, Halts
from framescope.analysis.model import Exchange, Story, ViolationMark
from framescope.analysis.terms import peer_of
from framescope.analysis.trace import Trace
from framescope.capture.details import ConnectionInfo, EndInfo
from framescope.capture.records import Flag, Gauge, Kind, Phase, Record
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State

#: What we sent so shortly before the end, in s, may have crossed with it on the way.
CROSSING = 0.25
_MOST_OTHERS = 50  #: connections to compare with, the nearest in time: a capture may hold thousands
_LOOK_BACK = 5000  #: rows before the end in which something is looked for
_WAITED = 100_000_000  #: ns from offering a frame to the kernel until it took all of it: it had been full
_BLOCKED_PING = (Which.PONG, Change.BLOCKED)


class Traffic(NamedTuple):
    """Frames and bytes of payload that came, or went, in a stretch of time."""

    frames: int
    size: int
    seconds: float

    @property
    def rate(self) -> float:
        """B/s."""
        return self.size / self.seconds if self.seconds > 0 else 0.0


class Facts:
    """One connection that has ended. Times are ns, monotonic; durations are seconds."""

    def __init__(self, trace: Trace, info: EndInfo, others: Sequence[Trace] = (), halts: Sequence[Halt] = ()) -> None:
        self.trace = trace
        self.info = info
        alike = [other for other in others if other is not trace and _is_alike(other.story, trace.story)]
        self.others = nsmallest(_MOST_OTHERS, alike, key=lambda other: abs(other.start - trace.start))
        self.halts = halts
        #: nobody stood still but in `halts`; False where nobody looked
        self.is_watched = isinstance(halts, Halts) and halts.is_watched

    @property
    def story(self) -> Story:
        return self.trace.story

    @property
    def peer(self) -> str:
        """The other side's name: server or client."""
        return peer_of(self.story)

    @property
    def end(self) -> int:
        assert self.story.ended is not None
        return self.story.ended.time

    @cached_property
    def opened(self) -> int | None:
        """When the connection was OPEN."""
        return next((span.time for span in self.story.states if span.state is State.OPEN), None)

    @cached_property
    def age(self) -> float:
        """Seconds from the start of connecting to the end of OPEN."""
        return (self.left_open - self.trace.start) / 1e9

    @cached_property
    def left_open(self) -> int:
        """When the connection was no longer OPEN."""
        for span in self.story.states:
            if span.state in (State.CLOSING, State.CLOSED) and (self.opened is None or span.time >= self.opened):
                return span.time
        return self.end

    @cached_property
    def last_byte(self) -> int:
        """When the last frame passed, in either direction, before the connection left OPEN.

        Not one of ours that crossed with the end on the way: whoever ended it had not seen it.
        """
        crossing = round(max([CROSSING, *self.rtts]) * 1e9)
        times = [self._last(sent=False), self._last(sent=True, before=self.left_open - crossing)]
        return max((time for time in times if time is not None), default=self.opened or self.trace.start)

    @cached_property
    def last_heard(self) -> int | None:
        """When the peer's last frame came, before the connection left OPEN."""
        return self._last(sent=False)

    @cached_property
    def heard_later(self) -> int | None:
        """When the first frame of the peer came after the connection had left OPEN."""
        lane = self.trace.lanes[False]
        place = lane.between(0, self.left_open + 1).stop
        return int(lane.times[place]) if place < len(lane.times) else None

    @cached_property
    def blocked(self) -> int | None:
        """When a ping was found to wait in the write buffer; None where the last one left."""
        if self.missed is not None:
            return None
        rows = self.trace.rows
        for row in range(len(rows) - 1, max(-1, len(rows) - _LOOK_BACK), -1):
            record = rows.record(row)
            if record.plain_kind == Kind.DEADLINE and (record.first, record.header_length) == _BLOCKED_PING:
                return record.time
        return None

    @cached_property
    def has_answered_close(self) -> bool:
        """Tell whether the peer repeated our Close, reason and all, and so has read what was sent before it."""
        ours = self._closes(sent=True)[-1:]
        body = self.trace.payload(ours[0]) if ours and not self.info.by_peer else b""
        return len(body) > 2 and any(self.trace.payload(row) == body for row in self._closes(sent=False))

    @cached_property
    def sent_reason(self) -> str | None:
        """The reason in our Close frame; None where it was not written."""
        rows = self._closes(sent=True)
        return self.trace.payload(rows[-1])[2:].decode(errors="replace") if rows else None

    @cached_property
    def cut_frame(self) -> Record | None:
        """The peer's frame that the end of the stream left incomplete."""
        lane = self.trace.lanes[False]
        last = None if not lane.count() else self.trace.rows.record(int(lane.rows[lane.count() - 1]))
        return last if last is not None and last.flags & Flag.PARTIAL else None

    @cached_property
    def own_violation(self) -> ViolationMark | None:
        """The latest rule that this side broke, on purpose."""
        return next((mark for mark in reversed(self.story.violations) if mark.sent), None)

    @cached_property
    def largest_sent(self) -> int | None:
        """B of payload of our largest data frame; None where we sent none."""
        lane = self.trace.lanes[True]
        sizes = np.asarray(lane.lengths[:])[np.asarray(lane.opcodes[:]) <= Opcode.BINARY]
        return int(sizes.max()) if len(sizes) else None

    @property
    def proxy(self) -> str:
        """The proxy that this side went through; "" for none, or where nobody knows."""
        return _proxy(self.story)

    @cached_property
    def has_data_standing(self) -> bool:
        """Tell whether a message of ours may have stood before the missed ping: sent since the last answered one."""
        if self.missed is None:
            return False
        sure = [x.sent for x in self.story.exchanges if x.answered is not None and not x.is_missed]
        lane = self.trace.lanes[True]
        here = lane.between(max(sure, default=self.opened or self.trace.start), self.missed.sent)
        return bool((np.asarray(lane.opcodes[here.start : here.stop]) <= Opcode.BINARY).any())

    @property
    def idle(self) -> float:
        """Seconds without a frame, either way, before the connection left OPEN."""
        return (self.left_open - self.last_byte) / 1e9

    @cached_property
    def has_just_sent(self) -> bool:
        """Tell whether a frame of ours left shortly before the end, and nothing came back."""
        last = self._last(sent=True)
        return last is not None and last > self.last_byte

    @cached_property
    def missed(self) -> Exchange | None:
        """The ping whose pong's deadline passed."""
        return next((exchange for exchange in reversed(self.story.exchanges) if exchange.is_missed), None)

    @cached_property
    def rtts(self) -> list[float]:
        """Round trips that were measured before the end, in the order of sending."""
        return [x.rtt for x in self.story.exchanges if x.rtt is not None and not x.is_missed]

    @cached_property
    def has_peer_pinged(self) -> bool:
        """Tell whether a ping of the peer ever came."""
        return bool((np.asarray(self.trace.lanes[False].opcodes[:]) == Opcode.PING).any())

    def quiet(self, end: int, *, both: bool = False) -> float:
        """The longest time in s, from OPEN to `end`, in which nothing came, or with `both` nothing passed at all."""
        lanes = self.trace.lanes.values() if both else [self.trace.lanes[False]]
        begin = self.opened or self.trace.start
        times = [lane.times[lane.between(begin, end)] for lane in lanes]
        stops = np.sort(np.concatenate([np.array([begin, max(begin, end)], np.int64), *times]))
        return float(np.diff(stops).max(initial=0)) / 1e9

    def arrived(self, row: int | None) -> int | None:
        """When this side's kernel got the frame of a row; None where nobody knows."""
        if row is None:
            return None
        return self.trace.rows.record(row).other_time or None

    def arrived_by(self, row: int) -> int | None:
        """When this side's kernel had the frame of a row, at the latest: its read may have ended with a later frame."""
        read = self.trace.rows.record(row).time
        lane = self.trace.lanes[False]
        for index in range(lane.between(0, read).stop, lane.between(0, read + 1).stop):
            stamp = self.arrived(int(lane.rows[index])) if lane.rows[index] >= row else None
            if stamp is not None:
                return stamp
        return None

    def took_room(self, start: int, end: int) -> int:
        """Count the frames of ours that had waited for room in the kernel, and got it between two times."""
        lane = self.trace.lanes[True]
        found = 0
        for index in range(lane.between(0, end).stop - 1, -1, -1)[:_LOOK_BACK]:
            record = self.trace.rows.record(int(lane.rows[index]))
            if start < record.other_time <= end and record.other_time - record.time >= _WAITED:
                found += 1
        return found

    def traffic(self, start: int, end: int, *, sent: bool) -> Traffic:
        """Sum up the frames of a direction between two times."""
        lane = self.trace.lanes[sent]
        found = lane.between(start, end)
        size = (
            int(np.asarray(lane.lengths[found.start : found.stop], np.int64).sum()) if found.stop > found.start else 0
        )
        return Traffic(found.stop - found.start, size, (end - start) / 1e9)

    def peak(self, gauge: Gauge, start: int, end: int) -> int:
        """The largest value of a gauge between two times, with the one that stood before."""
        values = self.story.gauges.get(gauge, [])
        standing = [value for time, value in values if time <= start][-1:]
        return max([*standing, *(value for time, value in values if start < time <= end)], default=0)

    def share(self, gauge: Gauge, start: int, end: int) -> float:
        """The part of a time (0 to 1) in which a gauge was above zero."""
        above, since, value = 0, start, 0
        for time, new in self.story.gauges.get(gauge, []):
            if time > end:
                break
            if time > since:
                above += (time - since) if value else 0
                since = time
            value = new
        above += (end - since) if value else 0
        return above / (end - start) if end > start else float(bool(value))

    def halted(self, start: int, end: int) -> tuple[float, bool]:
        """Seconds between two times in which this program stood still, and whether the machine slept."""
        seconds, is_sleep = 0.0, False
        for halt in self.halts:
            if halt.start < end and halt.end > start:
                seconds += halt.slept / 1e9 if halt.is_sleep else (min(halt.end, end) - max(halt.start, start)) / 1e9
                is_sleep = is_sleep or halt.is_sleep
        return seconds, is_sleep

    def last_before(self, time: int) -> int:
        """When the last frame passed before a time, either way; OPEN where none did."""
        times = [self._last(sent=sent, before=time) for sent in (False, True)]
        return max((at for at in times if at is not None), default=self.opened or self.trace.start)

    def has_missed(self, which: Which) -> bool:
        """Tell whether a deadline passed."""
        return any(mark.which is which for mark in self.story.missed)

    def _closes(self, *, sent: bool) -> list[int]:
        """Find the rows of Close frames, of ours or of those that came once OPEN was left."""
        lane = self.trace.lanes[sent]
        first = 0 if sent else lane.between(0, self.left_open).stop
        found = np.flatnonzero(np.asarray(lane.opcodes[first:]) == Opcode.CLOSE)
        return [int(lane.rows[first + int(index)]) for index in found]

    def _last(self, sent: bool, before: int | None = None) -> int | None:
        lane = self.trace.lanes[sent]
        count = lane.between(0, self.left_open if before is None else before).stop
        return int(lane.times[count - 1]) if count else None


def _is_alike(story: Story, other: Story) -> bool:
    """Tell whether two connections went the same way: then what ends one can end the other."""
    if story.ended is None or story.info is None or other.info is None:
        return False
    return _road(story, story.info) == _road(other, other.info)


def _road(story: Story, info: ConnectionInfo) -> tuple[str, ...]:
    """Role, scheme, host and port, and the proxy: a path or a query may be another for every connection."""
    parts = urlsplit(info.url)
    return info.role, parts.scheme, parts.netloc, _proxy(story)


def _proxy(story: Story) -> str:
    marks = [mark for mark in story.phases if mark.phase is Phase.PROXY and mark.info is not None]
    return marks[-1].info.text.partition(" ")[0] if marks and marks[-1].info is not None else ""
