"""What does a trace consist of? The values that views show; times are monotonic nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from framescope.capture.details import ConnectionInfo, EndInfo, HandshakeInfo, PhaseInfo, ViolationInfo
from framescope.capture.records import Gauge, Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.state import State


@dataclass(slots=True)
class Exchange:
    """A ping and what became of it. `ours`: this side sent the ping."""

    row: int  #: the ping's row in the trace
    sent: int  #: ns; for the peer's ping, when it arrived
    payload: bytes
    ours: bool
    is_keepalive: bool
    due: int | None = None  #: the pong's deadline, if one was armed
    answered: int | None = None  #: when the pong came (or, for the peer's ping, left)
    pong_row: int | None = None
    is_missed: bool = False  #: the deadline passed first
    is_blocked: bool = False  #: waits in the write buffer

    @property
    def rtt(self) -> float | None:
        """Seconds from ping to pong; for the peer's ping, our answer delay."""
        return None if self.answered is None else (self.answered - self.sent) / 1e9


@dataclass(frozen=True, slots=True)
class KnobTurn:
    """A knob changed. Values in seconds or None."""

    row: int
    time: int
    name: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class StateSpan:
    """From `time` on the connection was in `state`."""

    time: int
    state: State


@dataclass(frozen=True, slots=True)
class PhaseMark:
    """A step of connecting began, was done or failed."""

    time: int
    phase: Phase
    change: PhaseChange
    info: PhaseInfo | None


@dataclass(slots=True)
class DeadlineState:
    """The latest news of one deadline."""

    which: Which
    change: Change
    time: int  #: when this change happened
    due: int | None
    armed: int  #: when it was (first) armed: a countdown runs from here to `due`

    @property
    def is_running(self) -> bool:
        return self.change in (Change.ARMED, Change.MOVED, Change.BLOCKED)


@dataclass(frozen=True, slots=True)
class DeadlineMark:
    """A deadline passed, with its row."""

    row: int
    time: int
    which: Which


@dataclass(frozen=True, slots=True)
class Ended:
    """The connection is CLOSED."""

    row: int
    time: int
    info: EndInfo


@dataclass(frozen=True, slots=True)
class ViolationMark:
    """A broken rule. `frame_row` is the row of the frame that broke it, where one was read."""

    row: int
    time: int
    sent: bool
    info: ViolationInfo
    frame_row: int | None


@dataclass(slots=True)
class Totals:
    """Whole frames and their bytes on the wire (header included), by direction."""

    sent_frames: int = 0
    sent_bytes: int = 0
    received_frames: int = 0
    received_bytes: int = 0
    dropped: int = 0


@dataclass(slots=True)
class Story:
    """Everything of one connection but its frames' columns."""

    number: int
    start: int  #: ns of the first record
    info: ConnectionInfo | None = None
    handshake: HandshakeInfo | None = None
    knobs: dict[str, float | None] = field(default_factory=dict)
    phases: list[PhaseMark] = field(default_factory=list)
    states: list[StateSpan] = field(default_factory=list)
    #: of our pings, in the order of sending; the peer's (it can send millions) come from `Trace.exchange_of`
    exchanges: list[Exchange] = field(default_factory=list)
    knob_turns: list[KnobTurn] = field(default_factory=list)
    deadlines: dict[Which, DeadlineState] = field(default_factory=dict)
    missed: list[DeadlineMark] = field(default_factory=list)
    violations: list[ViolationMark] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    send_buffer: int = 0  #: B, the latest gauge
    gauges: dict[Gauge, list[tuple[int, int]]] = field(default_factory=dict)  #: (ns, value), in order
    ended: Ended | None = None

    @property
    def state(self) -> State:
        return self.states[-1].state if self.states else State.CONNECTING
