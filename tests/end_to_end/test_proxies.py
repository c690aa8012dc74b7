"""Does `connect` go through every kind of proxy to a server of `websockets`, as `websockets` itself does?"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import websockets
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_theirs

import framescope
from helpers.loops import in_loop
from helpers.proxy_servers import ProxyServer, http_proxy, socks4_proxy, socks5_proxy
from helpers.raw_peers import Certificates, RecordingTap

MESSAGES = ["short", "é" * 1000, b"\x00" * 70_000]


@asynccontextmanager
async def echo(context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve with `websockets`; every message comes back."""

    async def handle(connection: ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)

    async with serve_theirs(handle, "127.0.0.1", 0, ssl=context, max_size=None) as server:
        yield server.sockets[0].getsockname()[1]


async def exchange(connection: framescope.ClientConnection) -> None:
    for message in MESSAGES:
        await connection.send(message)
        assert await connection.recv() == message


PROXIES = {
    "http": (http_proxy, "http://127.0.0.1:{port}"),
    "http 1.0": (lambda: http_proxy(version="1.0"), "http://127.0.0.1:{port}"),
    "http with user": (
        lambda: http_proxy(credentials=("us er", "p:w/é")),
        "http://us%20er:p%3Aw%2F%C3%A9@127.0.0.1:{port}",
    ),
    "socks4": (socks4_proxy, "socks4://127.0.0.1:{port}"),
    "socks4a": (socks4_proxy, "socks4a://user:x@127.0.0.1:{port}"),
    "socks5": (socks5_proxy, "socks5://127.0.0.1:{port}"),
    "socks5h": (socks5_proxy, "socks5h://127.0.0.1:{port}"),
    "socks5h with user": (lambda: socks5_proxy(credentials=("user", "pw")), "socks5h://user:pw@127.0.0.1:{port}"),
}


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize("kind", PROXIES)
@in_loop
async def test_each_kind(kind: str, scheme: str) -> None:
    serve, template = PROXIES[kind]
    certificates = Certificates.make()
    tls = {"ssl": certificates.client()} if scheme == "wss" else {}
    async with serve() as proxy, echo(certificates.server if tls else None) as port:
        way = template.format(port=proxy.port)
        async with framescope.connect(f"{scheme}://localhost:{port}/", proxy=way, **tls) as connection:
            assert connection.remote_address == ("127.0.0.1", proxy.port)
            await exchange(connection)
        async with websockets.connect(f"{scheme}://localhost:{port}/", proxy=way, **tls) as theirs:
            await theirs.send("x")
            assert await theirs.recv() == "x"
    ours, others = proxy.targets
    assert ours == others or (ours[0], others[0]) == ("127.0.0.1", "0000:0000:0000:0000:0000:0000:0000:0001")
    assert len(set(proxy.users)) <= 1  # both say the same


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@in_loop
async def test_proxy_that_speaks_tls(scheme: str) -> None:
    """TLS to the proxy, and for wss the server's own TLS inside it."""
    front, back = Certificates.make(), Certificates.make("server.example")
    tap = RecordingTap()
    tls = {"ssl": back.client()} if scheme == "wss" else {}
    async with http_proxy(front.server) as proxy, echo(back.server if tls else None) as port:
        connecting = framescope.connect(
            f"{scheme}://server.example:{port}/",
            proxy=f"https://127.0.0.1:{proxy.port}",
            proxy_ssl=front.client(),
            proxy_server_hostname="localhost",
            tap=tap,
            **tls,
        )
        async with connecting as connection:
            await exchange(connection)
        assert connection.close_code == 1000
    assert proxy.targets == [("server.example", port)]
    assert tap.errors == []
    assert tap.steps == [
        *("tcp began", "tcp done", "proxy began", "proxy done"),
        *(("tls began", "tls done") if tls else ()),
        *("upgrade began", "upgrade done"),
    ]
    by_step = {report.phase: report for report in tap.phases if report.change == "done"}
    assert by_step["tcp"].peer == f"127.0.0.1:{proxy.port}"
    assert by_step["proxy"].text.startswith(f"https://127.0.0.1:{proxy.port} → server.example:{port} · TLSv1.3 · TLS_")
    assert by_step["proxy"].tls_version == ""  # the fields are about the server
    began = next(report for report in tap.phases if (report.phase, report.change) == ("proxy", "began"))
    assert began.text == f"https://127.0.0.1:{proxy.port} → server.example:{port}"


