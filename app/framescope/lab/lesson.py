"""What is a lesson? A text, a scenario, a question whose answer the run decides, and what must be seen in it."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

import msgspec

from framescope.lab.notebook import KINDS, Notebook
from framescope.lab.scenario import Count, Moment, Scenario

Who: TypeAlias = Literal["client", "network", "server"]
Words: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]
WITHIN = 0.15  #: s by which a moment may differ from the one that a lesson names, for the network's jitter


class Expectation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is seen in a run, or is not. With nothing but `who` and `kind`: it happens at least once."""

    who: Who
    kind: str
    at: Moment | None = None  #: s; the first one happens then
    within: Moment = WITHIN
    before: Moment | None = None  #: the first one happens before
    after: Moment | None = None  #: the first one happens after
    text: str = ""  #: stands in the line of one of them
    every: str = ""  #: stands in the line of each of them
    count: int | None = None  #: so many, exactly
    at_least: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"nothing is called “{self.kind}”; there are: {', '.join(KINDS)}")

    def refuted_by(self, notebook: Notebook) -> str:
        """Say what is there instead; empty when it is as expected."""
        notes = notebook.of(self.who, self.kind)
        times = ", ".join(f"{note.time:.2f} s" for note in notes[:5]) or "never"
        if self.count is not None or self.at_least is not None:
            is_met = len(notes) == self.count if self.count is not None else len(notes) >= (self.at_least or 0)
            return "" if is_met else f"{self.who}: {self.kind} {len(notes)} times ({times})"
        if not notes:
            return f"{self.who}: {self.kind} never"
        first = notes[0].time
        if (
            (self.at is not None and abs(first - self.at) > self.within)
            or (self.before is not None and first >= self.before)
            or (self.after is not None and first <= self.after)
        ):
            return f"{self.who}: {self.kind} at {times}"
        is_said = any(self.text in note.text for note in notes) and all(self.every in note.text for note in notes)
        if not is_said:
            return f"{self.who}: {self.kind} says “{notes[0].text}”"
        return ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of a question's answers; it is right when the run shows all of `shown`."""

    text: Words
    shown: tuple[Expectation, ...]
    why: str = ""  #: why it is not so, for whoever chose it

    def is_right(self, notebook: Notebook) -> bool:
        """Tell whether the run bears it out."""
        return not any(expectation.refuted_by(notebook) for expectation in self.shown)


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is predicted before the run."""

    text: Words
    answers: tuple[Answer, ...]
    decided: Moment  #: s; the answer is told once the run has passed this moment
    explanation: Words


class Lesson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lesson, as its file has it. Texts are plain, with paragraphs; `name` is in `code`."""

    number: int
    name: str  #: for the command line: letters, digits and hyphens
    title: Words
    minutes: Count
    text: Words
    scenario: Scenario
    question: Question
    seen: tuple[Expectation, ...]
    reading: tuple[str, ...]  #: sections: "RFC 6455 5.5.2"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ValueError(f"the name “{self.name}” has more than small letters, digits and hyphens")
        for section in self.reading:
            if not re.fullmatch(r"RFC [0-9]{1,4} [0-9]+(\.[0-9]+)*", section):
                raise ValueError(f"“{section}” in reading is no section: write RFC 6455 5.5.2")


NOT_SEEN = "…"  #: in a blank
_BLANK = re.compile(r"\{(client|network|server) ([a-z ]+?)(?: ([0-9]+))?\}")


def filled(text: str, notebook: Notebook) -> str:
    """Fill in a text's blanks from a run: "{client raised}" becomes "14.1 s", "{client ping sent 2}" the second's.

    What has not happened becomes "…".
    """

    def moment(blank: re.Match[str]) -> str:
        if blank[2] not in KINDS:
            return blank[0]
        notes = notebook.of(blank[1], blank[2])
        place = int(blank[3] or 1) - 1
        return f"{notes[place].time:.1f} s" if 0 <= place < len(notes) else NOT_SEEN

    return _BLANK.sub(moment, text)
