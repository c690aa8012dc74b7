"""How does a bad network treat bytes? One TCP connection's way: delay, rate, loss, black hole, a middlebox's timers.

Bytes and the time go in, what happens at either end comes out. Times are seconds on the owner's clock, the server's
end is True and the client's False.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from itertools import count
from typing import NamedTuple, TypeAlias

from framescope.engine.lane import Lane, Segment

#: Seconds after which TCP gives up a segment that is never acknowledged: Linux' tcp_retries2 of 15.
GIVE_UP = 924.6
_FIRST_RETRY = 0.2  # seconds; Linux' smallest retransmission timeout
_LONGEST_RETRY = 120.0


class Cut(IntEnum):
    """What a middlebox does to a connection that it gives up."""

    FIN = 0  #: ends both halves in order
    RESET = 1  #: resets both ends
    SILENT = 2  #: forgets it, and tells nobody


@dataclass(slots=True)
class Conditions:
    """The network's knobs; every one may change while bytes are under way."""

    latency: float = 0.0  #: s, one way
    jitter: float = 0.0  #: s; a segment takes up to so much more or less
    bandwidth: float | None = None  #: B/s in each direction
    loss: float = 0.0  #: share of the segments whose first try is lost; TCP repeats them
    is_black_hole: bool = False
    idle_timeout: float | None = None  #: s without a byte after which the middlebox cuts
    life_timeout: float | None = None  #: s of age after which it cuts, whatever passes
    cut: Cut = Cut.FIN
    counts_messages_only: bool = False  #: control frames do not keep the idle timer from running out


class Arrived(NamedTuple):
    """An end reads bytes."""

    at_server: bool
    data: bytes


class Finished(NamedTuple):
    """An end reads the end of the stream (FIN)."""

    at_server: bool


class Reset(NamedTuple):
    """An end's connection is reset; `is_timeout`: its own TCP gave up."""

    at_server: bool
    is_timeout: bool = False


class Swallowed(NamedTuple):
    """Bytes on their way to an end met a black hole (`is_lost` False) or were lost and will be repeated."""

    at_server: bool
    offset: int
    length: int
    is_lost: bool


class CutOff(NamedTuple):
    """The middlebox has cut the connection: `is_idle`, or because of its age."""

    is_idle: bool
    cut: Cut


PathEvent: TypeAlias = Arrived | Finished | Reset | Swallowed | CutOff


