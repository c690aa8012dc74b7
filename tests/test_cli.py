"""Do the command line's words become the options that are meant, and wrong ones a sentence?"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from framescope import cli
from framescope.capture.writer import CaptureWriter
from framescope.probe.messages import ConnectOptions
from helpers.captures import INFO, Player, Side, frame_bytes
from helpers.source import PROJECT


def options(*arguments: str) -> ConnectOptions:
    return cli._options(cli._parser().parse_args(["connect", *arguments]))


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["localhost:9001"], {"url": "ws://localhost:9001"}),
        (["feed.example"], {"url": "wss://feed.example"}),
        (["ws://x", "--header", "A: b", "--header", "C:d"], {"headers": [("A", "b"), ("C", "d")]}),
        (["ws://x", "--cookie", "a=b"], {"cookies": [("a", "b")]}),
        (["ws://x", "--subprotocols", "v2, v1"], {"subprotocols": ["v2", "v1"]}),
        (["ws://x", "--origin", "https://o"], {"origin": "https://o"}),
        (["ws://x", "--insecure"], {"is_verified": False}),
        (["ws://x", "--no-compression"], {"compression": None}),
        (
            ["ws://x", "--ping-interval", "none", "--ping-timeout", "200ms"],
            {"ping_interval": None, "ping_timeout": 0.2},
        ),
        (["ws://x", "--open-timeout", "2m", "--close-timeout", "1.5"], {"open_timeout": 120.0, "close_timeout": 1.5}),
    ],
)
def test_arguments_become_options(arguments: list[str], wanted: dict[str, Any]) -> None:
    found = options(*arguments)
    assert found == ConnectOptions(**({"url": "ws://x"} | wanted))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["connect", "http://x"], "Not a WebSocket address"),
        (["connect", ""], "Type an address"),
        (["connect", "ws://x", "--header", "no colon"], "has no colon"),
        (["connect", "ws://x", "--header", "A: b\nC: d"], "A line break cannot stand in a header"),
        (["connect", "ws://x", "--cookie", "a=b\r"], "A line break cannot stand in a header"),
        (["connect", "ws://x", "--ca-file", "/no/such/file"], "There is no file /no/such/file"),
        (["connect", "ws://x", "--ping-interval", "soon"], "“soon” is not a time"),
        (["connect", "ws://x", "--ping-interval", "0"], "ping_interval can be"),
        (["whatif", "folder"], "--ping-timeout"),
        (["whatif", "folder", "--ping-timeout", "5,none"], "“none” closes nothing"),
        (["whatif", "folder", "--ping-timeout", "5,soon"], "“soon” is not a time"),
        (["whatif", "folder", "--ping-timeout", "5", "--ping-interval", "1,0"], "0 is not from 0.001 to 86400 s"),
        (["serve", "--echo", "--port", "65536"], "“65536” is no port"),
        (["serve", "--echo", "--port", "-1"], "is no port"),
        (["serve"], "--echo --demo"),
        (["serve", "--echo", "--seconds", "nan"], "“nan” is not a time"),
        (["connect", "ws://x", "--seconds", "-1"], "“-1” is not a time"),
        (["connect", "ws://x", "--record", ""], "a folder needs a name"),
        (["connect", "ws://x", "--send", "\udcff"], "the one to send is not"),
        (["serve", "--echo", "--demo"], "not allowed with"),
        ([], "command"),
    ],
)
def test_wrong_arguments_are_said_and_end_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = cli.main(arguments)
    except SystemExit as end:  # argparse's way
        code = end.code
    assert code == 2
    assert words in capsys.readouterr().err


def test_times_with_commas_are_seconds() -> None:
    chosen = cli._parser().parse_args(["whatif", "folder", "--ping-timeout", "5, 200ms,2m"])
    assert (chosen.ping_timeout, chosen.ping_interval) == ([5.0, 0.2, 120.0], [])


def test_ctrl_c_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_chosen: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_serve", interrupted)
    assert cli.main(["serve", "--echo"]) == 130


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    writer = CaptureWriter(folder)
    number = writer.open_connection(INFO, 0)
    wires = [frame_bytes(b"%05d " % place * 40, first=0x81) for place in range(4000)]
    side = Side(b"", wires)
    Player(writer, number, False, side).read(len(side.stream), 5)
    writer.close()
    return folder


def test_a_reader_that_leaves_is_no_error(capture: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "app")}
    command = [sys.executable, "-m", "framescope", "frames", str(capture)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None and child.stderr is not None
        assert b"00000" in child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(10) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_output_that_cannot_be_written_is_told(capture: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "app")}
    command = [sys.executable, "-m", "framescope", "frames", str(capture)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, check=False, timeout=20)
    assert (done.returncode, done.stderr) == (
        1,
        b"framescope: the output cannot be written: No space left on device\n",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such shell there")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_output_is_no_fault(capture: Path, closed: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "app")}
    command = ["sh", "-c", f'"$0" -m framescope frames "$1" {closed}', sys.executable, str(capture)]
    done = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=20)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_without_arrows_gets_escapes(capture: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "app"), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "framescope", "frames", str(capture)]
    done = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=20)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u2193 text" in done.stdout
