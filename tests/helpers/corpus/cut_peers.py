"""What do the servers and proxies of the cut cases do? Run as `python -m helpers.corpus.cut_peers KIND OPTIONS REPORT`.

Each is told what to do by the path; the servers are those of `websockets` and `aiohttp`, and SIGTERM closes them.
"""

from __future__ import annotations

import asyncio
import contextlib
import http
import json
import logging
import signal
import ssl
import sys
from pathlib import Path
from typing import Any

from helpers.middlebox import Middlebox
from helpers.peers import Report, context_of, tell_port
from helpers.proxy_servers import socks5_proxy, splice
from helpers.raw_peers import Peer, raw_server

REASONS = {403: "Forbidden", 407: "Proxy Authentication Required", 502: "Bad Gateway"}


async def run_site(options: dict[str, Any], report: Report) -> None:
    """Serve with `websockets`: /status/503 refuses; /take takes messages, /slow one each 20 s; /send/60000 sends."""
    from websockets.asyncio.server import Request, Response, ServerConnection, serve

    def look(connection: ServerConnection, request: Request) -> Response | None:
        act, _, value = request.path.strip("/").partition("/")
        return connection.respond(http.HTTPStatus(int(value)), "not you\n") if act == "status" else None

    async def handle(connection: ServerConnection) -> None:
        act, _, value = connection.request.path.strip("/").partition("/")
        if act == "send":
            await connection.send(bytes(int(value)))
        if act == "raise":
            await connection.recv()
            raise LookupError("the handler meets a message that it does not know")
        async for _ in connection:
            if act == "slow":
                await asyncio.sleep(20)

    picks = options.get("picks")
    chosen = {"ping_interval": None, "compression": None, "process_request": look, **options.get("serve", {})}
    if picks:
        chosen["select_subprotocol"] = lambda *_: picks
    server = await serve(handle, "127.0.0.1", 0, ssl=context_of(options), **chosen)
    tell_port(server.sockets[0].getsockname()[1])
    await told_to_end()
    server.close(**options.get("close", {}))
    await asyncio.Event().wait()


async def run_guarded(options: dict[str, Any], report: Report) -> None:
    """Serve with `websockets` on threads, to clients with a certificate only. OpenSSL itself tells them."""
    from websockets.sync.server import ServerConnection, serve

    def handle(connection: ServerConnection) -> None:
        for _ in connection:
            pass

    context = context_of(options)
    assert context is not None
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion[options["version"]]
    with serve(handle, "127.0.0.1", 0, ssl=context) as server:
        tell_port(server.socket.getsockname()[1])
        await asyncio.to_thread(server.serve_forever)


async def run_application(options: dict[str, Any], report: Report) -> None:
    """Serve with `aiohttp`: /close/4001, /return, /raise, /mute, /late/5 (s before the answer), /page, else echo.

    /mute says something each 50 ms and answers no ping. `says_goodbye`: closes with 1001 when it shuts down.
    """
    from aiohttp import WSCloseCode, WSMsgType, web

    open_ones: set[web.WebSocketResponse] = set()

    async def handle(request: web.Request) -> web.WebSocketResponse:
        act, value = request.match_info["act"], request.match_info["value"].strip("/")
        if act == "late":
            await asyncio.sleep(float(value))
        is_mute = act == "mute"
        connection = web.WebSocketResponse(compress=False, autoping=not is_mute, **options.get("serve", {}))
        await connection.prepare(request)
        open_ones.add(connection)
        talking = asyncio.create_task(tick(connection)) if is_mute else None
        if act == "close":
            await connection.close(code=int(value), message=b"as the path says")
        elif act != "return":
            async for message in connection:
                if act == "raise":
                    raise LookupError("the handler meets a message that it does not know")
                if message.type is WSMsgType.TEXT and not is_mute:
                    await connection.send_str(message.data)
        if talking:
            talking.cancel()
        return connection

    async def tick(connection: web.WebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await connection.send_str("tick")
                await asyncio.sleep(0.05)

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<h1>chat</h1>", content_type="text/html")

    async def say_goodbye(_: web.Application) -> None:
        for connection in open_ones:
            await connection.close(code=WSCloseCode.GOING_AWAY, message=b"Server shutdown")

    application = web.Application()
    application.router.add_get("/page", page)
    application.router.add_get("/ws/{act:[a-z]*}{value:[/0-9.]*}", handle)
    if options.get("says_goodbye"):
        application.on_shutdown.append(say_goodbye)
    runner = web.AppRunner(application, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context_of(options)).start()
    tell_port(runner.addresses[0][1])
    await told_to_end()
    await runner.cleanup()
    await asyncio.Event().wait()


async def run_proxy(options: dict[str, Any], report: Report) -> None:
    """Serve CONNECT to 127.0.0.1: `status` refuses; `idle` and `life` (s) cut the tunnel."""

    async def conduct(peer: Peer) -> None:
        head = (await peer.reader.readuntil(b"\r\n\r\n")).decode()
        status = options.get("status", 200)
        if status != 200:
            extra = 'Proxy-Authenticate: Basic realm="office"\r\n' if status == 407 else ""
            peer.writer.write(f"HTTP/1.1 {status} {REASONS[status]}\r\n{extra}Content-Length: 0\r\n\r\n".encode())
            await peer.writer.drain()
            return
        port = int(head.split()[1].rpartition(":")[2])
        peer.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        async with Middlebox(port, idle=options.get("idle"), life=options.get("life")) as middle:
            await splice(peer, middle.port)

    async with raw_server(conduct) as port:
        tell_port(port)
        await asyncio.Event().wait()


async def run_socks(options: dict[str, Any], report: Report) -> None:
    """Serve SOCKS5; `reply` (RFC 1928 6) is what each request is answered."""
    async with socks5_proxy(reply=options["reply"]) as proxy:
        tell_port(proxy.port)
        await asyncio.Event().wait()


async def run_names(options: dict[str, Any], report: Report) -> None:
    """Answer DNS queries (RFC 1035 4.1.1): silent.example never, broken.example SERVFAIL, all else NXDOMAIN."""

    class Names(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
            report.tell("asked", query=data.hex())
            if b"\x06silent\x07example" in data:
                return
            code = 2 if b"\x06broken\x07example" in data else 3
            self.transport.sendto(data[:2] + bytes([0x81, 0x80 | code]) + data[4:6] + bytes(6) + data[12:], address)

    await asyncio.get_running_loop().create_datagram_endpoint(Names, local_addr=(options["host"], 53))
    tell_port(53)
    await asyncio.Event().wait()


async def told_to_end() -> None:
    """Wait for SIGTERM."""
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    await asked.wait()


KINDS = {
    "site": run_site,
    "guarded": run_guarded,
    "application": run_application,
    "proxy": run_proxy,
    "socks": run_socks,
    "names": run_names,
}

if __name__ == "__main__":
    kind, options, file = sys.argv[1:]
    logging.disable()  # that a handler raises is the case, and no news
    asyncio.run(KINDS[kind](json.loads(options), Report(Path(file))))
