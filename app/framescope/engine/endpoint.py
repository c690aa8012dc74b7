"""How does one endpoint react to bytes, to the time, and to the loss of its stream?

The owner calls `receive_data`, `receive_eof`, `connection_lost` and `tick` with the monotonic time in
seconds; then it drains `events()`, writes what `take()` returns and reports `written()`, does what
`transport` asks once nothing is left to write, and calls `tick` again at `next_deadline()`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import IntEnum

from framescope.engine.close import INTERNAL_ERROR, Close, body_of, close_in
from framescope.engine.closure import Closure
from framescope.engine.deadlines import Deadlines
from framescope.engine.deflate import codecs_for
from framescope.engine.errors import InvalidHandshake, Violation
from framescope.engine.events import (
    Change,
    Ending,
    Event,
    FrameSent,
    HandshakeFailed,
    LateFrame,
    Opened,
    Part,
    PartialFrame,
    Ponged,
    Requested,
    StateChanged,
    ViolationSeen,
    Which,
)
from framescope.engine.frames import Frame, Opcode
from framescope.engine.handshake import ClientOffer, Request, Response, ServerTerms
from framescope.engine.keepalive import Keepalive
from framescope.engine.opening import ClientOpening, Opening, ServerOpening, refusal
from framescope.engine.outbox import Outbox, Outgoing
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


class Endpoint:
    """The protocol of one end. Never raises for the peer's faults. `Connection` adds what can be asked of it."""

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
        self.keepalive = Keepalive(self.timeouts.ping_interval, self.timeouts.ping_timeout)
        self.pongs = Pongs(pong_policy or PongPolicy())
        self.sender = Sender(self.outbox, is_client=self.role is Role.CLIENT, random=random)
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

    def connected(self, now: float) -> None:
        """The byte stream is ready: a client's request goes out."""
        if isinstance(self.opening, ClientOpening):
            self.outbox.put(Outgoing(self.opening.request.serialise()), is_urgent=True)

    def receive_data(self, data: bytes, now: float) -> None:
        """Take bytes that the peer sent, as they were read at `now`."""
        if self.state is State.CONNECTING:
            data = self._opening_data(data, now)
        else:
            self._received += len(data)
        if self._receiver is not None and data:
            self._see(data, now)
        self._follow_deadlines()

    def receive_eof(self, now: float) -> None:
        """The peer closed its half of the stream in order (FIN)."""
        if self._has_eof or self.state is State.CLOSED:
            return
        self._has_eof = True
        if self.state is State.CONNECTING:
            self._fail_opening(self.opening.end(), Trigger.PEER_EOF)
        else:
            self.closure.cause(Ending.FIN, by_peer=True)
            self._move(Trigger.PEER_EOF, now)
            self.transport = max(self.transport, Transport.CLOSE)
        self._follow_deadlines()

    def connection_lost(self, now: float, *, is_reset: bool = False) -> None:
        """The stream is gone: closed by this side, or broken. The connection is CLOSED."""
        if self.closure.is_told:
            return
        if is_reset:
            self.closure.cause(Ending.RESET, by_peer=True)
        if self.state is State.CONNECTING:
            self._fail_opening(self.opening.end(), Trigger.TRANSPORT_ENDED)
        elif self.state is not State.CLOSED:
            self._move(Trigger.TRANSPORT_ENDED, now)
        self.transport = Transport.ABORT
        self._tell_partial()
        self._deadlines.cancel_all()
        self._events.append(self.closure.ended())

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
        dues = [due for due in (self._deadlines.next(), self.pongs.next) if due is not None]
        return min(dues, default=None)

    def events(self) -> list[Event]:
        """Return what has happened since the last call, in order."""
        events = self._events.copy()
        self._events.clear()
        return events

    def take(self, limit: int, now: float) -> bytes:
        """Return up to `limit` bytes to write; b"" when nothing waits."""
        return self.outbox.take(limit, now)

    def written(self, count: int, now: float) -> None:
        """The kernel accepted `count` of the bytes taken; 0 when it is full."""
        if count:
            self.keepalive.progressed(now)
        for item in self.outbox.written(count):
            if item.frame is None:
                continue
            if item.frame.opcode == Opcode.PING:
                self.keepalive.ping_written(item.frame.payload, now)
            self._events.append(FrameSent(item.frame, item.started, item.is_keepalive, item.is_deliberate))
        if self.keepalive.is_blocked:
            self._deadlines.follow_blocked_pong(self.keepalive.pong_due)
        else:
            self._deadlines.unblock_pong(self.keepalive.pong_due)

    # Opening

    def _opening_data(self, data: bytes, now: float) -> bytes:
        """Take handshake bytes; return the frame bytes behind a client's 101."""
        self._received += len(data)
        opening = self.opening
        try:
            if isinstance(opening, ServerOpening):
                if opening.receive(data):
                    self._events.append(Requested(opening.demanded))
                return b""
            rest = opening.receive(data)
        except InvalidHandshake as error:
            if isinstance(opening, ServerOpening):
                self.outbox.put(Outgoing(refusal(error).serialise()), is_urgent=True)
            self._fail_opening(error, Trigger.HANDSHAKE_FAILED)
            return b""
        if rest is None:
            return b""
        assert opening.response is not None
        self._open(opening.request, opening.response, len(rest), now)
        return rest

    def _open(self, request: Request, response: Response, behind: int, now: float) -> None:
        """The handshake is complete; `behind`: B of frames that were read already."""
        agreement = self.opening.agreement
        inflater = None
        if agreement.deflate is not None:
            self.sender.deflater, inflater = codecs_for(agreement.deflate, is_client=self.role is Role.CLIENT)
        self._receiver = Receiver(
            self.limits, inflater, masked=self.role is Role.SERVER, offset=self._received - behind
        )
        self._deadlines.settle(Which.OPEN, Change.MET)
        self._events.append(Opened(request, response, agreement.subprotocol, agreement.extensions))
        self._move(Trigger.HANDSHAKE_DONE, now)
        self.keepalive.start(now)

    def _fail_opening(self, error: Exception, trigger: Trigger) -> None:
        """The handshake failed: what waits is written, then the stream is closed."""
        self.closure.cause(Ending.REFUSED, by_peer=trigger is not Trigger.OPEN_DEADLINE)
        self.closure.refused(error)
        self._events.append(HandshakeFailed(error, self.opening.request, self.opening.response))
        self.transport = max(self.transport, Transport.CLOSE)
        self._change_state(after(self.state, trigger))

    # Reading

    def _see(self, data: bytes, now: float) -> None:
        assert self._receiver is not None
        for seen in self._receiver.receive(data):
            is_late = self.closure.has_failed or self.closure.received is not None
            if isinstance(seen, Frame):
                self._events.append(LateFrame(seen) if is_late else seen)
                if seen.opcode >= 8:
                    self._control(seen, now, is_late=is_late)
            elif is_late:
                continue
            elif isinstance(seen, Part):
                self._events.append(seen)
            else:
                self._violated(seen, now)

    def _control(self, frame: Frame, now: float, *, is_late: bool) -> None:
        if frame.opcode == Opcode.PONG:
            self._pong(frame.payload, now, is_late=is_late)
        elif is_late:
            return
        elif frame.opcode == Opcode.PING:
            # RFC 6455 5.5.2: a pong MUST be sent "unless it already received a Close frame"
            self.pongs.pinged(frame.payload, now)
            for payload in self.pongs.due(now):
                self.sender.pong(payload)
        else:
            self._close_frame(frame, now)

    def _pong(self, payload: bytes, now: float, *, is_late: bool) -> None:
        for ping in self.keepalive.pong_received(payload):
            if ping.payload != payload:
                continue
            if ping.is_keepalive and not is_late:
                self.latency = now - ping.sent
            self._events.append(Ponged(payload, now - ping.sent, is_late))
        if self.keepalive.pong_due is None:
            self._deadlines.settle(Which.PONG, Change.MET)

    def _close_frame(self, frame: Frame, now: float) -> None:
        close = close_in(frame.payload, frame.offset)
        if isinstance(close, Violation):
            self._violated(close, now)
            return
        self.closure.close_received(close)
        if self.closure.sent is None:
            # RFC 6455 5.5.1: "the endpoint typically echos the status code it received"
            self._send_close(Close(close.code, close.reason), is_urgent=False)
        self._move(Trigger.CLOSE_RECEIVED, now)
        # RFC 6455 7.1.1: the server closes TCP first, a client waits for it.
        if self.role is Role.SERVER:
            self.transport = max(self.transport, Transport.CLOSE)

    def _violated(self, violation: Violation, now: float) -> None:
        self._events.append(ViolationSeen(violation))
        self.closure.cause(Ending.VIOLATION, by_peer=True)
        self._fail(Close(violation.code, violation.reason), Trigger.VIOLATION, now)

    # Ending

    def _fail(self, close: Close, trigger: Trigger, now: float) -> None:
        """Give up (RFC 6455 7.1.7): Close goes out before queued data, later bytes change nothing."""
        self.closure.has_failed = True
        self.outbox.drop_data()
        self.pongs.clear()
        if self.state is State.OPEN:
            self._send_close(close, is_urgent=True)
        self._move(trigger, now)
        if self.role is Role.SERVER:
            self.transport = max(self.transport, Transport.HALF_CLOSE)
        if self._has_eof:
            self.transport = max(self.transport, Transport.CLOSE)

    def _send_close(self, close: Close, *, is_urgent: bool) -> None:
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

    def _tell_partial(self) -> None:
        partial = self._receiver.partial() if self._receiver is not None else None
        if partial is not None:
            self._events.append(partial)
        item = self.outbox.unfinished()
        if item is not None and item.frame is not None:
            self._events.append(PartialFrame(item.frame, True, len(item.data) - item.left))

    # Time

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
