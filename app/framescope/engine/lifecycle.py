"""Where does one endpoint stand, and what does the time do to it? State, deadlines, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import IntEnum

from framescope.engine.close import INTERNAL_ERROR, Close, body_of, shortened
from framescope.engine.closure import Closure
from framescope.engine.deadlines import Deadlines
from framescope.engine.events import Change, Ending, Event, HandshakeFailed, StateChanged, Which
from framescope.engine.frames import PING, Opcode
from framescope.engine.handshake import ClientOffer, ServerTerms
from framescope.engine.keepalive import Keepalive
from framescope.engine.opening import ClientOpening, Opening, ServerOpening
from framescope.engine.outbox import Outbox
from framescope.engine.pongs import PongPolicy, Pongs
from framescope.engine.receiving import Receiver
from framescope.engine.sending import Sender
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State, Trigger, after


class Role(IntEnum):
    """Which end of the connection this is."""

    SERVER = 0
    CLIENT = 1


class Transport(IntEnum):
    """What the owner has to do with the byte stream."""

    KEEP = 0
    HALF_CLOSE = 1  #: once all is written, send FIN and go on reading
    CLOSE = 2  #: once all is written, close in order
    ABORT = 3  #: drop it at once, unsent bytes and all


class Lifecycle:
    """State, clocks and output of one end; `Endpoint` adds what the peer's bytes do."""

    def __init__(
        self,
        terms: ClientOffer | ServerTerms,
        *,
        now: float,
        timeouts: Timeouts | None = None,
        limits: Limits | None = None,
        pong_policy: PongPolicy | None = None,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.role = Role.CLIENT if isinstance(terms, ClientOffer) else Role.SERVER
        self.state = State.CONNECTING
        self.transport = Transport.KEEP
        self.timeouts = timeouts or Timeouts()
        self.limits = limits or Limits()
        self.closure = Closure()
        self.outbox = Outbox()
        #: take(limit, now) returns up to `limit` bytes to write; b"" when nothing waits.
        self.take: Callable[[int, float], bytes] = self.outbox.take
        self.keepalive = Keepalive(self.timeouts.ping_interval, self.timeouts.ping_timeout)
        self.pongs = Pongs(pong_policy or PongPolicy())
        self.sender = Sender(
            self.outbox, is_client=self.role is Role.CLIENT, random=random, pong_limit=self.limits.max_pongs
        )
        self.opening: Opening = (
            ClientOpening(terms, self.limits, random)
            if isinstance(terms, ClientOffer)
            else ServerOpening(terms, self.limits)
        )
        self.latency = 0.0  #: seconds, of the last keepalive ping; 0 before the first
        self._events: list[Event] = []
        self._deadlines = Deadlines(self._events)
        self._receiver: Receiver | None = None  #: from OPEN on
        self._received = 0  #: B read in all
        self._random = random
        self._started = now
        self._closing_since: float | None = None
        self._has_eof = False
        self._follow_deadlines()

    def tick(self, now: float) -> None:
        """Do what is due at `now`: expire deadlines, send the ping, answer delayed pings."""
        if self._is_past(Which.OPEN, now):
            self._deadlines.settle(Which.OPEN, Change.MISSED)
            self.closure.cause(Ending.DEADLINE, by_peer=False, which=Which.OPEN)
            self._fail_opening(TimeoutError("timed out during opening handshake"), Trigger.OPEN_DEADLINE)
            self.transport = Transport.ABORT
        if self.keepalive.is_expired(now):
            self._deadlines.settle(Which.PONG, Change.MISSED)
            self.closure.cause(Ending.DEADLINE, by_peer=False, which=Which.PONG)
            self._fail(Close(INTERNAL_ERROR, "keepalive ping timeout"), Trigger.PONG_DEADLINE, now)
        if self._is_past(Which.CLOSE, now):
            self._deadlines.settle(Which.CLOSE, Change.MISSED)
            self.closure.cause(Ending.DEADLINE, by_peer=False, which=Which.CLOSE)
            self._move(Trigger.CLOSE_DEADLINE, now)
            self.transport = Transport.ABORT
        for payload in self.pongs.due(now):
            self.sender.pong(payload)
        if self.keepalive.is_ping_due(now):
            self._deadlines.settle(Which.PING, Change.MET)
            self._send_ping(self._new_ping(), now, is_keepalive=True)
        self._follow_deadlines()

    def next_deadline(self) -> float | None:
        """When `tick` has to be called at the latest (monotonic seconds)."""
        due, pong = self._deadlines.next(), self.pongs.next
        return due if pong is None or (due is not None and due < pong) else pong

    def events(self) -> list[Event]:
        """Return what has happened since the last call, in order."""
        if not self._events:
            return []
        events = self._events.copy()
        self._events.clear()
        return events

    def written(self, count: int, now: float) -> None:
        """The kernel accepted `count` of the bytes taken; 0 when it is full."""
        if count:
            self.keepalive.progressed(now)
        for sent in self.outbox.written(count):
            if sent.frame.first & 0x0F == PING:
                self.keepalive.ping_written(sent.frame.payload, now)
            self._events.append(sent)
        if self.keepalive.in_flight:
            self._follow_pong(is_full=count == 0)

    def moved(self, now: float) -> None:
        """The peer's end took bytes that stand before the awaited ping in the kernel's buffer."""
        self.keepalive.moved(now)
        self._follow_pong(is_full=True)

    def _follow_pong(self, *, is_full: bool) -> None:
        if self.keepalive.is_blocked:
            self._deadlines.follow_blocked_pong(self.keepalive.pong_due, is_full=is_full)
        else:
            self._deadlines.unblock_pong()
            self._deadlines.follow(Which.PONG, self.keepalive.pong_due)

    def _fail_opening(self, error: Exception, trigger: Trigger) -> None:
        """The handshake failed: what waits is written, then the stream is closed."""
        self.closure.cause(Ending.REFUSED, by_peer=trigger is not Trigger.OPEN_DEADLINE)
        self.closure.refused(error)
        self._events.append(HandshakeFailed(error, self.opening.request, self.opening.response))
        self.transport = max(self.transport, Transport.CLOSE)
        self._change_state(after(self.state, trigger))

    def _fail(self, close: Close, trigger: Trigger, now: float) -> None:
        """Give up (RFC 6455 7.1.7): Close goes out before queued data, later bytes change nothing."""
        self.closure.has_failed = self.closure.is_deaf = True
        self.outbox.drop_data()
        self.pongs.clear()
        if self.state is State.OPEN:
            self._send_close(close, is_urgent=True)
        self._move(trigger, now)
        if self.role is Role.SERVER:
            self.transport = max(self.transport, Transport.HALF_CLOSE)

    def _send_close(self, close: Close, *, is_urgent: bool) -> None:
        close = shortened(close)
        self.sender.control(Opcode.CLOSE, body_of(close), is_urgent=is_urgent)
        self.closure.sent = close

    def _move(self, trigger: Trigger, now: float) -> None:
        following = after(self.state, trigger)
        if following is State.CLOSING and self._closing_since is None:
            self._closing_since = now
        self._change_state(following)

    def _change_state(self, following: State) -> None:
        if following is self.state:
            return
        old, self.state = self.state, following
        if following is not State.OPEN:
            self.keepalive.stop()
        self._events.append(StateChanged(old, following))
        self._follow_deadlines()

    def _is_past(self, which: Which, now: float) -> bool:
        due = self._deadlines.due(which)
        return due is not None and now >= due

    def _send_ping(self, payload: bytes, now: float, *, is_keepalive: bool) -> None:
        self.sender.control(Opcode.PING, payload, is_keepalive=is_keepalive)
        self.keepalive.ping_queued(payload, now, is_keepalive=is_keepalive)

    def _new_ping(self) -> bytes:
        """Draw a payload that no ping in flight has."""
        while (payload := self._random(4)) in self.keepalive.in_flight:
            pass
        return payload

    def _follow_deadlines(self) -> None:
        """Bring the four deadlines in line with the state and the knobs."""
        timeouts = self.timeouts
        is_opening = self.state is State.CONNECTING and timeouts.open_timeout is not None
        self._deadlines.follow(Which.OPEN, self._started + (timeouts.open_timeout or 0) if is_opening else None)
        self._deadlines.follow(Which.PING, self.keepalive.next_ping)
        if not self.keepalive.is_blocked or self._deadlines.due(Which.PONG) is None:
            self._deadlines.follow(Which.PONG, self.keepalive.pong_due)
        due = None
        if self.state is State.CLOSING and self._closing_since is not None and timeouts.close_timeout is not None:
            due = self._closing_since + timeouts.close_timeout
        self._deadlines.follow(Which.CLOSE, due)
