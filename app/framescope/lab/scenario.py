"""What is set up in the lab, and what happens when? Both ends, the network, and a script of timed acts, as data.

Times are seconds from the moment that TCP stands; sizes are bytes. A name in a file that nothing
here reads is a mistake, and is refused.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from framescope.engine.path import Conditions, Cut
from framescope.engine.settings import Timeouts, parse_duration

EndName: TypeAlias = Literal["client", "server"]
Seconds: TypeAlias = float | str  #: a number of seconds, or what a knob's field takes: "none", "200ms"

DAY, LARGEST = 86_400.0, 64 * 2**20  #: s and B; nobody watches longer, and a probe takes no larger message
Moment: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=DAY)]
Span: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=DAY)]  #: a time that is not nothing
Bytes: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
Rate: TypeAlias = Annotated[float, msgspec.Meta(ge=1, le=1e12)]  #: B/s
Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Traffic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages that an application sends again and again."""

    every: Span
    text: str = "message {n}"
    size: Bytes = 0  #: B; above 0 a binary message of this size instead of the text
    start: Moment = 0.0  #: after OPEN
    count: Count | None = None
    fragments: Count = 1


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application's own heartbeat: a message that has to be answered by a message."""

    every: Span
    timeout: Span


class End(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One endpoint and its application."""

    open_timeout: Seconds = 10.0
    ping_interval: Seconds = 20.0
    ping_timeout: Seconds = 20.0
    close_timeout: Seconds = 10.0
    compression: bool = False
    max_size: Bytes = 2**20
    answer: Literal["accept", "silence", "403", "503"] = "accept"  #: a server, to the opening handshake
    pongs: Literal["answer", "swallow"] = "answer"
    pong_delay: Moment = 0.0
    traffic: tuple[Traffic, ...] = ()
    is_echo: bool = False
    handling: Moment = 0.0  #: s that the application takes for each message, before it receives the next
    max_queue: Count = 16  #: messages; reading the socket is paused above it
    recv_timeout: Span | None = None
    heartbeat: Heartbeat | None = None
    answers_heartbeat: bool = False

    def timeouts(self) -> Timeouts:
        """The four knobs. Raises BadKnob."""
        return Timeouts(*map(seconds, (self.open_timeout, self.ping_interval, self.ping_timeout, self.close_timeout)))


class Network(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The network between the ends, one way unless it says otherwise."""

    latency: Moment = 0.05
    jitter: Moment = 0.0
    bandwidth: Rate | None = None
    loss: Share = 0.0
    black_hole: bool = False
    idle_timeout: Span | None = None
    life_timeout: Span | None = None
    cut: Literal["fin", "reset", "silent"] = "fin"
    counts_messages_only: bool = False

    def conditions(self) -> Conditions:
        """The same for the path."""
        return Conditions(
            self.latency,
            self.jitter,
            self.bandwidth,
            self.loss,
            self.black_hole,
            self.idle_timeout,
            self.life_timeout,
            Cut[self.cut.upper()],
            self.counts_messages_only,
        )


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """Something that happens at a time."""

    at: Moment


class Turn(Act, frozen=True, kw_only=True, tag="turn"):
    """A knob is turned."""

    end: EndName
    knob: str
    value: Seconds


class Change(Act, frozen=True, kw_only=True, tag="network"):
    """The network changes; what is not named stays."""

    latency: Moment | None = None
    jitter: Moment | None = None
    bandwidth: Annotated[float, msgspec.Meta(ge=0, le=1e12)] | None = None  #: B/s; 0: no limit
    loss: Share | None = None
    black_hole: bool | None = None
    idle_timeout: Moment | None = None  #: 0: none
    life_timeout: Moment | None = None  #: 0: none
    cut: Literal["fin", "reset", "silent"] | None = None
    counts_messages_only: bool | None = None

    def apply(self, conditions: Conditions) -> None:
        """Make the network's conditions these."""
        for name in ("latency", "jitter", "loss", "counts_messages_only"):
            value = getattr(self, name)
            if value is not None:
                setattr(conditions, name, value)
        for name in ("bandwidth", "idle_timeout", "life_timeout"):
            value = getattr(self, name)
            if value is not None:
                setattr(conditions, name, value or None)
        if self.cut is not None:
            conditions.cut = Cut[self.cut.upper()]
        if self.black_hole is not None:
            conditions.is_black_hole = self.black_hole


class ResetBoth(Act, frozen=True, kw_only=True, tag="reset"):
    """Something in the network resets both ends."""


class Send(Act, frozen=True, kw_only=True, tag="send"):
    """An application sends a message."""

    end: EndName
    text: str = ""
    size: Bytes = 0  #: above 0 a binary message instead
    fragments: Count = 1


class Ping(Act, frozen=True, kw_only=True, tag="ping"):
    """An application sends a ping of its own."""

    end: EndName


class Close(Act, frozen=True, kw_only=True, tag="close"):
    """An application closes the connection."""

    end: EndName
    code: int = 1000
    reason: str = ""


class Fail(Act, frozen=True, kw_only=True, tag="raise"):
    """An application's handler raises an exception."""

    end: EndName


class Kill(Act, frozen=True, kw_only=True, tag="kill"):
    """A process is killed: its kernel closes the socket."""

    end: EndName


class HalfClose(Act, frozen=True, kw_only=True, tag="half_close"):
    """One direction ends: a FIN without a Close frame, while the other direction goes on."""

    end: EndName


class Freeze(Act, frozen=True, kw_only=True, tag="freeze"):
    """A process stands still: its event loop is blocked, or the machine is asleep."""

    end: EndName
    on: bool = True


class Behave(Act, frozen=True, kw_only=True, tag="behave"):
    """An end behaves otherwise from now on; what is not named stays."""

    end: EndName
    handling: Moment | None = None
    pongs: Literal["answer", "swallow"] | None = None
    pong_delay: Moment | None = None


class Raw(Act, frozen=True, kw_only=True, tag="raw"):
    """A frame just so, legal or not, as `first` byte and payload."""

    end: EndName
    first: Annotated[int, msgspec.Meta(ge=0, le=255)]
    payload: str = ""  #: hexadecimal
    masked: bool | None = None  #: None: as this end has to
    rule: str = "a frame that breaks the protocol"
    section: str = "RFC 6455 5.2"


Acts: TypeAlias = Turn | Change | ResetBoth | Send | Ping | Close | Fail | Kill | HalfClose | Freeze | Behave | Raw


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a run needs besides its seed."""

    duration: Span  #: s; a run ends here at the latest
    client: End = End()
    server: End = End()
    network: Network = Network()
    script: tuple[Acts, ...] = ()

    def end(self, is_server: bool) -> End:
        """One of the two ends."""
        return self.server if is_server else self.client


def seconds(value: Seconds) -> float | None:
    """Read a knob's value. Raises BadKnob for a text that is none."""
    return parse_duration(value) if isinstance(value, str) else float(value)
