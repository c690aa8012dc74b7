"""How does a test run the whole program as from a terminal, and read what it recorded? Offscreen, as a child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Self

import psutil

from framescope.analysis.book import TraceBook
from framescope.analysis.trace import Trace
from framescope.capture.details import EndInfo
from framescope.capture.reader import CaptureReader
from framescope.engine.frames import Opcode
from helpers.source import PROJECT

PATIENCE = 60.0  #: s


def program(*arguments: str) -> list[str]:
    """The command line of the program as it stands in the project."""
    return [sys.executable, "-m", "framescope", *arguments]


def environment(folder: Path) -> dict[str, str]:
    """The program's surroundings: offscreen, and its captures below `folder`."""
    return {
        **os.environ,
        "PYTHONPATH": str(PROJECT / "app"),
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_DATA_HOME": str(folder),
        "XDG_STATE_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }


def run_program(folder: Path, *arguments: str, patience: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    """Run a sub-command to its end."""
    return subprocess.run(
        program(*arguments),
        cwd=PROJECT,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )


def wait_for(holds: Callable[[], object], what: str, patience: float = PATIENCE) -> float:
    """Wait until `holds`; return how long it took (s)."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < patience, f"waited {patience} s in vain for {what}"
        time.sleep(0.01)
    return time.monotonic() - began


class Recorded(NamedTuple):
    """What a capture says of a connection."""

    frames: int
    sent_codes: list[int]  #: of Close frames
    received_codes: list[int]
    end: EndInfo | None


def capture_folders(folder: Path) -> list[Path]:
    """Find the captures below a folder, oldest first."""
    return sorted(path.parent for path in folder.rglob("index"))


def read_captures(folder: Path) -> list[Recorded]:
    """Read every connection of the captures below a folder, as they stand."""
    found = []
    for capture in capture_folders(folder):
        reader = CaptureReader(capture)
        book = TraceBook(reader)
        while book.poll():
            pass
        found += [_recorded(trace) for _, trace in sorted(book.traces.items())]
        reader.close()
        assert not book.traces or reader.notes == [], reader.notes
    return found


def _recorded(trace: Trace) -> Recorded:
    codes: dict[bool, list[int]] = {True: [], False: []}
    for sent, lane in trace.lanes.items():
        for row, opcode in zip(lane.rows[:], lane.opcodes[:], strict=True):
            if opcode == Opcode.CLOSE:
                codes[sent].append(int.from_bytes(trace.payload(int(row))[:2], "big"))
    ended = trace.story.ended
    return Recorded(trace.frame_count, codes[True], codes[False], None if ended is None else ended.info)


class ServeProcess:
    """`framescope serve` on a free port; `with` ends it as Ctrl+C does."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            program("serve", "--port", "0", *arguments),
            cwd=PROJECT,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.said = self._process.stdout.readline()
        self.url = self.said.split()[-1]
        self.port = int(self.url.rpartition(":")[2].partition("/")[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self.exit_code = self._process.wait(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()


class WindowProcess:
    """The window in a process of its own, in a process group of its own, as a shell starts it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._folder = folder
        self._output = (folder / "output.txt").open("w+")
        self.process = subprocess.Popen(
            program(*arguments),
            cwd=PROJECT,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._output.close()

    @property
    def output(self) -> str:
        """What the program has said so far."""
        return (self._folder / "output.txt").read_text(encoding="utf-8")

    def children(self) -> list[psutil.Process]:
        """The processes that it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def wait_for_frames(self, count: int) -> None:
        """Wait until frames were recorded."""
        wait_for(lambda: any(story.frames >= count for story in read_captures(self._folder)), "frames")

    def interrupt(self) -> None:
        """Do as Ctrl+C in a terminal: every process of the foreground group gets SIGINT."""
        os.killpg(self.process.pid, signal.SIGINT)


def has_ended(process: psutil.Process) -> bool:
    """Tell whether a process is gone; one that only waits for its parent to look is."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