@pytest.mark.parametrize("variable", ["ws_proxy", "http_proxy", "https_proxy", "socks_proxy", "HTTPS_PROXY"])
@in_loop
async def test_environment_names_the_proxy(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(echo())
        serve = socks5_proxy if "socks" in variable else http_proxy
        proxy: ProxyServer = await stack.enter_async_context(serve())
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        for library in (framescope, websockets):
            async with library.connect(f"ws://127.0.0.1:{port}/") as connection:
                await connection.send("x")
                assert await connection.recv() == "x"
        assert proxy.targets == [("127.0.0.1", port)] * 2
        async with framescope.connect(f"ws://127.0.0.1:{port}/", proxy=None):
            pass
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with framescope.connect(f"ws://127.0.0.1:{port}/"):
            pass
        assert len(proxy.targets) == 2


@in_loop
async def test_first_bytes_of_the_tunnel_may_come_with_the_answer() -> None:
    """A server that speaks first, behind a proxy that sends all in one piece."""
    early = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    front = Certificates.make()
    for context in (None, front.server):
        async with echo() as port, http_proxy(context, behind=early) as proxy:
            scheme, tls = ("https", {"proxy_ssl": front.client()}) if context else ("http", {})
            with pytest.raises(framescope.InvalidStatus, match="HTTP 503"):
                await framescope.connect(f"ws://localhost:{port}/", proxy=f"{scheme}://localhost:{proxy.port}", **tls)


@in_loop
async def test_redirect_goes_through_the_proxy_again() -> None:
    async def redirect(connection: ServerConnection, request: websockets.Request) -> websockets.Response | None:
        if request.path == "/old":
            response = connection.respond(302, "")
            response.headers["Location"] = "/new"
            return response
        return None

    async def handle(connection: ServerConnection) -> None:
        await connection.send(connection.request.path if connection.request else "")

    async with serve_theirs(handle, "127.0.0.1", 0, process_request=redirect) as server, http_proxy() as proxy:
        port = server.sockets[0].getsockname()[1]
        async with framescope.connect(f"ws://a.example:{port}/old", proxy=f"http://127.0.0.1:{proxy.port}") as client:
            assert await client.recv() == "/new"
    assert proxy.targets == [("a.example", port)] * 2


@pytest.mark.parametrize(("agent", "line"), [("Agent/1", "User-Agent: Agent/1\r\n"), (None, "")])
@in_loop
async def test_proxy_is_told_who_asks(agent: str | None, line: str) -> None:
    async with echo() as port, http_proxy() as proxy:
        for library in (framescope, websockets):
            way = f"http://127.0.0.1:{proxy.port}"
            async with library.connect(f"ws://localhost:{port}/", proxy=way, user_agent_header=agent):
                pass
    expected = f"CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n{line}\r\n"
    assert proxy.heads == [expected] * 2


@in_loop
async def test_fault_behind_the_proxy_is_told_as_the_server_s() -> None:
    tap = RecordingTap()
    async with echo(Certificates.make().server) as port, http_proxy() as proxy:
        way = f"http://127.0.0.1:{proxy.port}"
        with pytest.raises(ssl.SSLCertVerificationError):
            await framescope.connect(f"wss://localhost:{port}/", proxy=way, tap=tap)
    assert tap.phases[-1].text == "Certificate not trusted: unknown certificate authority."


@in_loop
async def test_many_connections_at_once_leave_nothing_behind() -> None:
    async with echo() as port, http_proxy() as proxy:

        async def once(number: int) -> None:
            way = f"http://127.0.0.1:{proxy.port}"
            async with framescope.connect(f"ws://localhost:{port}/", proxy=way) as connection:
                await connection.send(str(number))
                assert await connection.recv() == str(number)

        await asyncio.gather(*(once(number) for number in range(50)))
    assert len(proxy.targets) == 50


@in_loop
async def test_marker_password_is_in_no_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    marker = "hunter2marker"
    async with echo() as port, http_proxy(credentials=("user", marker)) as proxy:
        way = f"http://user:{marker}@127.0.0.1:{proxy.port}"
        tap = RecordingTap()
        connecting = framescope.connect(f"ws://localhost:{port}/", proxy=way, tap=tap)
        async with connecting as connection:
            await connection.send("x")
            await connection.recv()
            told = f"{connection!r} {vars(connection)} {tap.told} {caplog.text} {tap.phases}"
    assert proxy.targets
    assert marker not in told
