"""Does the command print what happens, send what it should, and give a verdict?"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from framescope.capture.reader import CaptureReader
from framescope.commands import row_printer
from framescope.commands.connect import connect
from framescope.net.connection import ServerConnection
from framescope.net.server import Server, serve
from framescope.session.options import ConnectOptions
from helpers.loops import in_loop, until
from helpers.raw_peers import Peer, free_port, raw_server


def chosen(**given: Any) -> argparse.Namespace:
    return argparse.Namespace(**({"record": None, "json": True, "send": [], "seconds": None} | given))


def options(port: int, **given: Any) -> ConnectOptions:
    return ConnectOptions(url=f"ws://127.0.0.1:{port}/", **given)


def port_of(server: Server) -> int:
    return int(server.sockets[0].getsockname()[1])


Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    printed: list[str] = []
    monkeypatch.setattr(row_printer.RowPrinter.__init__, "__kwdefaults__", {"write": printed.append})
    return lambda: [json.loads(line) for line in printed]


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)
        if message == "last":
            await connection.close(1000, "all said")


@in_loop
async def test_messages_go_out_in_order_and_everything_is_printed(lines: Lines, tmp_path: Path) -> None:
    folder = tmp_path / "recording"
    async with serve(echo, "127.0.0.1", 0, compression=None) as server:
        said = chosen(send=["first", "last"], record=folder)
        assert await connect(options(port_of(server)), said) == 0
    frames = [line for line in lines() if line["type"] == "frame" and line["opcode"] == "text"]
    for direction in ("sent", "received"):
        assert [line["text"] for line in frames if line["direction"] == direction] == ["first", "last"]
    assert (lines()[-1]["type"], lines()[-1]["code"], lines()[-1]["by_peer"]) == ("closed", 1000, True)
    reader = CaptureReader(folder)
    assert len(reader.poll()) > 4 and reader.notes == []
    reader.close()


@in_loop
async def test_seconds_close_with_1000(lines: Lines) -> None:
    async with serve(echo, "127.0.0.1", 0) as server:
        assert await connect(options(port_of(server)), chosen(seconds=0.1)) == 0
    assert (lines()[-1]["code"], lines()[-1]["by_peer"]) == (1000, False)


@in_loop
async def test_seconds_that_pass_before_it_is_open_are_a_bad_end(lines: Lines) -> None:
    async with raw_server(mute) as port:
        assert await connect(options(port), chosen(seconds=0.1)) == 1
    assert lines()[-1]["sentence"] == "Given up before the connection was open."


async def mute(peer: Peer) -> None:
    """Take the connection, and never answer."""
    while await peer.reader.read(65536):
        pass


async def silent(peer: Peer) -> None:
    """Complete the handshake, then read and say nothing."""
    await peer.upgrade()
    while await peer.reader.read(65536):
        pass


@in_loop
async def test_ctrl_c_closes_and_a_second_one_does_not_wait(lines: Lines) -> None:
    async with raw_server(silent) as port:
        work = asyncio.ensure_future(connect(options(port, close_timeout=25.0), chosen()))
        await until(lambda: any("101" in line.get("event", "") for line in lines()))
        os.kill(os.getpid(), signal.SIGINT)
        await until(lambda: any(line.get("opcode") == "close" for line in lines()))
        started = time.monotonic()
        os.kill(os.getpid(), signal.SIGINT)
        assert await work == 1
        assert time.monotonic() - started < 5


@in_loop
async def test_a_refusal_is_a_bad_end_with_words(lines: Lines) -> None:
    assert await connect(options(free_port()), chosen()) == 1
    end = lines()[-1]
    assert (end["type"], end["code"]) == ("closed", None)
    assert "Refused" in end["sentence"] and end["advice"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"headers": [("A b", "c")]}, "A b"),
        ({"url": "wss://127.0.0.1", "ca_file": "/no/such"}, "/no/such cannot be read"),
    ],
)
@in_loop
async def test_bad_options_are_said(capsys: pytest.CaptureFixture[str], given: dict[str, Any], words: str) -> None:
    assert await connect(ConnectOptions(**({"url": "ws://127.0.0.1"} | given)), chosen()) == 2
    assert words in capsys.readouterr().err


@in_loop
async def test_a_recording_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "recording"
    assert await connect(options(free_port()), chosen(record=folder, json=False)) == 1
    before = (folder / "index").read_bytes()
    assert await connect(options(free_port()), chosen(record=folder)) == 2
    assert "holds a capture already" in capsys.readouterr().err
    assert (folder / "index").read_bytes() == before


@in_loop
async def test_a_folder_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert await connect(options(1), chosen(record=tmp_path / "file" / "recording")) == 2
    assert "cannot record into" in capsys.readouterr().err


@in_loop
async def test_a_recording_that_stops_is_told_at_once(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("framescope.capture.output.MINIMUM_FREE", 1 << 62)

    async with serve(echo, "127.0.0.1", 0) as server:
        assert await connect(options(port_of(server)), chosen(seconds=0.2)) == 0
    told = [line for line in capfd.readouterr().err.splitlines() if "Recording" in line]
    assert len(told) == 1
    assert told[0].startswith("framescope: Recording stopped: only ") and told[0].endswith("are not printed either.")
