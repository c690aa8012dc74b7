"""Do client and server meet over Unix sockets, plain and with TLS, ours and those of `websockets`?"""

from __future__ import annotations

import logging
import ssl
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import websockets
from websockets.asyncio import client as their_client
from websockets.asyncio import server as their_server

from framescope.engine.errors import InvalidStatus
from framescope.net.client import connect, unix_connect
from framescope.net.server import unix_serve
from helpers.loops import in_loop
from helpers.raw_peers import Certificates, RecordingTap

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no Unix sockets in Python")

CLIENTS = {"ours": unix_connect, "theirs": their_client.unix_connect}
SERVERS = {"ours": unix_serve, "theirs": their_server.unix_serve}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A short name: a Unix socket's may have 107 bytes."""
    monkeypatch.chdir(tmp_path)
    return "socket"


def noting(seen: list[Any]) -> Callable[[Any], Awaitable[None]]:
    """Send every message back; note what the server knows of each connection."""

    async def handle(connection: Any) -> None:
        seen.append((connection.local_address, connection.remote_address, connection.request.headers["Host"]))
        async for message in connection:
            await connection.send(message)

    return handle


@pytest.mark.parametrize("has_tls", [False, True])
@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("client", CLIENTS)
@in_loop
async def test_exchange(client: str, server: str, has_tls: bool, path: str) -> None:
    seen: list[Any] = []
    certificates = Certificates.make()
    tls = [{"ssl": context} if has_tls else {} for context in (certificates.server, certificates.client())]
    async with (
        SERVERS[server](noting(seen), path, **tls[0]),
        CLIENTS[client](path, **tls[1]) as connection,  # type: ignore[arg-type]
    ):
        for message in ("hello", b"\x00" * 200_000):
            await connection.send(message)
            assert await connection.recv() == message
        assert (connection.local_address, connection.remote_address) == ("", path)
    assert seen == [(path, "", "localhost")]


@in_loop
async def test_address_is_what_the_server_is_told(path: str) -> None:
    seen: list[Any] = []
    async with unix_serve(noting(seen), path), unix_connect(path, "ws://a.example:81/room") as connection:
        assert connection.request is not None
        assert connection.request.path == "/room"
    assert seen[0][2] == "a.example:81"


@in_loop
async def test_name_in_the_certificate_is_the_address_s(path: str) -> None:
    certificates = Certificates.make("a.example")
    context = certificates.client()
    async with unix_serve(noting([]), path, ssl=certificates.server):
        async with unix_connect(path, "wss://a.example/", ssl=context):
            pass
        async with unix_connect(path, ssl=context, server_hostname="a.example"):
            pass
        with pytest.raises(ssl.SSLCertVerificationError):
            await unix_connect(path, ssl=context)


@in_loop
async def test_environment_s_proxy_is_not_asked(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with unix_serve(noting([]), path), unix_connect(path):
        pass


@in_loop
async def test_nobody_listens(path: str) -> None:
    tap = RecordingTap()
    with pytest.raises(FileNotFoundError):
        await unix_connect(path, tap=tap)
    assert tap.ended.exception_name == "FileNotFoundError"
    async with unix_serve(noting([]), path, cleanup_socket=False):
        pass
    with pytest.raises(ConnectionRefusedError):
        await unix_connect(path)


@in_loop
async def test_server_says_where_it_listens(path: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "framescope.server")
    async with unix_serve(noting([]), path) as server:
        assert [sock.getsockname() for sock in server.sockets] == [path]
        assert server.is_serving()
    assert server.sockets == ()
    assert "server listening on socket" in caplog.messages


@in_loop
async def test_redirects_stay_at_the_socket(path: str) -> None:
    async def redirect(connection: Any, request: websockets.Request) -> websockets.Response | None:
        targets = {"/old": "/new", "/far": "ws://b.example/"}
        if request.path not in targets:
            return None
        response = connection.respond(302, "")
        response.headers["Location"] = targets[request.path]
        return response  # type: ignore[no-any-return]

    async with their_server.unix_serve(noting([]), path, process_request=redirect):  # type: ignore[arg-type]
        async with unix_connect(path, "ws://a.example/old") as connection:
            assert connection.request is not None
            assert connection.request.path == "/new"
        with pytest.raises(ValueError, match=r"cross-origin redirect to ws://b\.example/ with a Unix socket"):
            await unix_connect(path, "ws://a.example/far")


@in_loop
async def test_tap_keeps_the_refusal(path: str) -> None:
    async def refuse(connection: Any, _: websockets.Request) -> websockets.Response:
        return connection.respond(404, "")  # type: ignore[no-any-return]

    tap = RecordingTap()
    async with their_server.unix_serve(noting([]), path, process_request=refuse):  # type: ignore[arg-type]
        with pytest.raises(InvalidStatus):
            await connect("ws://localhost/", unix=True, path=path, tap=tap)
    assert tap.steps == ["upgrade began", "upgrade failed"]
