"""One endpoint of a WebSocket, whole: `Endpoint` reacts, `Connection` adds what an application can ask."""

from __future__ import annotations

from collections.abc import Callable

from framescope.engine.close import NO_STATUS, Close, may_be_sent
from framescope.engine.endpoint import Endpoint
from framescope.engine.errors import ConcurrencyError, InvalidState, ProtocolError, Violation
from framescope.engine.events import Ending, KnobTurned, ViolationSeen
from framescope.engine.frames import Opcode
from framescope.engine.http import Response
from framescope.engine.lifecycle import Role, Transport
from framescope.engine.opening import ServerOpening
from framescope.engine.settings import check_knob
from framescope.engine.state import OPEN, State, Trigger

__all__ = ["Connection", "Role", "Transport"]


class Connection(Endpoint):
    """What the application asks; raises `InvalidState`, `ProtocolError`, `ConcurrencyError` or `BadKnob`."""

    def accept(self, now: float, edit: Callable[[Response], None] | None = None) -> None:
        """Server: answer the request with 101. Raises what is wrong with it: `reject` with its `refusal` then."""
        opening = self._server_opening()
        response = opening.accept()
        if edit is not None:
            edit(response)
        self.outbox.put_handshake(response.serialise())
        self._open(opening.demanded, response, len(opening.rest), now)
        if opening.rest:
            self.receive_data(bytes(opening.rest), now)

    def reject(self, response: Response, error: Exception, now: float) -> None:
        """Server: answer with something else than 101, then close. `error` is what is told."""
        opening = self._server_opening()
        opening.response = response
        self.outbox.put_handshake(response.serialise())
        self._fail_opening(error, Trigger.HANDSHAKE_FAILED)

    def send(self, opcode: Opcode, payload: bytes, *, ends: bool = True, is_compressed: bool = True) -> None:
        """Queue a message, or a fragment of one (`ends` False; then CONTINUATION until it ends)."""
        if self.state is not OPEN:
            self._check_open()
        self.sender.data(opcode, payload, ends=ends, is_compressed=is_compressed)

    def send_raw(self, first: int, payload: bytes, *, is_masked: bool, violation: Violation | None = None) -> None:
        """Queue a frame just so, legal or not; a deliberate violation is recorded as such."""
        self._check_open()
        self.sender.raw(first, payload, is_masked=is_masked)
        if violation is not None:
            self._events.append(ViolationSeen(violation, True))

    def ping(self, payload: bytes | None, now: float) -> bytes:
        """Queue a ping of the application, which has no deadline; return its payload."""
        self._check_open()
        # A copy: what its owner does with the buffer later must not change which pong is awaited.
        payload = self._new_ping() if payload is None else bytes(payload)
        if payload in self.keepalive.in_flight:
            raise ConcurrencyError("already waiting for a pong with the same data")
        self._send_ping(payload, now, is_keepalive=False)
        return payload

    def pong(self, payload: bytes) -> None:
        """Queue an unsolicited pong."""
        self._check_open()
        self.sender.control(Opcode.PONG, payload)

    def close(self, code: int, reason: str, now: float) -> None:
        """Start the closing handshake, or give up connecting; nothing once it has begun."""
        if self.state is State.CONNECTING:
            self.closure.cause(Ending.ABORTED, by_peer=False)
            self._fail_opening(ConnectionAbortedError("connecting was given up"), Trigger.HANDSHAKE_FAILED)
            self.transport = Transport.ABORT
        elif self.state is State.OPEN:
            close = _checked(code, reason)
            self._send_close(close, is_urgent=False)
            self._move(Trigger.CLOSE_SENT, now)

    def fail(self, code: int, reason: str, now: float) -> None:
        """Give the connection up with a Close frame of ours, as for a fault of the application; else as `close`."""
        if self.state is not State.OPEN:
            self.close(code, reason, now)
            return
        close = _checked(code, reason)
        self.closure.cause(Ending.ABORTED, by_peer=False)
        self._fail(close, Trigger.CLOSE_SENT, now)

    def turn(self, name: str, value: float | None, now: float) -> None:
        """Turn a knob (seconds or None); settings.py says when it takes effect."""
        check_knob(name, value)
        old = getattr(self.timeouts, name)
        setattr(self.timeouts, name, value)
        if name == "ping_interval":
            self.keepalive.set_interval(value, now)
        elif name == "ping_timeout":
            self.keepalive.set_timeout(value)
        self._events.append(KnobTurned(name, old, value))
        self._follow_deadlines()

    def _check_open(self) -> None:
        if self.state is not OPEN:
            raise InvalidState(f"connection is {self.state.name.lower()}")

    def _server_opening(self) -> ServerOpening:
        opening = self.opening
        if self.state is not State.CONNECTING or not isinstance(opening, ServerOpening) or opening.request is None:
            raise InvalidState("no request waits for an answer")
        return opening


def _checked(code: int, reason: str) -> Close:
    """Judge what a Close frame of ours is to say."""
    if not (may_be_sent(code) or (code == NO_STATUS and not reason)):
        raise ProtocolError(f"close code {code} must not be sent")
    try:
        reason.encode()
    except UnicodeEncodeError as error:
        raise ProtocolError("the close reason has half a character") from error
    return Close(code, reason)
