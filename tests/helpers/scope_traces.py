"""Traces for tests of the timeline: a feed with pings, and a connection that misses a pong. Times are seconds."""

from __future__ import annotations

from framescope.capture.details import EndInfo
from framescope.capture.records import Flag
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.made_trace import MadeTrace

FAILED = EndInfo(
    exception="ConnectionClosedError",
    sentence="sent 1011 (internal error) keepalive ping timeout; no close frame received",
    code=1006,
    reason="",
    ending="deadline",
    by_peer=False,
    deadline="close",
    sent_code=1011,
)


def opened(at: float = 0.2) -> MadeTrace:
    """An open connection without frames."""
    made = MadeTrace()
    made.state(at, State.OPEN)
    return made


def ping(made: MadeTrace, at: float, timeout: float | None = 20.0) -> int:
    """Send a keepalive ping; return its row. Its payload is its time."""
    row = made.frame(at, _payload(at), Opcode.PING, sent=True, flags=Flag.KEEPALIVE)
    if timeout is not None:
        made.deadline(at, Which.PONG, Change.ARMED, at + timeout)
    return row


def pong(made: MadeTrace, ping_at: float, at: float, flags: int = 0) -> int:
    """Answer the ping of `ping_at`; return the pong's row."""
    row = made.frame(at, _payload(ping_at), Opcode.PONG, flags=flags)
    if not flags:
        made.deadline(at, Which.PONG, Change.MET, None)
    return row


def feed() -> MadeTrace:
    """40 s: a text each second, a binary message in three fragments, two quick pongs, a slow one, a ping in flight."""
    made = opened()
    for second in range(1, 40):
        made.frame(second + 0.5, b"x" * 200)
        if second in (10, 20, 30):
            ping(made, second, 3.0)
            pong(made, second, second + (1.84 if second == 30 else 0.04))
        if second == 15:
            made.frame(15.6, bytes(5000), Opcode.BINARY, fin=False)
            made.frame(15.7, bytes(5000), Opcode.CONTINUATION, fin=False)
            made.frame(15.8, bytes(100), Opcode.CONTINUATION)
    ping(made, 39.8, 3.0)
    made.deadline(39.8, Which.PING, Change.ARMED, 44.0)
    return made


def failed() -> MadeTrace:
    """A pong is missed after 20 s, comes 7.4 s late, and the connection is dropped 10 s after its Close."""
    made = opened()
    for second in range(1, 30):
        made.frame(second + 0.5, b"x" * 200)
    ping(made, 30)
    made.deadline(50, Which.PONG, Change.MISSED, 50)
    made.frame(50, b"\x03\xf3keepalive ping timeout", Opcode.CLOSE, sent=True)
    made.state(50, State.CLOSING)
    made.frame(55, b"x" * 200, flags=Flag.AFTER_FAILURE)
    pong(made, 30, 57.4, Flag.AFTER_FAILURE)
    made.deadline(60, Which.CLOSE, Change.MISSED, 60)
    made.ended(60, FAILED)
    return made


def moment(made: MadeTrace, seconds: float) -> int:
    """Return a moment of the connection, ns."""
    return made.trace.start + round(seconds * 1e9)


def _payload(at: float) -> bytes:
    return round(at * 1000).to_bytes(4, "big")
