"""Why did the connections of a capture end? The diagnosis, as text or as one JSON line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.diagnosis.verdict import Diagnosis, Step, Try
from framescope.analysis.trace import Trace
from framescope.analysis.units import format_moment
from framescope.analysis.visible import visible
from framescope.commands.lines_out import to_stdout
from framescope.commands.stored import NotThere, chosen_traces, complain, stored_book, title

VERSION = 1  #: of the JSON lines
Json: TypeAlias = dict[str, object]
_ALIVE = "it has not ended, as far as the recording goes"


def print_diagnoses(folder: Path, *, connection: int | None, is_json: bool) -> int:
    """Print why each connection ended; 1 where there is nothing to tell."""
    told = 0
    try:
        with stored_book(folder) as book:
            every = list(book.traces.values())
            for trace in chosen_traces(book, connection):
                found = diagnose(trace, others=every, halts=book.halts)
                if found is None:
                    complain(f"connection {trace.number} has no end to explain: {_ALIVE}.")
                    continue
                if told and not is_json:
                    to_stdout("")
                told += 1
                to_stdout(json_line(trace, found) if is_json else "\n".join(text_lines(trace, found)))
            if book.recording_stopped:
                complain(book.recording_stopped)
    except NotThere as error:
        complain(str(error))
    return 0 if told else 1


def text_lines(trace: Trace, found: Diagnosis) -> Iterator[str]:
    """Write a diagnosis for people."""
    yield title(trace)
    yield from (visible(line) for line in (found.headline, found.plain) if line)
    yield from ("", "What happened")
    for number, step in enumerate(found.steps, 1):
        moment = "" if step.time is None else format_moment((step.time - trace.start) / 1e9)
        frame = _frame_number(trace, step)
        yield f"  {number}  {moment:>12}  {visible(step.text)}{'' if frame is None else f'  [frame {frame}]'}"
    yield from ("", "Probable causes")
    for cause in found.causes:
        yield f"  {cause.strength.name.lower():<8}  {visible(cause.title)}"
        yield f"  {'':<8}  {visible(cause.evidence)}"
    yield from _part("Ruled out", [f"{item.title}: {item.why}" for item in found.ruled_out])
    yield from _part("Not known from here", list(found.unknown))
    yield from _part("Try", [_try_words(item) for item in found.tries])
    yield from _part("At the other end", [found.other_end])


def json_line(trace: Trace, found: Diagnosis) -> str:
    """Write a diagnosis as one JSON object; times in seconds since the connection began."""
    steps = [
        {
            "time": None if step.time is None else (step.time - trace.start) / 1e9,
            "text": step.text,
            "frame": _frame_number(trace, step),
        }
        for step in found.steps
    ]
    causes = [
        {"key": cause.key, "title": cause.title, "strength": cause.strength.name.lower(), "evidence": cause.evidence}
        for cause in found.causes
    ]
    line: Json = {"version": VERSION, "type": "diagnosis", "connection": trace.number}
    line |= msgspec.to_builtins(found) | {"steps": steps, "causes": causes}
    return json.dumps(line, ensure_ascii=True)


def _frame_number(trace: Trace, step: Step) -> int | None:
    """Return the number that the table gives the step's frame; None for an event."""
    return None if step.row is None else trace.number_of(step.row) or None


def _try_words(item: Try) -> str:
    return item.text + (f"  (lesson: framescope lesson run {item.lesson})" if item.lesson else "")


def _part(name: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from ("", name)
        yield from (f"  {visible(line)}" for line in lines)
