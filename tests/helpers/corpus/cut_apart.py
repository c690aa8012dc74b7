"""How are the cases judged that were played in processes of their own? From the captures that these leave."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from framescope.analysis.book import TraceBook
from framescope.capture.reader import CaptureReader
from helpers import namespace
from helpers.corpus.cut_child import NUMBERS, WALLED
from helpers.corpus.stage import Case, Judgement, judged_traces
from helpers.source import PACKAGE, PROJECT, TESTS

AT_ONCE = 3  #: processes: the machine is small
LONGEST = 90.0  #: s that one of them may take


def judged_apart(groups: Mapping[str, Sequence[Case]], folder: Path) -> list[Judgement]:
    """Play the groups, a few at once, each in a process of its own; then diagnose what they have recorded."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        folders = list(pool.map(lambda group: played_apart(group, folder), groups))
    judgements = []
    for cases, place in zip(groups.values(), folders, strict=True):
        numbers = json.loads((place / NUMBERS).read_text(encoding="ascii"))
        with contextlib.closing(CaptureReader(place / "capture")) as reader:
            judgements += judged_traces(cases, numbers, TraceBook(reader))
    return judgements


def played_apart(group: str, folder: Path) -> Path:
    """Play one group; return the folder where its capture is. AssertionError with what was said if that fails."""
    place = folder / group
    place.mkdir()
    command = [sys.executable, "-m", "helpers.corpus.cut_child", group, str(place)]
    path = os.pathsep.join(map(str, (PACKAGE.parent, TESTS)))
    with subprocess.Popen(
        namespace.inside(command) if group in WALLED else command,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with its peers
            raise
    assert process.returncode == 0, f"{group}: {said}"
    return place
