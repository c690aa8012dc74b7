"""What was seen in a run, line by line, and by whom: the client, the network or the server?"""

from __future__ import annotations

from typing import NamedTuple

from framescope.analysis.units import format_seconds, format_size

#: What a note can be about; lessons name these.
KINDS = (
    "opened",
    "refused",
    "message sent",
    "message received",
    "ping sent",
    "ping received",
    "pong received",
    "pong too late",
    "pong deadline",
    "close sent",
    "close received",
    "close deadline",
    "violation",
    "raised",
    "half closed",
    "killed",
    "frozen",
    "thawed",
    "recv timeout",
    "heartbeat lost",
    "reading paused",
    "reading resumed",
    "knob",
    "black hole",
    "black hole over",
    "cut",
    "reset",
    "swallowed",
    "lost",
    "conditions",
)


class Note(NamedTuple):
    """One line. `time` in seconds of the run; `tone`: "" plain, "warn" or "err"."""

    time: float
    who: str  #: "client", "network" or "server"
    kind: str
    value: str | float  #: the words, or the number (B, s) that the words are made of
    tone: str = ""

    @property
    def text(self) -> str:
        """The line itself. Numbers become words when somebody looks: a run can have 40,000 lines."""
        value = self.value
        if isinstance(value, str):
            return value
        if self.kind.startswith("message"):
            return f"Message {self.kind[8:]}, {format_size(value)}"
        late = ": too late" if self.kind == "pong too late" else ""
        return f"Pong received, RTT {format_seconds(value)}{late}"


class Notebook:
    """The lines of a run, in the order of time."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def add(self, time: float, who: str, kind: str, value: str | float, tone: str = "") -> None:
        """Write a line."""
        self.notes.append(Note(time, who, kind, value, tone))

    def of(self, who: str, kind: str) -> list[Note]:
        """The lines of one kind by one of the three."""
        return [note for note in self.notes if note.kind == kind and note.who == who]
