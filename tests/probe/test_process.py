"""Does the probe process obey lines, answer only lines, and end when it should?"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from framescope.capture.reader import CaptureReader
from framescope.probe import process
from framescope.probe.link import encoder
from framescope.probe.messages import Asked, Command, Connect, ConnectOptions, Shutdown, StartDemo
from helpers.source import PROJECT

NOISY = """
import sys
from framescope.probe import host
plain = host.Host.hello
def hello(self):
    print("a library prints")
    import os
    os.write(1, b"and so does C code\\n")
    return plain(self)
host.Host.hello = hello
from framescope.probe.process import run_probe
from pathlib import Path
sys.exit(run_probe(Path(sys.argv[1])))
"""


class Probe:
    """A probe process over its pipes."""

    def __init__(self, folder: Path, *start: str) -> None:
        command = [sys.executable, *(start or ("-m", "framescope", "probe")), str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT / "app")}
        pipe = subprocess.PIPE
        self.child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)

    def write(self, data: bytes) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write(data)
        self.child.stdin.flush()

    def answer(self) -> Any:
        assert self.child.stdout is not None
        return json.loads(self.child.stdout.readline())

    def end(self) -> tuple[int, bytes, bytes]:
        """Close stdin and wait: exit code, the rest of stdout, stderr."""
        rest, errors = self.child.communicate(timeout=10)
        return self.child.returncode, rest, errors


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[Probe]:
    probe = Probe(tmp_path / "capture")
    hello = probe.answer()
    assert hello["type"] == "Hello" and hello["pid"] == probe.child.pid
    yield probe
    if probe.child.poll() is None:
        probe.child.kill()
        probe.child.communicate()


def line(number: int, command: Command) -> bytes:
    return encoder.encode(Asked(number, command)) + b"\n"


def test_it_ends_when_its_stdin_does(probe: Probe) -> None:
    assert probe.end() == (0, b"", b"")


def test_two_commands_in_one_write_and_one_in_two(probe: Probe) -> None:
    third = line(3, StartDemo())
    probe.write(line(1, StartDemo()) + line(2, StartDemo()) + third[:10])
    assert {probe.answer()["number"], probe.answer()["number"]} == {1, 2}
    probe.write(third[10:])
    assert probe.answer()["number"] == 3
    assert probe.end()[0] == 0


def test_garbage_is_answered_and_survived(probe: Probe) -> None:
    for garbage in (b"what?\n", b"\xff\xfe\n", b"\n"):
        probe.write(garbage)
        answer = probe.answer()
        assert (answer["type"], answer["number"]) == ("Refused", 0)
        assert answer["text"].startswith("not a command")
    probe.write(line(4, StartDemo()))
    assert probe.answer()["number"] == 4
    assert probe.end()[0] == 0


def test_shutdown_is_answered_and_ends_it_with_a_whole_capture(probe: Probe, tmp_path: Path) -> None:
    probe.write(line(1, StartDemo()))
    url = probe.answer()["url"]
    probe.write(line(2, Connect(ConnectOptions(url=url))))
    assert probe.answer()["connection"] == 1
    probe.write(line(3, Shutdown()))
    assert probe.answer() == {"type": "Done", "number": 3, "connection": 0, "url": ""}
    assert probe.end() == (0, b"", b"")
    reader = CaptureReader(tmp_path / "capture")
    assert 12 in reader.poll()["kind"] and reader.notes == []  # 12: ENDED
    reader.close()


def test_ctrl_c_is_the_windows_business_and_sigterm_ends_it(probe: Probe) -> None:
    probe.child.send_signal(signal.SIGINT)
    probe.write(line(1, StartDemo()))
    assert probe.answer()["number"] == 1
    probe.child.send_signal(signal.SIGTERM)
    assert probe.child.wait(10) == 0
    probe.end()


def test_what_libraries_print_is_no_answer(tmp_path: Path) -> None:
    probe = Probe(tmp_path / "capture", "-c", NOISY)
    assert probe.answer()["type"] == "Hello"
    code, rest, errors = probe.end()
    assert (code, rest) == (0, b"")
    assert b"a library prints" in errors and b"and so does C code" in errors


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, rest, errors = Probe(tmp_path / "file").end()
    assert (code, rest) == (1, b"")
    assert errors.startswith(b"Cannot record into ") and errors.count(b"\n") == 1


@pytest.mark.parametrize("size", [1, 7, 64 * 1024])
def test_lines_are_put_together_from_any_reads(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"one\n\ntwo" + b"x" * 200_000 + b"\nend\nof no line"
    reads = iter([content[start : start + size] for start in range(0, len(content), size)] + [b""])
    monkeypatch.setattr(process, "os", SimpleNamespace(read=lambda *_: next(reads)))

    async def work() -> list[bytes | None]:
        lines: asyncio.Queue[bytes | None] = asyncio.Queue()
        thread = threading.Thread(target=process._read_lines, args=(asyncio.get_running_loop(), lines))
        thread.start()
        got = [await lines.get()]
        while got[-1] is not None:
            got.append(await lines.get())
        thread.join()
        return got

    assert asyncio.run(work()) == [b"one", b"", b"two" + b"x" * 200_000, b"end", None]


def test_answers_to_nobody_stall_nothing() -> None:
    reading, writing = os.pipe()
    answers = process._AnswerWriter(writing)
    os.close(reading)
    answers.put(process.Refused(1, "x"))
    answers.put(process.Refused(2, "y"))
    answers.close()
    os.close(writing)
