"""Are sockets watched alike on every loop: asyncio's, the window's, and uvloop's?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from framescope.engine.close import ConnectionClosedError
from framescope.net.client import connect
from framescope.net.server import serve
from helpers.raw_peers import Certificates, Peer, raw_server, silent_listener


async def silent(peer: Peer) -> None:
    await peer.upgrade()
    while await peer.reader.read(65536):
        pass


async def talk_and_leave() -> None:
    """Exchange messages by TLS, lose a silent peer, and time out while connecting."""

    async def echo(connection: Any) -> None:
        async for message in connection:
            await connection.send(message)

    certificates = Certificates.make()
    async with serve(echo, "localhost", 0, ssl=certificates.server) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"wss://localhost:{port}/", ssl=certificates.client()) as ours:
            for message in ("a", bytes(300_000)):
                await ours.send(message)
                assert await ours.recv() == message
            await (await ours.ping())
        assert ours.close_code == 1000
    async with raw_server(silent) as port:
        ours = await connect(f"ws://127.0.0.1:{port}/", ping_interval=0.05, ping_timeout=0.05, close_timeout=0.05)
        with pytest.raises(ConnectionClosedError, match="sent 1011"):
            await ours.recv()
    with silent_listener() as port, pytest.raises(TimeoutError):
        await connect(f"ws://127.0.0.1:{port}/", open_timeout=0.05)


def test_on_each_loop_of_ours(run_in_each_loop: Callable[[Any], Any]) -> None:
    run_in_each_loop(talk_and_leave())


@pytest.fixture(scope="session")
def new_uvloop() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return uvloop's factory, once libuv has opened the pipe that it keeps for the process's life."""
    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.get_loop()
    return uvloop.new_event_loop  # type: ignore[no-any-return]


def test_on_uvloop(new_uvloop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=new_uvloop) as runner:
        runner.run(talk_and_leave())
