"""How do `websockets` and `aiohttp` stand at the other end of an interop test? As echoing agents, servers or clients.

Every agent, also those of tests/helpers/node, does the same. On each connection it first says, as JSON, how the
one before ended ({"code", "reason"}, or null). Then it sends back what it receives, and obeys a text that begins
with "!": {"do": "fragments", "size"}: send what follows in fragments; "ping": ping, and say "pong:..." when the
answer is there; "close": close; "stop": a client connects no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import aiohttp
from aiohttp import WSMsgType, web
from websockets.asyncio import client, server
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

from framescope.engine.deflate import DeflateOffer

Data = str | bytes
Ended = dict[str, Any] | None
#: A server's port, while the block lasts.
Port = contextlib.AbstractAsyncContextManager[int]


class Wire(Protocol):
    """What an agent needs of its library's connection."""

    def messages(self) -> AsyncIterator[Data]: ...

    async def send(self, data: Data | list[Any]) -> None: ...

    async def ping(self, data: str) -> None: ...

    async def close(self, code: int, reason: str) -> None: ...

    def ended(self) -> Ended: ...


class Agent:
    """Attends one connection after the other."""

    def __init__(self) -> None:
        self._last: Ended = None
        self._lock = asyncio.Lock()  # the next connection is greeted when the one before has ended
        self.is_stopped = False

    async def attend(self, wire: Wire) -> None:
        async with self._lock:
            await wire.send(json.dumps(self._last))
            size = 0
            async for data in wire.messages():
                if isinstance(data, str) and data.startswith("!"):
                    order = json.loads(data[1:])
                    size = order.get("size", size)
                    await self._obey(wire, order)
                else:
                    parts = [data[start : start + size] for start in range(0, len(data), size)] if size else data
                    await wire.send(parts)
            self._last = wire.ended()

    async def _obey(self, wire: Wire, order: dict[str, Any]) -> None:
        if order["do"] == "ping":
            await wire.ping(order["data"])
        elif order["do"] == "close":
            await wire.close(order["code"], order["reason"])
        elif order["do"] == "stop":
            self.is_stopped = True


class WebsocketsWire:
    """A connection of `websockets`."""

    def __init__(self, connection: client.ClientConnection | server.ServerConnection) -> None:
        self._connection = connection
        self.send: Callable[[Data | list[Any]], Awaitable[None]] = connection.send
        self.close: Callable[[int, str], Awaitable[None]] = connection.close

    async def messages(self) -> AsyncIterator[Data]:
        with contextlib.suppress(ConnectionClosed):
            async for message in self._connection:
                yield message

    async def ping(self, data: str) -> None:
        await (await self._connection.ping(data))
        await self._connection.send(f"pong:{data}")

    def ended(self) -> Ended:
        return {"code": self._connection.close_code, "reason": self._connection.close_reason}


class AiohttpWire:
    """A connection of `aiohttp`. It has no way to send fragments."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse | web.WebSocketResponse) -> None:
        self._connection = connection
        self._ended: Ended = None

    async def messages(self) -> AsyncIterator[Data]:
        while True:
            message = await self._connection.receive()
            if message.type is WSMsgType.PING:
                await self._connection.pong(message.data)
            elif message.type is WSMsgType.PONG:
                await self.send("pong:" + bytes(message.data).decode())
            elif message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                yield message.data
            else:
                if message.type is WSMsgType.CLOSE:
                    self._ended = {"code": message.data, "reason": message.extra}
                return

    async def send(self, data: Data | list[Any]) -> None:
        if isinstance(data, list):
            raise TypeError("aiohttp sends no fragments")
        await (self._connection.send_str(data) if isinstance(data, str) else self._connection.send_bytes(data))

    async def ping(self, data: str) -> None:
        await self._connection.ping(data.encode())

    async def close(self, code: int, reason: str) -> None:
        await self._connection.close(code=code, message=reason.encode())

    def ended(self) -> Ended:
        return self._ended or {"code": self._connection.close_code, "reason": None}


@contextlib.asynccontextmanager
async def serve_websockets(agent: Agent, deflate: DeflateOffer | None) -> AsyncIterator[int]:
    """Serve with `websockets`, which takes what is offered."""

    async def handle(connection: server.ServerConnection) -> None:
        await agent.attend(WebsocketsWire(connection))

    extensions = [ServerPerMessageDeflateFactory()] if deflate else None
    options: dict[str, Any] = {"extensions": extensions, "compression": None, "max_size": None}
    async with server.serve(handle, "127.0.0.1", 0, **options) as served:
        yield served.sockets[0].getsockname()[1]


@contextlib.asynccontextmanager
async def serve_aiohttp(agent: Agent, deflate: DeflateOffer | None) -> AsyncIterator[int]:
    """Serve with `aiohttp`, which takes no heed of what is offered for the client's side."""

    async def handle(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse(autoping=False, compress=deflate is not None, max_msg_size=0)
        await connection.prepare(request)
        await agent.attend(AiohttpWire(connection))
        return connection

    application = web.Application()
    application.router.add_get("/", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def connect_websockets(agent: Agent, url: str, deflate: DeflateOffer | None) -> None:
    """Connect with `websockets` until told to stop, offering just what `deflate` says."""
    offer = (
        None
        if deflate is None
        else ClientPerMessageDeflateFactory(
            server_no_context_takeover=deflate.server_no_context_takeover,
            client_no_context_takeover=deflate.client_no_context_takeover,
            server_max_window_bits=deflate.server_max_window_bits,
            client_max_window_bits=deflate.client_max_window_bits,
        )
    )
    options: dict[str, Any] = {"extensions": offer and [offer], "compression": None, "max_size": None}
    while not agent.is_stopped:
        async with client.connect(url, **options) as connection:
            await agent.attend(WebsocketsWire(connection))


async def connect_aiohttp(agent: Agent, url: str, deflate: DeflateOffer | None) -> None:
    """Connect with `aiohttp` until told to stop; of the parameters it can offer the server's window alone."""
    compress = 0 if deflate is None else deflate.server_max_window_bits or 15
    async with aiohttp.ClientSession() as session:
        while not agent.is_stopped:
            async with session.ws_connect(url, autoping=False, compress=compress, max_msg_size=0) as connection:
                await agent.attend(AiohttpWire(connection))


SERVERS: dict[str, Callable[[Agent, DeflateOffer | None], Port]] = {
    "websockets": serve_websockets,
    "aiohttp": serve_aiohttp,
}
CLIENTS: dict[str, Callable[[Agent, str, DeflateOffer | None], Awaitable[None]]] = {
    "websockets": connect_websockets,
    "aiohttp": connect_aiohttp,
}
