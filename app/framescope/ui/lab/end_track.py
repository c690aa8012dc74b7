"""What happened to one end, over the time? Its states, its waits for pongs, and what it raised, from the notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from framescope.engine.settings import parse_duration
from framescope.engine.state import State
from framescope.lab.notebook import Note, Notebook

MET, MISSED, OPEN, LEFT = "met", "missed", "open", "left"


@dataclass(slots=True)
class Phase:
    """A state from `start` on; the next phase ends it."""

    state: State
    start: float


@dataclass(slots=True)
class Wait:
    """A keepalive ping that waits for its pong. `due` None: without limit; `end` None: it still waits."""

    sent: float
    due: float | None
    end: float | None = None
    outcome: str = OPEN


@dataclass(slots=True)
class EndTrack:
    """One end's band: phases, waits, and the sentence it ended with."""

    ping_timeout: float | None
    phases: list[Phase] = field(default_factory=lambda: [Phase(State.CONNECTING, 0.0)])
    waits: list[Wait] = field(default_factory=list)
    raised: Note | None = None

    @property
    def open_wait(self) -> Wait | None:
        """The ping that is waited for."""
        return self.waits[-1] if self.waits and self.waits[-1].outcome == OPEN else None

    def state_at(self, time: float) -> State:
        """The state that this end was in."""
        return next((phase.state for phase in reversed(self.phases) if phase.start <= time), State.CONNECTING)

    def read(self, note: Note) -> None:
        """Take in what is new."""
        match note.kind:
            case "opened":
                self._enter(State.OPEN, note.time)
            case "close sent" | "close received":
                self._enter(State.CLOSING, note.time)
            case "raised" | "killed":
                self._enter(State.CLOSED, note.time)
                self._end_wait(note.time, LEFT)
                self.raised = self.raised or (note if note.kind == "raised" else None)
            case "ping sent" if str(note.value).startswith("Keepalive"):
                due = None if self.ping_timeout is None else note.time + self.ping_timeout
                self.waits.append(Wait(note.time, due))
            case "pong received":
                self._ponged(note)
            case "pong deadline":
                self._end_wait(note.time, MISSED)
            case "knob" if str(note.value).startswith("ping_timeout "):
                new = str(note.value).rsplit(" ", 1)[1]
                self.ping_timeout = parse_duration(new)
            case _:
                pass

    def _ponged(self, note: Note) -> None:
        wait = self.open_wait
        # A pong may answer an application's own ping, which has no deadline.
        if wait is not None and isinstance(note.value, float) and note.time - note.value <= wait.sent + 1e-3:
            self._end_wait(note.time, MET)

    def _end_wait(self, time: float, outcome: str) -> None:
        wait = self.open_wait
        if wait is not None:
            wait.end, wait.outcome = time, outcome

    def _enter(self, state: State, time: float) -> None:
        if state > self.phases[-1].state:
            self.phases.append(Phase(state, time))


class Tracks:
    """Both ends' tracks and the network's, read from a notebook as it grows."""

    def __init__(self, ping_timeouts: dict[bool, float | None]) -> None:
        self.ends = {is_server: EndTrack(timeout) for is_server, timeout in ping_timeouts.items()}
        self.holes: list[tuple[float, float | None]] = []  #: from when to when every packet is swallowed
        self.cut: Note | None = None  #: what the middlebox did
        self.resets: list[float] = []
        self.read = 0  #: lines of the notebook

    def refresh(self, notebook: Notebook) -> None:
        """Read the lines that are new."""
        notes: Sequence[Note] = notebook.notes
        for note in notes[self.read :]:
            if note.who == "network":
                self._network(note)
            else:
                self.ends[note.who == "server"].read(note)
        self.read = len(notes)

    def _network(self, note: Note) -> None:
        match note.kind:
            case "black hole" if not self.holes or self.holes[-1][1] is not None:
                self.holes.append((note.time, None))
            case "black hole over" if self.holes and self.holes[-1][1] is None:
                self.holes[-1] = (self.holes[-1][0], note.time)
            case "cut":
                self.cut = note
            case "reset":
                self.resets.append(note.time)
            case _:
                pass
