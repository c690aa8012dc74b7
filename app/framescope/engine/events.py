"""What can a connection report? A closed union of small values, in the order in which they happened.

`Frame` (frames.py) is an event too: a whole frame that the peer sent, with its evidence.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from framescope.engine.errors import Violation
from framescope.engine.frames import Frame, Opcode
from framescope.engine.quick import maker, quick
from framescope.engine.state import State

if TYPE_CHECKING:
    from framescope.engine.close import Close
    from framescope.engine.http import Request, Response


class Which(IntEnum):
    """The four deadlines of a connection."""

    OPEN = 0
    PING = 1  #: the next keepalive ping is due
    PONG = 2  #: the answer to the ping in flight is due
    CLOSE = 3


class Change(IntEnum):
    """What became of a deadline."""

    ARMED = 0
    MOVED = 1
    MET = 2
    MISSED = 3
    CANCELLED = 4
    BLOCKED = 5  #: the ping is still in the write buffer; it expires when the socket stops moving


class Ending(IntEnum):
    """Who or what ended the connection."""

    CLOSE_FRAMES = 0  #: the closing handshake completed
    FIN = 1  #: the peer's TCP end closed in order, without a (complete) closing handshake
    RESET = 2  #: a TCP reset, or another transport error
    DEADLINE = 3  #: one of our deadlines passed and we dropped TCP
    REFUSED = 4  #: the opening handshake failed
    ABORTED = 5  #: this side dropped TCP on purpose
    VIOLATION = 6  #: the peer broke a rule or a limit and this side failed the connection


class Requested(NamedTuple):
    """Server: a valid opening handshake request waits for `accept` or `reject`."""

    request: Request


class Opened(NamedTuple):
    """The opening handshake is complete: the state is OPEN."""

    request: Request
    response: Response
    subprotocol: str | None
    extensions: str  #: the agreed Sec-WebSocket-Extensions value, "" for none


class HandshakeFailed(NamedTuple):
    """The opening handshake failed; `error` is what `connect` raises."""

    error: Exception
    request: Request | None
    response: Response | None


class StateChanged(NamedTuple):
    old: State
    new: State


@quick
class Part(NamedTuple):
    """A piece of a message for the application; a small message is one part that begins and ends.

    `text` is the decoded payload of a text message, cut at whole characters; None for binary.
    `payload` is after inflating.
    """

    opcode: Opcode
    payload: bytes
    text: str | None
    begins: bool
    ends: bool


new_part = maker(Part)


@quick
class FrameSent(NamedTuple):
    """The kernel has taken a frame's last byte. `started`: when its first was offered (s)."""

    frame: Frame
    started: float
    keepalive: bool  #: a ping of the keepalive, not of the application
    deliberate: bool  #: an illegal frame that a person asked for


new_frame_sent = maker(FrameSent)


class LateFrame(NamedTuple):
    """A frame that came after this side failed the connection: seen, and without any effect."""

    frame: Frame


class PartialFrame(NamedTuple):
    """The transport ended inside this frame; its payload holds what came (or was accepted)."""

    frame: Frame
    sent: bool
    available: int  #: bytes of the frame, header included, that passed


class Ponged(NamedTuple):
    """A pong answered a ping of ours. `latency` in seconds, from application times."""

    payload: bytes
    latency: float
    late: bool  #: after the connection had failed


class PingFlood(NamedTuple):
    """The peer sent more than `limit` pings within a second; told once a second while that lasts."""

    limit: int


class DeadlineChanged(NamedTuple):
    """A deadline was armed, moved, met, missed or cancelled. `due` is monotonic seconds or None."""

    which: Which
    change: Change
    due: float | None


class KnobTurned(NamedTuple):
    name: str
    old: float | None
    new: float | None


class ViolationSeen(NamedTuple):
    """The peer broke the protocol; `sent` is True when we did, on purpose."""

    violation: Violation
    sent: bool = False


class Ended(NamedTuple):
    """The connection is CLOSED. This event is the last one.

    `exception_name` and `sentence` are what `recv()` raises, e.g. "ConnectionClosedError" and
    "no close frame received or sent"; `code` is `close_code` (1006 without a received Close).
    """

    ending: Ending
    exception_name: str
    sentence: str
    code: int
    reason: str
    received: Close | None
    sent: Close | None
    which: Which | None  #: the deadline that passed, for Ending.DEADLINE or a missed pong
    by_peer: bool  #: the peer sent the first Close, FIN or reset


Event: TypeAlias = (
    Frame
    | Requested
    | Opened
    | HandshakeFailed
    | StateChanged
    | Part
    | FrameSent
    | LateFrame
    | PartialFrame
    | Ponged
    | PingFlood
    | DeadlineChanged
    | KnobTurned
    | ViolationSeen
    | Ended
)
