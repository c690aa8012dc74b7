"""Does a broadcast reach every open connection, wait for none, and say whom it left out?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from framescope.engine.errors import ConcurrencyError
from framescope.engine.state import State
from framescope.net.broadcast import broadcast
from framescope.net.client import connect
from framescope.net.connection import ClientConnection, ServerConnection
from framescope.net.server import serve
from helpers.joined import each_side, joined
from helpers.loops import in_loop, until


@contextlib.asynccontextmanager
async def crowd(count: int) -> AsyncIterator[tuple[set[ServerConnection], list[ClientConnection]]]:
    """Yield a server's connections and their clients."""
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(serve(lambda one: one.wait_closed(), "127.0.0.1", 0))
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        clients = [await stack.enter_async_context(connect(url)) for _ in range(count)]
        await until(lambda: len(server.connections) == count)
        yield server.connections, clients


@pytest.mark.parametrize(
    ("message", "text", "received"),
    [
        ("ä", None, "ä"),
        (b"\xc3\xa4", None, b"\xc3\xa4"),
        ("ä", False, b"\xc3\xa4"),
        (bytearray(b"\xc3\xa4"), True, "ä"),
        (memoryview(b"x"), None, b"x"),
    ],
)
@in_loop
async def test_everyone_receives_it(message: Any, text: bool | None, received: str | bytes) -> None:
    async with crowd(3) as (connections, clients):
        broadcast(connections, message, text=text)
        assert [await client.recv() for client in clients] == [received] * 3


@each_side
@in_loop
async def test_both_sides_can_broadcast(side: str) -> None:
    async with joined(side) as (ours, theirs):
        broadcast([ours], "hello")
        assert await theirs.recv() == "hello"


@in_loop
async def test_what_is_not_open_is_left_out_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    async with crowd(2) as (connections, clients):
        await clients[0].close()
        await until(lambda: sum(one.state is State.OPEN for one in connections) == 1)
        broadcast(connections, "hello", raise_exceptions=True)
        assert await clients[1].recv() == "hello"
    assert "skipped" not in caplog.text


@in_loop
async def test_a_fragmented_message_is_not_interrupted(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "framescope")
    gate = asyncio.Event()

    async def fragments() -> AsyncIterator[str]:
        yield "frag"
        await gate.wait()
        yield "ments"

    async with crowd(1) as (connections, (client,)):
        (connection,) = connections
        sending = asyncio.gather(connection.send(fragments()))
        await until(lambda: connection.outlet.is_fragmenting)
        broadcast(connections, "between")
        assert caplog.messages == ["skipped broadcast: sending a fragmented message"]
        with pytest.raises(ExceptionGroup, match="skipped broadcast") as raised:
            broadcast(connections, "between", raise_exceptions=True)
        (failure,) = raised.value.exceptions
        assert isinstance(failure, ConcurrencyError)
        assert str(failure) == "sending a fragmented message"
        gate.set()
        await sending
        assert await client.recv() == "fragments"
    assert len(caplog.messages) == 1


@in_loop
async def test_one_that_fails_does_not_keep_the_others_from_theirs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("no room")

    async with crowd(2) as (connections, clients):
        broken = next(one for one in connections if one.remote_address == clients[0].local_address)
        monkeypatch.setattr(broken.outlet, "push", fail)
        broadcast(connections, "hello")
        assert caplog.messages == ["skipped broadcast: failed to write message: OSError: no room"]
        with pytest.raises(ExceptionGroup) as raised:
            broadcast(connections, "again", raise_exceptions=True)
        (failure,) = raised.value.exceptions
        assert str(failure) == "failed to write message"
        assert isinstance(failure.__cause__, OSError)
        assert [await clients[1].recv() for _ in range(2)] == ["hello", "again"]


@pytest.mark.parametrize("message", [7, None, ["a"], {"a": 1}])
def test_what_cannot_be_sent(message: Any) -> None:
    with pytest.raises(TypeError, match="data must be str or bytes"):
        broadcast([], message)


@in_loop
async def test_nobody_is_waited_for() -> None:
    async with crowd(1) as (connections, (client,)):
        for _ in range(40):
            broadcast(connections, random.randbytes(200_000))
        (connection,) = connections
        assert connection.transport.get_write_buffer_size() > 1_000_000
        for _ in range(40):
            await client.recv()
