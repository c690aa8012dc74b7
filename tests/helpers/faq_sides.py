"""How do our client and our server meet a real peer in a process of its own, and how do they end?"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest

from framescope.engine.close import ConnectionClosedError
from framescope.net.client import connect
from framescope.net.connection import Connection, ServerConnection
from framescope.net.server import Server, serve
from helpers.loops import until
from helpers.middlebox import Middlebox
from helpers.peer_process import PeerProcess

NO_CLOSE = "no close frame received or sent"
NO_PONG = "sent 1011 (internal error) keepalive ping timeout; no close frame received"


def port_of(server: Server) -> int:
    """Return the port of a server that listens on one address."""
    port: int = server.sockets[0].getsockname()[1]
    return port


@contextlib.asynccontextmanager
async def with_peer(
    side: str,
    folder: Path,
    *,
    peer: dict[str, Any] | None = None,
    idle: float | None = None,
    is_direct: bool = False,
    **ours: Any,
) -> AsyncIterator[tuple[Connection, PeerProcess, Middlebox]]:
    """Yield our connection, which is the `side` of the two, the process at its other end, and the relay between.

    The peer echoes, or does as its options say. `idle`: seconds after which the relay cuts; `is_direct`: nothing
    stands between the two.
    """
    async with contextlib.AsyncExitStack() as stack:
        if side == "client":
            process = await started(folder, "websockets", echo=True, ping_interval=None, **peer or {})
            stack.enter_context(process)
            middle = await stack.enter_async_context(Middlebox(process.port, idle=idle))
            url = f"ws://127.0.0.1:{process.port if is_direct else middle.port}/"
            yield await stack.enter_async_context(connect(url, compression=None, **ours)), process, middle
            return
        accepted: asyncio.Future[ServerConnection] = asyncio.get_running_loop().create_future()
        done = asyncio.Event()
        stack.callback(done.set)

        async def handler(connection: ServerConnection) -> None:
            accepted.set_result(connection)
            await done.wait()

        server = await stack.enter_async_context(serve(handler, "127.0.0.1", 0, compression=None, **ours))
        stack.callback(done.set)
        middle = await stack.enter_async_context(Middlebox(port_of(server), idle=idle))
        port = port_of(server) if is_direct else middle.port
        process = await started(folder, "client", url=f"ws://127.0.0.1:{port}/", **peer or {})
        stack.enter_context(process)
        yield await accepted, process, middle


async def started(folder: Path, kind: str, **options: Any) -> PeerProcess:
    """Start a peer without holding up the loop: it may want to talk to a server of ours."""
    return await asyncio.get_running_loop().run_in_executor(
        None, functools.partial(PeerProcess, folder, kind, **options)
    )


async def end_of(receiving: Awaitable[object]) -> ConnectionClosedError:
    """Await what is to raise `ConnectionClosedError`, and return that."""
    with pytest.raises(ConnectionClosedError) as raised:
        await receiving
    return raised.value


async def kill(process: PeerProcess, connection: Connection, *, is_reset: bool) -> None:
    """Kill the peer as `kill -9` does. What it has not read makes its kernel send a reset in place of a FIN."""
    if is_reset:
        process.pause()
        connection.driver.ping(b"unread")
        await until(lambda: connection.driver.engine.outbox.size == 0)
    process.kill()