class Path:
    """One connection's way through the network, from the moment TCP stands."""

    def __init__(self, conditions: Conditions, *, now: float, random: Callable[[], float]) -> None:
        self.conditions = conditions
        self.lanes = {at_server: Lane() for at_server in (False, True)}  #: by the end that receives
        self.started = self.last_passed = now  #: when the middlebox saw a byte that counts
        self.cut: Cut | None = None  #: what the middlebox has done to the connection
        self._random = random  #: uniform in [0, 1)
        self._gone = {False: False, True: False}  # ends whose socket is closed
        self._plan: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()
        self._events: list[PathEvent] = []
        self._happened_at = now  # when they did

    @property
    def cut_due(self) -> tuple[float, bool] | None:
        """When the middlebox cuts, and whether for idleness; None for never."""
        idle, life = self.conditions.idle_timeout, self.conditions.life_timeout
        if self.cut is not None or (idle is None and life is None):
            return None
        dues = []
        if idle is not None:
            dues.append((self.last_passed + idle, True))
        if life is not None:
            dues.append((self.started + life, False))
        return min(dues)

    def next_due(self) -> float | None:
        """When something happens next, or has happened that nobody was told."""
        if self._events:
            return self._happened_at
        cut = self.cut_due
        if cut is not None and (not self._plan or cut[0] < self._plan[0][0]):
            return cut[0]
        return self._plan[0][0] if self._plan else None

    def write(self, at_server: bool, data: bytes, now: float, *, counts: bool = True) -> int:
        """Hand bytes for an end to its peer's kernel; return how many it takes.

        `counts` False: no message, for a middlebox that counts messages only, be it now or by the time they pass.
        """
        lane = self.lanes[at_server]
        accepted = lane.put(data, counts=counts)
        self._send(at_server, now)
        return accepted

    def finish(self, at_server: bool, now: float) -> None:
        """Let the stream to an end finish behind what waits."""
        self.lanes[at_server].put_end()
        self._send(at_server, now)

    def close(self, at_server: bool) -> None:
        """Close an end's socket: what still arrives there is answered with a reset."""
        self._gone[at_server] = True

    def abort(self, at_server: bool, now: float) -> None:
        """Reset the connection from the sender of the stream to this end; what waits is dropped."""
        lane = self.lanes[at_server]
        lane.drop_waiting()
        self._gone[not at_server] = True
        self._reset_later(at_server, now, self._delay() / 2, passes_middle=True)

    def reset_both(self, now: float) -> None:
        """Let a middlebox reset the connection at both ends, and forget it."""
        self.cut = Cut.RESET
        for at_server in self.lanes:
            self._reset_later(at_server, now, self._delay() / 2)

    def read_at(self, at_server: bool, rate: float | None, now: float) -> None:
        """Let the application at an end read `rate` B/s; 0: not at all, None: as fast as they come."""
        lane = self.lanes[at_server]
        lane.read_rate = rate
        self._read(at_server, now)

    def advance(self, now: float) -> list[PathEvent]:
        """Let happen what is due by `now`; return it in order. Call again until it returns nothing.

        It returns after each read, so that an end which cannot take more can say so before the next.
        """
        self.advance_unnoticed(now)
        events, self._events = self._events, []
        return events

    def advance_unnoticed(self, until: float) -> None:
        """Let happen what is due by `until`, and stop at the first thing that somebody notices."""
        plan = self._plan
        while not self._events:
            cut = self.cut_due
            if cut is not None and cut[0] <= until and (not plan or cut[0] < plan[0][0]):
                self._happened_at = cut[0]
                self._cut_off(*cut)
            elif plan and plan[0][0] <= until:
                self._happened_at, _, act = heapq.heappop(plan)
                act(self._happened_at)
            else:
                break

    def _at(self, due: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._plan, (due, next(self._order), act))

    def _delay(self) -> float:
        conditions = self.conditions
        if not conditions.jitter:
            return conditions.latency
        return max(0.0, conditions.latency + conditions.jitter * (2 * self._random() - 1))

    def _send(self, at_server: bool, now: float) -> None:
        """Put what the window allows on the wire, at the rate of the wire."""
        lane, bandwidth = self.lanes[at_server], self.conditions.bandwidth
        if self._gone[not at_server] and not lane.waits:
            return
        while (segment := lane.next_segment()) is not None:
            departs = max(now, lane.wire_free)
            if bandwidth:
                departs += segment.size / bandwidth
                lane.wire_free = departs
            segment.first_sent = departs
            self._travel(at_server, segment, departs)

    def _travel(self, at_server: bool, segment: Segment, departs: float) -> None:
        half = self._delay() / 2
        self._at(departs + half, partial(self._pass_middle, at_server, segment, half))

    def _pass_middle(self, at_server: bool, segment: Segment, half: float, now: float) -> None:
        conditions = self.conditions
        if self.cut in (Cut.FIN, Cut.RESET):
            self._reset_later(not at_server, now, half)
            return
        is_swallowed = conditions.is_black_hole or self.cut is Cut.SILENT
        is_lost = not is_swallowed and conditions.loss > 0 and self._random() < conditions.loss
        if is_swallowed or is_lost:
            if not segment.tries:
                self._events.append(Swallowed(at_server, segment.offset, segment.size, is_lost))
            self._repeat(at_server, segment, half, now)
            return
        if segment.counts or not conditions.counts_messages_only:
            self.last_passed = now
        self._at(now + half, partial(self._arrive, at_server, segment))

    def _repeat(self, at_server: bool, segment: Segment, half: float, now: float) -> None:
        """TCP's sender hears nothing and tries again, at ever longer intervals."""
        wait = max(_FIRST_RETRY, 4 * half) * 2**segment.tries
        segment.tries += 1
        again = now - half + min(wait, _LONGEST_RETRY)
        give_up = segment.first_sent + GIVE_UP
        if again >= give_up:
            self._at(give_up, lambda _: self._reset(not at_server, is_timeout=True))
        elif not self._gone[not at_server]:
            self._at(again, lambda now: self._travel(at_server, segment, now))

    def _arrive(self, at_server: bool, segment: Segment, now: float) -> None:
        if self._gone[at_server]:
            if segment.size:
                self._reset_later(not at_server, now, self._delay() / 2, passes_middle=True)
            return
        self.lanes[at_server].arrive(segment)
        self._read(at_server, now)

    def _read(self, at_server: bool, now: float) -> None:
        """Let the application read what lies in its kernel's buffer."""
        lane = self.lanes[at_server]
        if self._gone[at_server]:
            return
        data, pause = lane.read()
        if data:
            self._events.append(Arrived(at_server, data))
            if lane.has_waiting:
                self._send(at_server, now)  # the window is open again
        if pause is not None:
            lane.is_reading = True
            self._at(now + pause, lambda now: self._read_on(at_server, now))
        elif lane.is_at_end and not lane.has_told_end:
            lane.has_told_end = True
            self._events.append(Finished(at_server))

    def _read_on(self, at_server: bool, now: float) -> None:
        self.lanes[at_server].is_reading = False
        self._read(at_server, now)

    def _end_later(self, at_server: bool, due: float) -> None:
        """The middlebox's own end of the stream is under way, behind what has passed."""
        self._at(due, lambda now: self._arrive(at_server, Segment(0, b"", True), now))

    def _reset_later(self, at_server: bool, now: float, half: float, *, passes_middle: bool = False) -> None:
        """A reset is under way to an end. It is never repeated."""

        def pass_middle(now: float) -> None:
            if self.conditions.is_black_hole or self.cut is not None:
                return
            self._at(now + half, lambda _: self._reset(at_server))

        if passes_middle:
            self._at(now + half, pass_middle)
        else:
            self._at(now + half, lambda _: self._reset(at_server))

    def _reset(self, at_server: bool, *, is_timeout: bool = False) -> None:
        if not self._gone[at_server]:
            self._gone[at_server] = True
            self._events.append(Reset(at_server, is_timeout))

    def _cut_off(self, due: float, is_idle: bool) -> None:
        self.cut = self.conditions.cut
        self._events.append(CutOff(is_idle, self.cut))
        if self.cut is Cut.RESET:
            self.reset_both(due)
        elif self.cut is Cut.FIN:
            for at_server in self.lanes:
                self._end_later(at_server, due + self._delay() / 2)
