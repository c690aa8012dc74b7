"""Is a line seen at once, and a reader that has left told as such?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from framescope.commands.lines_out import NobodyReads, OutputLost, to_stdout


def test_a_line_is_not_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as out, os.fdopen(reading) as seen:
        monkeypatch.setattr("sys.stdout", out)
        to_stdout("now")
        assert seen.readline() == "now\n"


def test_a_reader_that_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    out = os.fdopen(writing, "w")
    monkeypatch.setattr("sys.stdout", out)
    with pytest.raises(NobodyReads):
        to_stdout("to nobody")
    with pytest.raises(BrokenPipeError):
        out.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115  # closing it fails, too
    monkeypatch.setattr("sys.stdout", out)
    with pytest.raises(OutputLost, match="No space left"):
        to_stdout("too much")
    with pytest.raises(OSError, match="No space left"):
        out.close()
