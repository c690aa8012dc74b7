"""How do a connection of ours and one of `websockets` meet? Over loopback, ours as the client or as the server."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
import websockets.asyncio.client
import websockets.asyncio.server

from framescope.net.client import connect
from framescope.net.server import serve
from helpers.raw_peers import Certificates

each_side = pytest.mark.parametrize("side", ["client", "server"])


@contextlib.asynccontextmanager
async def joined(side: str, *, is_secure: bool = False, theirs: dict[str, Any] | None = None, **ours: Any) -> Any:
    """Yield (our connection, theirs); ours is the `side` of the two."""
    arrived = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def handler(connection: Any) -> None:
        arrived.set_result(connection)
        await done.wait()

    listen, dial = (
        (websockets.asyncio.server.serve, connect)
        if side == "client"
        else (
            serve,
            websockets.asyncio.client.connect,
        )
    )
    certificates = Certificates.make() if is_secure else None
    server_options = {**(ours if side == "server" else theirs or {}), "ssl": certificates and certificates.server}
    client_options = {**(ours if side == "client" else theirs or {}), "ssl": certificates and certificates.client()}
    async with listen(handler, "127.0.0.1", 0, **server_options) as server:  # type: ignore[operator]
        port = server.sockets[0].getsockname()[1]
        async with dial(f"{'wss' if is_secure else 'ws'}://localhost:{port}/", **client_options) as connected:
            accepted = await arrived
            try:
                yield (connected, accepted) if side == "client" else (accepted, connected)
            finally:
                done.set()
