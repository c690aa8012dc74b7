"""What does a diagnosis consist of? Causes with their measured evidence, what is ruled out, and what to try."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

UNTOLD = "This end alone cannot tell."  #: the evidence of a cause that nothing speaks for or against


class Strength(IntEnum):
    """How far the evidence goes. STRONG: it was measured, and nothing else that could be fits it."""

    WEAK = 1
    POSSIBLE = 2
    LIKELY = 3
    STRONG = 4


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a connection ended. `key` names it for programs and tests."""

    key: str
    title: str
    strength: Strength
    evidence: str  #: what was measured, with units


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A cause that the measurements exclude, and which."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, in order. `row` is its row in the trace's table, None where it has none."""

    time: int | None  #: ns, monotonic
    text: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """What a person can do: turn `knob` to `value`, open `lesson`, or, with neither, what the text says."""

    text: str
    knob: str = ""
    value: float | None = None
    lesson: str = ""


RECEIVE_FASTER = Try("Receive faster, or in a task of its own; raise max_queue.", lesson="slow-consumer")
SEND_LESS = Try("Send less at a time, or wait for send() to return.", lesson="saturated-sender")
CONNECT_AGAIN = Try("Connect again: such a connection does not come back.", lesson="silent-drop")


@dataclass(slots=True)
class Findings:
    """What the rules found, in any order."""

    causes: list[Cause] = field(default_factory=list)
    ruled_out: list[RuledOut] = field(default_factory=list)
    tries: list[Try] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  #: what cannot be told from here

    def cause(self, key: str, title: str, strength: Strength, evidence: str) -> None:
        """Add a cause."""
        self.causes.append(Cause(key, title, strength, evidence))

    def weaken(self, first: int, most: Strength) -> None:
        """Call nothing from the cause `first` on more than `most`: something else explains the end as well."""
        self.causes[first:] = [replace(cause, strength=min(cause.strength, most)) for cause in self.causes[first:]]

    def rule_out(self, title: str, why: str) -> None:
        """Exclude a cause."""
        self.ruled_out.append(RuledOut(title, why))


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why one connection ended, and how we know."""

    headline: str  #: type and sentence of the exception, verbatim
    plain: str
    other_end: str  #: what the other end says of the same event
    steps: tuple[Step, ...]
    causes: tuple[Cause, ...]  #: the most probable first
    ruled_out: tuple[RuledOut, ...]
    tries: tuple[Try, ...]
    unknown: tuple[str, ...]
