"""How do the corpus's cases end on the wire? Plays those whose names hold a word, and prints it; diagnoses nothing.

Run as `python -m helpers.corpus.play LIST [WORD]`, in the folder tests; LIST is middle or cut.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
from pathlib import Path

from framescope.analysis.trace import Trace
from helpers.corpus.stage import Case, Stage, ended_otherwise, played


def line(case: Case, trace: Trace) -> str:
    """Say when and how the connection ended, and when something last passed before."""
    ended = trace.story.ended
    assert ended is not None
    info = ended.info
    age = (ended.time - trace.start) / 1e9
    totals = trace.story.totals
    told = [f"{case.name:<55}{case.expected:<20}{age:6.2f} s  {info.ending}{' by the peer' if info.by_peer else ''}"]
    told += [f"    {info.exception}: {info.sentence}  [{info.error}]"]
    told += [f"    frames: {totals.sent_frames} sent, {totals.received_frames} received"]
    return "\n".join(told + [f"    NOT AS STAGED: {fault}" for fault in [ended_otherwise(case, trace)] if fault])


async def play(cases: list[Case], folder: Path) -> None:
    async with Stage(folder) as stage:
        numbers = await played(cases, stage)
        for case, number in zip(cases, numbers, strict=True):
            sys.stdout.write(line(case, stage.trace(number)) + "\n")


def main(name: str, word: str = "") -> None:
    cases: list[Case] = importlib.import_module(f"helpers.corpus.{name}").CASES
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play([case for case in cases if word in case.name], Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
