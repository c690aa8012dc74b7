"""How do our connections and those of another implementation meet, one after the other, over loopback?"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from framescope.engine.deflate import DeflateOffer
from framescope.engine.events import Event
from framescope.engine.frames import RSV1, Frame
from framescope.engine.http import Request, Response
from framescope.engine.opening import plain_response
from framescope.net.client import connect
from framescope.net.connection import Connection, ServerConnection
from framescope.net.server import serve
from framescope.net.tap import NoTap
from framescope.tasks import Tasks
from helpers import echo_agents, node_peers

NODE = ("ws", "undici", "chromium")  #: peers that are processes of their own


class FrameTap(NoTap):
    """Keeps the first byte of every data frame that the peer sent."""

    def __init__(self) -> None:
        self.firsts: list[int] = []

    def events(self, events: Sequence[Event], time_ns: int) -> None:
        self.firsts += [event.first for event in events if isinstance(event, Frame) and not event.first & 0x08]

    @property
    def compressed(self) -> int:
        """How many of them began a compressed message."""
        return sum(1 for first in self.firsts if first & RSV1)


class Met(NamedTuple):
    """One connection of ours to an agent, and how the agent saw the one before end."""

    connection: Connection
    before: dict[str, Any] | None


class Meeting:
    """One peer, and our connections to it: `async with meeting.next() as (connection, before)`."""

    def __init__(self, make: Callable[[], contextlib.AbstractAsyncContextManager[Connection]]) -> None:
        self._make = make

    @contextlib.asynccontextmanager
    async def next(self) -> AsyncIterator[Met]:
        """Yield the next connection; its first message is the agent's report."""
        async with self._make() as connection:
            yield Met(connection, json.loads(await connection.recv(True)))


def agreed(connection: Connection) -> str:
    """Return the extension that the handshake agreed on, as it stood on the wire."""
    assert connection.response is not None
    return connection.response.headers.get("Sec-WebSocket-Extensions", "")


async def order(connection: Connection, do: str, **details: Any) -> None:
    """Tell the agent to do something."""
    await connection.send("!" + json.dumps({"do": do, **details}))


@contextlib.asynccontextmanager
async def our_client(peer: str, deflate: DeflateOffer | None) -> AsyncIterator[Meeting]:
    """Meet as clients a server of the peer."""
    options: dict[str, Any] = {"extensions": [deflate] if deflate else None, "compression": None, "max_size": None}
    if peer in NODE:
        serving = node_peers.serve_node(deflate)
    else:
        serving = echo_agents.SERVERS[peer](echo_agents.Agent(), deflate)
    async with serving as port:
        yield Meeting(lambda: connect(f"ws://127.0.0.1:{port}/", tap=FrameTap(), **options))


@contextlib.asynccontextmanager
async def our_server(peer: str, deflate: DeflateOffer | None, folder: Path) -> AsyncIterator[Meeting]:
    """Meet as a server a client of the peer, which connects again and again; `folder` is for what it writes."""
    arrived: asyncio.Queue[tuple[ServerConnection, asyncio.Event] | None] = asyncio.Queue()

    async def handle(connection: ServerConnection) -> None:
        is_done = asyncio.Event()
        arrived.put_nowait((connection, is_done))
        await is_done.wait()

    @contextlib.asynccontextmanager
    async def accepted() -> AsyncIterator[ServerConnection]:
        arrival = await arrived.get()
        assert arrival is not None, f"{peer} has ended"
        connection, is_done = arrival
        try:
            yield connection
        finally:
            is_done.set()

    def make(*args: Any, **options: Any) -> ServerConnection:
        return ServerConnection(*args, tap=FrameTap(), **options)

    tasks = Tasks(peer)
    options: dict[str, Any] = {"extensions": [deflate] if deflate else None, "compression": None, "max_size": None}
    options |= {"create_connection": make, "process_request": page}
    async with serve(handle, "127.0.0.1", 0, **options) as server:
        port = server.sockets[0].getsockname()[1]
        if peer in NODE:
            client = node_peers.connect_node(peer, port, deflate, folder)
        else:
            client = echo_agents.CLIENTS[peer](echo_agents.Agent(), f"ws://127.0.0.1:{port}/", deflate)
        running = tasks.start(client, "client")
        running.add_done_callback(lambda _: arrived.put_nowait(None))
        try:
            yield Meeting(accepted)
            if peer != "chromium":  # a headless browser has no last window to end with
                await running
        finally:
            await tasks.cancel()


def page(_: ServerConnection, request: Request) -> Response | None:
    """Answer a browser's request for the page that runs its agent."""
    if "Upgrade" in request.headers:
        return None
    if request.path != "/":
        return plain_response(404, "not found")
    response = plain_response(200, node_peers.page())
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response
