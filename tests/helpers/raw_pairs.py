"""How does a connection of ours, client or server, meet a peer that a test conducts by hand, with or without TLS?"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from framescope.net.client import connect
from framescope.net.connection import Connection, ServerConnection
from framescope.net.server import serve
from framescope.net.tap import Tap
from helpers.raw_peers import Certificates, Peer, raw_server
from helpers.turns import REQUEST

Conduct = Callable[[Peer], Awaitable[object]]


@contextlib.asynccontextmanager
async def conducted(
    side: str, conduct: Conduct, *, is_secure: bool = False, **options: Any
) -> AsyncIterator[Connection]:
    """Yield our connection, the `side` of two; the peer does the opening handshake, then `conduct`."""
    certificates = Certificates.make() if is_secure else None
    options = {"compression": None, **options}
    async with contextlib.AsyncExitStack() as stack:
        if side == "client":

            async def conduct_server(peer: Peer) -> None:
                await peer.upgrade()
                await conduct(peer)

            server = certificates and certificates.server
            port = await stack.enter_async_context(raw_server(conduct_server, server))
            url = f"{'wss' if is_secure else 'ws'}://localhost:{port}/"
            context = certificates and certificates.client()
            yield await stack.enter_async_context(connect(url, ssl=context, **options))
            return
        accepted: asyncio.Future[ServerConnection] = asyncio.get_running_loop().create_future()
        done = asyncio.Event()

        async def handler(connection: ServerConnection) -> None:
            accepted.set_result(connection)
            await done.wait()

        context = certificates and certificates.server
        listening = await stack.enter_async_context(serve(handler, "127.0.0.1", 0, ssl=context, **options))
        stack.callback(done.set)
        port = listening.sockets[0].getsockname()[1]
        context = certificates and certificates.client()
        reader, writer = await asyncio.open_connection("localhost", port, ssl=context)
        stack.callback(writer.transport.abort)
        writer.write(REQUEST)
        await reader.readuntil(b"\r\n\r\n")
        conducting = asyncio.ensure_future(conduct(Peer(reader, writer)))
        stack.callback(conducting.cancel)
        yield await accepted


def watched_by(tap: Tap, side: str) -> dict[str, Any]:
    """Return the options that have our client, or the connections of our server, tell `tap`."""
    if side == "client":
        return {"tap": tap}

    def create(*args: Any, **options: Any) -> ServerConnection:
        return ServerConnection(*args, tap=tap, **options)

    return {"create_connection": create}


async def never_read(peer: Peer) -> None:
    """Keep the connection open, and read nothing any more."""
    peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.Event().wait()
