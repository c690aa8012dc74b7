"""What do the peers do that none of us wrote? Servers of `websockets` and `aiohttp`, a client, bad listeners.

Run as a child: `python -m helpers.peers KIND OPTIONS REPORT`. It prints its port, then writes into REPORT, a JSON
line each, what it sent and got.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from helpers.mixed_messages import Message, mixed_messages

PINGS = 10  #: pings of the peer's own among the messages of an exchange


class Report:
    """Appends facts to a file, each at once: the peer may be killed."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="ascii", buffering=1)

    def tell(self, what: str, **facts: Any) -> None:
        self._file.write(json.dumps({"what": what, "at": time.monotonic(), **facts}) + "\n")

    def message(self, what: str, data: str | bytes) -> None:
        raw = data.encode() if isinstance(data, str) else data
        self.tell(what, is_text=isinstance(data, str), data=base64.b64encode(raw).decode())


def tell_port(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


def payload_of(ping: int) -> bytes:
    return b"ping %d of the peer" % ping


async def run_websockets(options: dict[str, Any], report: Report) -> None:
    """Serve with `websockets`: exchange `count` messages, and say how each connection ended."""
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed

    async def send(connection: ServerConnection) -> None:
        messages = mixed_messages(options["seed"], options["count"])
        for number, message in enumerate(messages):
            await connection.send(parts_of(message) if len(message.parts) > 1 else whole(message))
            report.message("sent", whole(message))
            if number % max(1, len(messages) // PINGS) == 0:
                await ping(connection, number)

    async def ping(connection: ServerConnection, number: int) -> None:
        waiter = await connection.ping(payload_of(number))
        waiter.add_done_callback(
            lambda done: done.cancelled() or done.exception() or report.tell("pong", number=number, rtt=done.result())
        )

    async def handle(connection: ServerConnection) -> None:
        request = connection.request
        report.tell("opened", path=request.path, headers=list(request.headers.raw_items()))
        sending = asyncio.create_task(send(connection))
        try:
            if options.get("is_deaf"):
                await connection.wait_closed()
            async for message in connection:
                report.message("got", message)
                if options.get("echo"):
                    await connection.send(message)
                if options.get("mute_after"):
                    os.kill(os.getpid(), signal.SIGSTOP)
        except ConnectionClosed:
            pass
        await asyncio.wait({sending})
        error = connection.protocol.close_exc
        report.tell("closed", code=connection.close_code, sentence=str(error), latency=connection.latency)

    keepalive = {name: options[name] for name in ("ping_interval", "ping_timeout") if name in options}
    server = await serve(
        handle,
        "127.0.0.1",
        0,
        ssl=context_of(options),
        compression=options.get("compression"),
        subprotocols=options.get("subprotocols"),
        **keepalive,
    )
    tell_port(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def run_client(options: dict[str, Any], report: Report) -> None:
    """Connect to `url` with `websockets`: send `count` messages, then what comes back, or read nothing (`is_deaf`)."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    tell_port(0)
    async with connect(options["url"], compression=None, ping_interval=None) as connection:
        report.tell("opened")
        try:
            for message in mixed_messages(options["seed"], options["count"]):
                await connection.send(whole(message))
            if options.get("is_deaf"):
                await connection.wait_closed()
            async for message in connection:
                await connection.send(message)
        except ConnectionClosed:
            pass
        report.tell("closed", code=connection.close_code, sentence=str(connection.protocol.close_exc))


async def run_aiohttp(options: dict[str, Any], report: Report) -> None:
    """Serve with `aiohttp`: exchange `count` messages; it sends no fragments."""
    from aiohttp import WSMsgType, web

    async def send(connection: web.WebSocketResponse) -> None:
        messages = mixed_messages(options["seed"], options["count"], has_fragments=False)
        for number, message in enumerate(messages):
            data = whole(message)
            await (connection.send_str(data) if isinstance(data, str) else connection.send_bytes(data))
            report.message("sent", data)
            if number % max(1, len(messages) // PINGS) == 0:
                await connection.ping(payload_of(number))

    async def handle(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse(heartbeat=options.get("heartbeat"), compress=False)
        await connection.prepare(request)
        report.tell("opened", path=request.path_qs)
        sending = asyncio.create_task(send(connection))
        async for message in connection:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                report.message("got", message.data)
        await asyncio.wait({sending})
        report.tell("closed", code=connection.close_code)
        return connection

    application = web.Application()
    application.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context_of(options))
    await site.start()
    tell_port(runner.addresses[0][1])
    await asyncio.Event().wait()


async def run_acting(options: dict[str, Any], report: Report) -> None:
    """Serve with `websockets`, and do what the path says; else echo.

    /close/1001; /raise; /send/70000 (bytes); /deaf takes no message; /tick says something each 50 ms;
    /feed sends all it can once a message has come; /block/0.5 stands still for so many seconds at a message.
    """
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.exceptions import ConnectionClosed

    async def handle(connection: ServerConnection) -> None:
        act, _, value = connection.request.path.strip("/").partition("/")
        if act == "close":
            await connection.close(int(value))
        elif act == "raise":
            raise RuntimeError("the handler of the peer fails")
        elif act == "send":
            await connection.send(bytes(int(value)))
        elif act == "deaf":
            await connection.wait_closed()
        talking = asyncio.create_task(tick(connection)) if act == "tick" else None
        with contextlib.suppress(ConnectionClosed):
            async for message in connection:
                if act == "feed":
                    talking = asyncio.create_task(feed(connection))
                elif act == "block":
                    time.sleep(float(value))
                elif act != "tick":
                    await connection.send(message)
        if talking is not None:
            talking.cancel()

    async def tick(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await connection.send("tick")
                await asyncio.sleep(0.05)

    async def feed(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await connection.send(bytes(8192))

    chosen = {"ping_interval": None, "max_size": None, **options["serve"]}
    chosen |= {"compression": None, "ssl": context_of(options)}
    server = await serve(handle, options.get("host", "127.0.0.1"), 0, **chosen)
    tell_port(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def run_acting_aiohttp(options: dict[str, Any], report: Report) -> None:
    """Serve with `aiohttp`, and do what the path says: /close/1001, /raise, else echo."""
    from aiohttp import WSMsgType, web

    async def handle(request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse(compress=False, **options["serve"])
        await connection.prepare(request)
        act, _, value = request.path.strip("/").partition("/")
        if act == "close":
            await connection.close(code=int(value))
        elif act == "raise":
            raise RuntimeError("the handler of the peer fails")
        async for message in connection:
            if message.type is WSMsgType.TEXT:  # and not the end of its own heartbeat
                await connection.send_str(message.data)
        return connection

    application = web.Application()
    application.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    host = options.get("host", "127.0.0.1")
    await web.TCPSite(runner, host, 0, ssl_context=context_of(options)).start()
    tell_port(runner.addresses[0][1])
    await asyncio.Event().wait()


async def run_silent(options: dict[str, Any], report: Report) -> None:
    """Take every connection, and say nothing."""
    kept: list[asyncio.StreamWriter] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer)
        report.tell("opened")
        with contextlib.suppress(ConnectionError):
            while await reader.read(4096):
                pass
        report.tell("closed")

    await listen(take)


async def run_http(options: dict[str, Any], report: Report) -> None:
    """Answer the status that the path names, e.g. /404, as a web server does that has no WebSocket there."""
    reasons = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 503: "Service Unavailable"}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begin = await reader.readexactly(3)
        status = 400
        if begin == b"GET":  # and not a ClientHello
            line = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0].decode()
            status = int(line.split()[0].strip("/"))
        report.tell("asked", status=status)
        body = b"<h1>not here</h1>"
        head = f"HTTP/1.1 {status} {reasons[status]}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    await listen(answer)


async def listen(take: Any) -> None:
    server = await asyncio.start_server(take, "127.0.0.1", 0)
    tell_port(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def whole(message: Message) -> str | bytes:
    return message.data.decode() if message.is_text else message.data


async def parts_of(message: Message) -> AsyncIterator[str | bytes]:
    for part in message.parts:
        yield part.decode() if message.is_text else part


def context_of(options: dict[str, Any]) -> ssl.SSLContext | None:
    if "certificate" not in options:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options["certificate"])
    return context


def port_that_refuses() -> int:
    """Return a port at which nothing listens: it was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


KINDS = {
    "websockets": run_websockets,
    "client": run_client,
    "aiohttp": run_aiohttp,
    "acting": run_acting,
    "acting_aiohttp": run_acting_aiohttp,
    "silent": run_silent,
    "http": run_http,
}

if __name__ == "__main__":
    kind, options, file = sys.argv[1:]
    asyncio.run(KINDS[kind]({"seed": 1, "count": 0, **json.loads(options)}, Report(Path(file))))
