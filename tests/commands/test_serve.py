"""Does the server of the command line say where it is, echo or feed, and end when asked?"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import socket
from typing import Any

import pytest

from framescope.commands import serve as serve_module
from framescope.commands.serve import serve
from framescope.net.client import connect
from helpers.loops import in_loop, until


def chosen(**given: Any) -> argparse.Namespace:
    usual = {"demo": False, "echo": True, "host": "127.0.0.1", "port": 0, "seconds": None}
    return argparse.Namespace(**(usual | given))


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(serve_module, "to_stdout", lines.append)
    return lines


def url_in(lines: list[str]) -> str:
    found = re.search(r"ws://\S+", lines[0])
    assert found is not None
    return found[0]


@in_loop
async def test_it_echoes_until_a_signal(lines: list[str]) -> None:
    serving = asyncio.ensure_future(serve(chosen()))
    await until(lambda: lines)
    async with connect(url_in(lines)) as connection:
        await connection.send("text")
        await connection.send(b"bytes")
        assert [await connection.recv(), await connection.recv()] == ["text", b"bytes"]
    os.kill(os.getpid(), signal.SIGTERM)
    assert await serving == 0


@in_loop
async def test_the_demo_feed_speaks(lines: list[str]) -> None:
    serving = asyncio.ensure_future(serve(chosen(demo=True)))
    await until(lambda: lines)
    async with connect(url_in(lines)) as connection:
        assert "tick" in str(await connection.recv())
    os.kill(os.getpid(), signal.SIGINT)
    assert await serving == 0


@pytest.mark.parametrize("is_demo", [True, False])
@in_loop
async def test_seconds_end_it(lines: list[str], is_demo: bool) -> None:
    assert await serve(chosen(demo=is_demo, seconds=0.01)) == 0
    assert len(lines) == 1


@pytest.mark.parametrize("is_demo", [True, False])
@in_loop
async def test_a_taken_port_is_said_in_words(capsys: pytest.CaptureFixture[str], is_demo: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert await serve(chosen(demo=is_demo, port=port)) == 1
    assert f"Port {port} is taken" in capsys.readouterr().err
