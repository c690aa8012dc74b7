"""What can the owner of a running connection ask? Each act goes to the engine, and what follows happens at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from framescope.engine.errors import Violation
from framescope.engine.frames import Opcode
from framescope.engine.http import Response
from framescope.engine.pongs import PongPolicy
from framescope.engine.state import State
from framescope.net.pump import Pump

T = TypeVar("T")


class Driver(Pump):
    """One engine, from before there is a socket until it is gone: `open_client` or `open_server` gives it a stream.

    Acts raise `InvalidState`, `ProtocolError` or `BadKnob` for the owner's misuse, never for the peer's.
    """

    def turn(self, name: str, value: float | None) -> None:
        """Turn a knob (seconds or None); settings.py says when it takes effect."""
        self._act(lambda now: self.engine.turn(name, value, now))

    def send(self, opcode: Opcode, payload: bytes, *, ends: bool = True, is_compressed: bool = True) -> None:
        """Send a message, or a fragment of one."""
        now_ns = self.clock.monotonic_ns()
        try:
            self.engine.send(opcode, payload, ends=ends, is_compressed=is_compressed)
        finally:
            self._react(now_ns)

    def send_raw(self, first: int, payload: bytes, *, is_masked: bool, violation: Violation | None = None) -> None:
        """Send a frame just so, legal or not."""
        self._act(lambda _: self.engine.send_raw(first, payload, is_masked=is_masked, violation=violation))

    def ping(self, payload: bytes | None = None) -> bytes:
        """Send a ping of the application; return its payload, which is random where none is given."""
        return self._act(lambda now: self.engine.ping(payload, now))

    def pong(self, payload: bytes = b"") -> None:
        """Send an unsolicited pong."""
        self._act(lambda _: self.engine.pong(payload))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Start the closing handshake, or give up connecting; nothing once it has begun."""
        self._act(lambda now: self.engine.close(code, reason, now))

    def fail(self, code: int, reason: str) -> None:
        """Give the connection up with a Close frame, as for a fault of the application."""
        self._act(lambda now: self.engine.fail(code, reason, now))

    def accept(self, edit: Callable[[Response], None] | None = None) -> None:
        """Server: answer the request with 101. Raises `InvalidHandshake`; then `reject` is due."""
        self._act(lambda now: self.engine.accept(now, edit))

    def reject(self, response: Response, error: Exception) -> None:
        """Server: answer with something else, then close."""
        self._act(lambda now: self.engine.reject(response, error, now))

    def set_pong_policy(self, policy: PongPolicy) -> None:
        """Answer the peer's next pings so."""
        self.engine.pongs.policy = policy

    def pause_reading(self, is_paused: bool) -> None:
        """Stop reading the socket, or go on. What a failed connection still receives is read all the same."""
        self._is_paused = is_paused
        self._follow_reading()

    @property
    def is_reading_paused(self) -> bool:
        """Tell whether the socket is left unread, but for what `has_room` lets pass."""
        return self._is_paused

    def connecting_failed(self, error: Exception) -> None:
        """No byte stream came about: `error` says why."""
        self._act(lambda now: self.engine.connecting_failed(error, now))

    def abort(self) -> None:
        """Drop the connection at once, unsent bytes and all; nothing once it has ended."""
        if self.engine.state is State.CONNECTING:
            self.close()
        self._is_abandoned = True
        self._react(self.clock.monotonic_ns())

    def _act(self, act: Callable[[float], T]) -> T:
        now_ns = self.clock.monotonic_ns()
        try:
            return act(now_ns / 1e9)
        finally:
            self._react(now_ns)
