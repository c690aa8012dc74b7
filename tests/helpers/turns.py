"""How does a test decide in which turn of the loop a message comes and a time limit expires? Both by counting."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

from framescope.engine.frames import FIN, Opcode, serialise
from framescope.net.client import connect
from framescope.net.connection import Connection, ServerConnection
from framescope.net.server import serve
from helpers.raw_peers import Peer, raw_server

REQUEST = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
MASK = b"\xa1\xb2\xc3\xd4"


class Turns:
    """The running loop's clock, stopped: it moves on by `length` seconds with each turn that the test takes."""

    length = 2.0**-14

    def __init__(self) -> None:
        self._loop: Any = asyncio.get_running_loop()
        self._real = self._loop.time
        self._now = float(int(self._real()))  # so that sums are exact
        self._loop.time = lambda: self._now

    def release(self) -> None:
        """Let the loop's clock run again."""
        self._loop.time = self._real

    async def next(self) -> None:
        """Take one turn of the loop."""
        self._now += self.length
        await asyncio.sleep(0)


Send = Callable[..., None]


@contextlib.asynccontextmanager
async def stepped(side: str) -> AsyncIterator[tuple[Connection, Send, Turns]]:
    """Yield our connection, the `side` of two, what sends it a text from a raw peer at once, and the loop's turns."""
    async with contextlib.AsyncExitStack() as stack:
        if side == "client":
            peers: list[Peer] = []
            gone = asyncio.Event()

            async def conduct(peer: Peer) -> None:
                await peer.upgrade()
                peers.append(peer)
                await gone.wait()

            port = await stack.enter_async_context(raw_server(conduct))
            stack.callback(gone.set)
            ours: Connection = await connect(f"ws://127.0.0.1:{port}/", ping_interval=None, close_timeout=0.1)
            while not peers:
                await asyncio.sleep(0)
            write: Callable[[bytes], object] = peers[0].writer.write
            mask = None
        else:
            accepted: asyncio.Future[ServerConnection] = asyncio.get_running_loop().create_future()

            async def handler(connection: ServerConnection) -> None:
                accepted.set_result(connection)
                await connection.wait_closed()

            server = await stack.enter_async_context(
                serve(handler, "127.0.0.1", 0, ping_interval=None, close_timeout=0.1)
            )
            sock = stack.enter_context(socket.create_connection(server.sockets[0].getsockname()))
            sock.sendall(REQUEST)
            ours, write, mask = await accepted, sock.send, MASK

        def send(text: str = "", *, first: int = FIN | Opcode.TEXT) -> None:
            write(serialise(first, text.encode(), mask))

        turns = Turns()
        try:
            yield ours, send, turns
        finally:
            turns.release()
            await ours.close()
