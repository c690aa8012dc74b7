"""How is a group of cut cases played in a process of its own? It leaves the capture and the connections' numbers.

Run as `python -m helpers.corpus.cut_child GROUP FOLDER`, in the folder tests; it prints how each case ended, and
diagnoses nothing. A group that needs a network of its own is run behind `namespace.inside`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from helpers import namespace
from helpers.corpus import cut_alone, second_alone
from helpers.corpus.play import line
from helpers.corpus.stage import Case, Stage, played

NUMBERS = "numbers.json"
WALLED = cut_alone.WALLED | second_alone.WALLED
LOCAL = cut_alone.LOCAL | second_alone.LOCAL


async def play(cases: list[Case], folder: Path) -> list[int]:
    async with Stage(folder) as stage:
        numbers = await played(cases, stage)
        for case, number in zip(cases, numbers, strict=True):
            sys.stdout.write(line(case, stage.trace(number)) + "\n")
    return numbers


def main(group: str, folder: Path) -> None:
    if group in WALLED:
        namespace.build()
    numbers = asyncio.run(play((WALLED | LOCAL)[group], folder))
    (folder / NUMBERS).write_text(json.dumps(numbers), encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
