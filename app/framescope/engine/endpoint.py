"""How does one endpoint react to the peer's bytes, and to the loss of its stream?

The owner calls `receive_data`, `receive_eof`, `connection_lost` and `tick` with the monotonic time in
seconds; then it drains `events()`, writes what `take()` returns and reports `written()`, does what
`transport` asks once nothing is left to write, and calls `tick` again at `next_deadline()`.
"""

from __future__ import annotations

from framescope.engine.close import Close, close_in
from framescope.engine.deflate import codecs_for
from framescope.engine.errors import InvalidHandshake, Violation
from framescope.engine.events import (
    Change,
    Ending,
    Opened,
    PartialFrame,
    PingFlood,
    Ponged,
    Requested,
    ViolationSeen,
    Which,
)
from framescope.engine.flood import PingRate
from framescope.engine.frames import PING, PONG, Frame
from framescope.engine.http import Request, Response
from framescope.engine.lifecycle import Lifecycle, Role, Transport
from framescope.engine.opening import ClientOpening, ServerOpening, refusal
from framescope.engine.receiving import Receiver
from framescope.engine.state import CLOSED, State, Trigger


class Endpoint(Lifecycle):
    """The protocol of one end. Never raises for the peer's faults. `Connection` adds what can be asked of it."""

    _ping_rate: PingRate  #: from OPEN on

    def connected(self, now: float) -> None:
        """The byte stream is ready: a client's request goes out."""
        if isinstance(self.opening, ClientOpening):
            self.outbox.put_handshake(self.opening.request.serialise())

    def receive_data(self, data: bytes, now: float) -> None:
        """Take bytes that the peer sent, as they were read at `now`."""
        receiver, events, closure = self._receiver, self._events, self.closure
        if receiver is None:
            if self.state is State.CONNECTING and (behind := self._opening_data(data, now)):
                self.receive_data(behind, now)
            return
        if self.state is CLOSED:
            return
        answer = receiver.read(data, events, is_late=closure.is_deaf)
        while answer is not None:
            self._answer(answer, now)
            answer = receiver.proceed(events, is_late=closure.is_deaf)

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

    def connecting_failed(self, error: Exception, now: float) -> None:
        """No byte stream came about (name, TCP, TLS): `error` is what `connect` raises. The connection is CLOSED."""
        if self.state is State.CONNECTING:
            self.closure.cause(Ending.REFUSED, by_peer=False)
            self._fail_opening(error, Trigger.HANDSHAKE_FAILED)
        self.connection_lost(now)

    def connection_lost(self, now: float, *, is_reset: bool = False, error: Exception | None = None) -> None:
        """The stream is gone: closed by this side, or broken by `error`. The connection is CLOSED."""
        if self.closure.is_told:
            return
        if is_reset:
            self.closure.cause(Ending.RESET, by_peer=True)
        if self.state is State.CONNECTING:
            failure = self.opening.end()
            failure.__cause__ = error or failure.__cause__
            self._fail_opening(failure, Trigger.TRANSPORT_ENDED)
        elif self.state is not State.CLOSED:
            self._move(Trigger.TRANSPORT_ENDED, now)
        self.transport = Transport.ABORT
        self.pongs.clear()
        self._tell_partial()
        self._events.append(self.closure.ended())

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
                self.outbox.put_handshake(refusal(error).serialise())
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
        self._ping_rate = PingRate(self.limits.max_ping_rate)
        self._deadlines.settle(Which.OPEN, Change.MET)
        self._events.append(Opened(request, response, agreement.subprotocol, agreement.extensions))
        self.keepalive.start(now)
        self._move(Trigger.HANDSHAKE_DONE, now)

    def _answer(self, answer: Frame | Violation, now: float) -> None:
        """Do what a control frame, or a violation, asks for."""
        if isinstance(answer, Violation):
            self._violated(answer, now)
        elif answer.opcode == PONG:
            self._pong(answer.payload, now)
        elif answer.opcode == PING:
            # RFC 6455 5.5.2: a pong MUST be sent "unless it already received a Close frame"
            if self._ping_rate.is_flood(now):
                self._events.append(PingFlood(self.limits.max_ping_rate or 0))
            self.pongs.pinged(answer.payload, now)
            for payload in self.pongs.due(now):
                self.sender.pong(payload)
        else:
            self._close_frame(answer, now)

    def _pong(self, payload: bytes, now: float) -> None:
        answered = self.keepalive.pong_received(payload)
        if not answered:
            return  # RFC 6455 5.5.3: nobody asked for it
        is_late = self.closure.is_deaf
        for ping in answered:
            if ping.payload != payload:
                continue
            if ping.is_keepalive and not is_late:
                self.latency = now - ping.sent
            self._events.append(Ponged(payload, now - ping.sent, is_late))
        if self.keepalive.pong_due is None:
            self._deadlines.settle(Which.PONG, Change.MET)
        self._follow_deadlines()

    def _close_frame(self, frame: Frame, now: float) -> None:
        close = close_in(frame.payload, frame.offset)
        if isinstance(close, Violation):
            self._violated(close, now)
            return
        self.closure.close_received(close)
        self.pongs.clear()
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

    def _tell_partial(self) -> None:
        partial = self._receiver.partial() if self._receiver is not None else None
        if partial is not None:
            self._events.append(partial)
        unfinished = self.outbox.unfinished()
        if unfinished is not None:
            frame, available = unfinished
            self._events.append(PartialFrame(frame, True, available))
