"""How is a diagnosis passed on to somebody else? As plain text, everything that the tab shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framescope.analysis.units import format_moment
from framescope.analysis.visible import visible
from framescope.ui.diagnosis.lesson_button import lesson_title
from framescope.ui.diagnosis.strength import WORDS
from framescope.ui.diagnosis.tries import unsaid

if TYPE_CHECKING:
    from framescope.analysis.diagnosis.verdict import Diagnosis, Step, Try
    from framescope.analysis.trace import Trace


def report(trace: Trace, diagnosis: Diagnosis, advice: str = "", what_if: str = "") -> str:
    """Write a diagnosis as lines of text."""
    info = trace.story.info
    connection = "" if info is None else f"Connection: {info.url} ({info.role})"
    causes = [f"[{WORDS[cause.strength]}] {cause.title}. {cause.evidence}" for cause in diagnosis.causes]
    parts = [
        _lines([diagnosis.headline, diagnosis.plain, advice, connection]),
        _part("What happened", [_step(trace, number, step) for number, step in enumerate(diagnosis.steps, 1)]),
        _part("Probable causes", causes),
        _part("Ruled out", [f"{excluded.title}: {excluded.why}" for excluded in diagnosis.ruled_out]),
        _part("The other end says", [diagnosis.other_end]),
        _part("What cannot be known from here", list(diagnosis.unknown)),
        _part("What if ping_timeout had been different", [what_if]),
        _part("Try", [_try(attempt) for attempt in unsaid(diagnosis.tries, advice)]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(texts: list[str], indent: str = "") -> str:
    return "\n".join(indent + visible(text) for text in texts if text)


def _part(title: str, texts: list[str]) -> str:
    said = _lines(texts, "  ")
    return f"{title}:\n{said}" if said else ""


def _try(attempt: Try) -> str:
    title = lesson_title(attempt.lesson)
    return f"{attempt.text} (lesson: {title})" if title else attempt.text


def _step(trace: Trace, number: int, step: Step) -> str:
    when = "" if step.time is None else f"{format_moment((step.time - trace.start) / 1e9)}  "
    frame = 0 if step.row is None else trace.number_of(step.row)
    return f"{number}. {when}{step.text}{f' (frame {frame})' if frame else ''}"
