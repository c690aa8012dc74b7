"""Do `connect` and `serve` take what asyncio's connections and servers take, and refuse what cannot be asked?"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets

import framescope
from framescope.net.client import connect
from framescope.net.connection import ServerConnection
from framescope.net.proxies import parse_proxy
from framescope.net.server import serve
from helpers.loops import in_loop, until
from helpers.proxy_servers import http_proxy, socks5_proxy
from helpers.raw_peers import Certificates, Peer, RecordingTap, free_port, raw_server, silent_listener


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


@contextlib.asynccontextmanager
async def serving(**keywords: Any) -> AsyncIterator[int]:
    async with serve(echo, "127.0.0.1", 0, **keywords) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "keywords",
    [
        {"family": socket.AF_INET},
        {"local_addr": ("127.0.0.2", 0)},
        {"happy_eyeballs_delay": 0.1, "interleave": 1},
        {"happy_eyeballs_delay": None, "interleave": 0},
        {"proto": socket.IPPROTO_TCP, "flags": socket.AI_ADDRCONFIG},
        {"host": "127.0.0.1"},
    ],
    ids=str,
)
@in_loop
async def test_ways_to_the_server(keywords: dict[str, Any]) -> None:
    async with serving() as port:
        url = f"ws://localhost:{port}/"
        async with connect(url, **keywords) as ours, websockets.connect(url, **keywords) as theirs:
            await ours.send("x")
            assert await ours.recv() == "x"
            assert ours.local_address[0] == theirs.local_address[0] == keywords.get("local_addr", ("127.0.0.1",))[0]


@in_loop
async def test_given_socket() -> None:
    async with serving() as port:
        sock = socket.create_connection(("127.0.0.1", port))
        async with connect("ws://a.example/", sock=sock, proxy="not asked") as connection:
            assert connection.remote_address == ("127.0.0.1", port)
            assert connection.request is not None
            assert connection.request.headers["Host"] == "a.example"


@in_loop
async def test_all_errors() -> None:
    with pytest.raises(ExceptionGroup) as raised:
        await connect(f"ws://127.0.0.1:{free_port()}/", all_errors=True)
    assert isinstance(raised.value.exceptions[0], ConnectionRefusedError)


@in_loop
async def test_tls_of_the_caller() -> None:
    certificates = Certificates.make("a.example")
    limits = {"ssl_handshake_timeout": 5, "ssl_shutdown_timeout": 5}
    async with serving(ssl=certificates.server, **limits) as port:
        url = f"wss://127.0.0.1:{port}/"
        async with connect(url, ssl=certificates.client(), server_hostname="a.example", **limits):
            pass
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(url, ssl=certificates.client())


@in_loop
async def test_limit_of_the_client_s_tls_handshake() -> None:
    with silent_listener() as port:
        for library in (framescope, websockets):
            with pytest.raises(ConnectionAbortedError, match=r"longer than 0\.05 seconds"):
                await library.connect(f"wss://127.0.0.1:{port}/", ssl_handshake_timeout=0.05)


@in_loop
async def test_limit_of_the_server_s_tls_handshake() -> None:
    async with serving(ssl=Certificates.make().server, ssl_handshake_timeout=0.05) as port:
        started = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.read() == b""
        assert 0.04 < time.monotonic() - started < 5
        writer.close()


@pytest.mark.parametrize(
    ("url", "keywords", "kind", "words"),
    [
        ("ws://127.0.0.1:1/", {"colour": "red"}, TypeError, "unexpected keyword argument 'colour'"),
        ("ws://127.0.0.1:1/", {"path": "x"}, TypeError, "unix_connect"),
        ("ws://127.0.0.1:1/", {"ssl": True}, ValueError, "ssl argument is incompatible with a ws:// URI"),
        ("wss://127.0.0.1:1/", {"ssl": None}, ValueError, "ssl=None is incompatible with a wss:// URI"),
        ("ws://127.0.0.1:1/", {"server_hostname": "a"}, ValueError, "server_hostname is only meaningful with ssl"),
        ("ws://127.0.0.1:1/", {"ssl_handshake_timeout": 1}, ValueError, "only meaningful with ssl"),
        ("wss://127.0.0.1:1/", {"ssl_handshake_timeout": 0}, ValueError, "should be a positive number"),
        ("ws://127.0.0.1:1/", {"unix": True}, ValueError, "no path and sock were specified"),
        ("ws://127.0.0.1:1/", {"proxy": "ftp://h"}, framescope.WebSocketException, "isn't a valid proxy"),
        (
            "ws://127.0.0.1:1/",
            {"proxy": "http://h", "proxy_ssl": True},
            ValueError,
            "incompatible with an http:// proxy",
        ),
        ("ws://127.0.0.1:1/", {"proxy": "https://h", "proxy_ssl": None}, ValueError, "incompatible with an https://"),
    ],
    ids=str,
)
@in_loop
async def test_what_connect_refuses(url: str, keywords: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        await connect(url, **keywords)


@pytest.mark.parametrize(
    ("keywords", "kind", "words"),
    [
        ({"port": 0, "colour": "red"}, TypeError, "unexpected keyword argument 'colour'"),
        ({"port": 0, "ssl": True}, TypeError, "must be an SSLContext"),
        ({}, ValueError, "Neither host/port nor sock were specified"),
        ({"port": 0, "ssl_handshake_timeout": 1}, ValueError, "only meaningful with ssl"),
    ],
    ids=str,
)
@in_loop
async def test_what_serve_refuses(keywords: dict[str, Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        await serve(echo, **keywords)


@pytest.mark.parametrize(
    "spoilt",
    [
        *({"url": f"ws://127.0.0.1:{{port}}/{end}"} for end in ("\r\nX: y", "a\nb", "\0", "a b")),
        *({"origin": f"http://a{end}"} for end in ("\r\nX: y", "\n", "\0")),
        *({"subprotocols": [f"v1{end}"]} for end in ("\r\nX: y", "\n", "\0")),
        *({"additional_headers": {"X": f"a{end}"}} for end in ("\r\nX: y", "\n", "\0")),
        *({"additional_headers": {f"X{end}": "a"}} for end in ("\r\nX: y", "\n", "\0")),
        *({"user_agent_header": f"a{end}"} for end in ("\r\nX: y", "\n", "\0")),
        *({"proxy": f"http://127.0.0.1:{{port}}{end}"} for end in ("\r\nX: y", "\n", "\0")),
        {"user_agent_header": "a\r\nX: y", "proxy": "http://127.0.0.1:{port}"},
        {"url": "ws://a\r\nb/", "proxy": "http://127.0.0.1:{port}"},
    ],
    ids=str,
)
@in_loop
async def test_nothing_is_connected_for_what_cannot_be_sent(spoilt: dict[str, Any]) -> None:
    """RELIABILITY V11: CR, LF and NUL in every field of a person are refused before the socket opens."""
    met: list[Peer] = []

    async def conduct(peer: Peer) -> None:
        met.append(peer)

    async with raw_server(conduct) as port:
        keywords = {name: value.format(port=port) if "{port}" in value else value for name, value in spoilt.items()}
        url = keywords.pop("url", f"ws://127.0.0.1:{port}/")
        with pytest.raises((ValueError, TypeError, framescope.WebSocketException)):
            await connect(url, **keywords)
        # Whoever had connected would have been met before this one.
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        await until(lambda: met)
        writer.close()
    assert len(met) == 1


@in_loop
async def test_cut_of_tls_is_kept_for_a_context_of_the_caller() -> None:
    """RELIABILITY C12: the capture says that the stream was cut, whatever context the caller brings."""

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await peer.reader.read(1)
        peer.writer.transport.abort()

    certificates = Certificates.make()
    context = certificates.client()
    context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
    tap = RecordingTap()
    async with raw_server(conduct, certificates.server) as port:
        connection = await connect(f"wss://localhost:{port}/", ssl=context, tap=tap)
        await connection.send("x")
        with pytest.raises(framescope.ConnectionClosedError):
            await connection.recv()
    assert tap.errors == ["the TLS stream ended without close_notify"]


def test_connections_go_through_proxies_on_every_loop(run_in_each_loop: Any) -> None:
    """The window's own loop waits for sockets in its own way."""

    async def work() -> None:
        front, back = Certificates.make(), Certificates.make()
        async with serving(ssl=back.server) as port, http_proxy(front.server) as outer, socks5_proxy() as socks:
            for proxy in (f"https://localhost:{outer.port}", f"socks5h://127.0.0.1:{socks.port}"):
                keywords = {"proxy_ssl": front.client()} if parse_proxy(proxy).scheme == "https" else {}
                url = f"wss://localhost:{port}/"
                async with connect(url, proxy=proxy, ssl=back.client(), **keywords) as connection:
                    await connection.send("x" * 100_000)
                    assert len(await connection.recv()) == 100_000

    run_in_each_loop(work())
