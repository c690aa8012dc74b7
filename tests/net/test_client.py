"""Does `connect` take what `websockets` takes, follow redirects, and come back by itself?"""

from __future__ import annotations

import asyncio
import inspect
import logging
import ssl
import time
from collections.abc import Iterator
from typing import Any

import pytest
import websockets.asyncio.client
from websockets.asyncio.server import serve

from framescope.engine.close import ConnectionClosedError
from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import InvalidMessage, InvalidStatus, InvalidURI, NegotiationError, SecurityError
from framescope.engine.settings import BadKnob
from framescope.engine.state import State
from framescope.net.client import USER_AGENT, connect
from helpers.loops import in_loop
from helpers.raw_peers import Certificates, Peer, RecordingTap, free_port, raw_server, silent_listener


async def echo(connection: Any) -> None:
    async for message in connection:
        await connection.send(message)


def url_of(server: Any, path: str = "/") -> str:
    return f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}"


@in_loop
async def test_awaited() -> None:
    async with serve(echo, "127.0.0.1", 0) as server:
        connection = await connect(url_of(server))
        await connection.send("hello")
        assert await connection.recv() == "hello"
        await connection.close()


@in_loop
async def test_context_closes_and_can_be_entered_again() -> None:
    async with serve(echo, "127.0.0.1", 0) as server:
        dial = connect(url_of(server))
        for _ in range(2):
            async with dial as connection:
                assert connection.state is State.OPEN
                with pytest.raises(RuntimeError, match="reentrant"):
                    await dial.__aenter__()
            assert (connection.state, connection.close_code) == (State.CLOSED, 1000)


@in_loop
async def test_request_says_what_was_asked_for() -> None:
    asked: dict[str, Any] = {
        "origin": "http://a.example",
        "subprotocols": ["feed", "chat"],
        "additional_headers": {"X-Token": "secret"},
    }
    async with (
        serve(echo, "127.0.0.1", 0, subprotocols=["chat", "feed"], origins=["http://a.example"]) as server,
        connect(url_of(server, "/room?x=1"), **asked) as connection,
    ):
        request, response = connection.request, connection.response
        assert request is not None and response is not None
        assert request.path == "/room?x=1"
        assert request.headers["X-Token"] == "secret"
        assert request.headers["User-Agent"] == USER_AGENT
        assert connection.subprotocol == "chat"
        assert "permessage-deflate" in response.headers["Sec-WebSocket-Extensions"]


@in_loop
async def test_what_can_be_left_out() -> None:
    async with (
        serve(echo, "127.0.0.1", 0) as server,
        connect(url_of(server), compression=None, user_agent_header=None) as connection,
    ):
        assert connection.request is not None
        assert "User-Agent" not in connection.request.headers
        assert "Sec-WebSocket-Extensions" not in connection.request.headers


@in_loop
async def test_extension_with_its_own_settings() -> None:
    async with (
        serve(echo, "127.0.0.1", 0) as server,
        connect(url_of(server), extensions=[DeflateOffer(client_no_context_takeover=True)]) as connection,
    ):
        assert connection.request is not None
        assert "client_no_context_takeover" in connection.request.headers["Sec-WebSocket-Extensions"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"uri": "http://a/"}, InvalidURI),
        ({"compression": "gzip"}, ValueError),
        ({"ssl": ssl.create_default_context()}, ValueError),
        ({"ping_interval": -1}, BadKnob),
        ({"open_timeout": "soon"}, BadKnob),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        connect(**{"uri": "ws://127.0.0.1/", **options})


@pytest.mark.parametrize("options", [{"subprotocols": ["a", "a"]}, {"additional_headers": {"X": "a\r\nY: b"}}])
@in_loop
async def test_request_that_cannot_be_written(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        await connect("ws://127.0.0.1/", **options)


@in_loop
async def test_nobody_listens() -> None:
    with pytest.raises(ConnectionRefusedError):
        await connect(f"ws://127.0.0.1:{free_port()}/")


@in_loop
async def test_open_timeout() -> None:
    with silent_listener() as port:
        started = time.monotonic()
        with pytest.raises(TimeoutError, match="timed out during opening handshake"):
            await connect(f"ws://127.0.0.1:{port}/", open_timeout=0.1)
        assert 0.09 <= time.monotonic() - started < 3


@pytest.mark.parametrize("is_reset", [False, True], ids=["fin", "reset"])
@in_loop
async def test_server_that_leaves_during_the_handshake(is_reset: bool) -> None:
    async def leave(peer: Peer) -> None:
        await peer.request()
        if is_reset:
            peer.reset()

    async with raw_server(leave) as port:
        with pytest.raises(InvalidMessage, match="did not receive a valid HTTP response") as raised:
            await connect(f"ws://127.0.0.1:{port}/")
    assert isinstance(raised.value.__cause__, ConnectionResetError if is_reset else EOFError)


@in_loop
async def test_subprotocol_that_is_not_agreed_on() -> None:
    async with serve(echo, "127.0.0.1", 0, subprotocols=["chat"]) as server:
        with pytest.raises((InvalidStatus, NegotiationError)):
            await connect(url_of(server), subprotocols=["feed"])


@in_loop
async def test_tls_with_a_context_and_another_name() -> None:
    certificates = Certificates.make("named.invalid")
    async with serve(echo, "127.0.0.1", 0, ssl=certificates.server) as server:
        url = url_of(server).replace("ws:", "wss:")
        async with connect(url, ssl=certificates.client(), server_hostname="named.invalid") as connection:
            await connection.send("sealed")
            assert await connection.recv() == "sealed"
        with pytest.raises(ssl.SSLCertVerificationError):
            await connect(url, ssl=True)


# Redirects.


def redirecting(*answers: str) -> tuple[list[str], Any]:
    """A server that answers each request with the next of `answers`, or with 101."""
    heads: list[str] = []
    left = list(answers)

    async def conduct(peer: Peer) -> None:
        if left:
            heads.append((await peer.reader.readuntil(b"\r\n\r\n")).decode())
            peer.writer.write(f"HTTP/1.1 {left.pop(0)}\r\nContent-Length: 0\r\n\r\n".encode())
            await peer.reader.read(100)
        else:
            await peer.upgrade()
            await peer.reader.read(100)

    return heads, conduct


@in_loop
async def test_redirect_is_followed() -> None:
    heads, conduct = redirecting("302 Found\r\nLocation: /b", "307 Temporary\r\nLocation: c?d")
    async with raw_server(conduct) as port:
        connection = await connect(f"ws://127.0.0.1:{port}/a")
        assert connection.request is not None
        assert connection.request.path == "/c?d"
        connection.driver.abort()
    keys = [line for head in heads for line in head.splitlines() if line.startswith("Sec-WebSocket-Key")]
    assert len(set(keys)) == 2


@in_loop
async def test_credentials_stay_with_their_server() -> None:
    heads, elsewhere = redirecting("403 Forbidden")
    async with raw_server(elsewhere) as there:
        _, here = redirecting(f"302 Found\r\nLocation: ws://localhost:{there}/")
        async with raw_server(here) as port:
            with pytest.raises(InvalidStatus):
                await connect(
                    f"ws://me:pw@127.0.0.1:{port}/",
                    additional_headers={"Cookie": "a=b", "Authorization": "Bearer c", "X-Room": "7"},
                )
    assert "X-Room: 7" in heads[0]
    assert "Cookie" not in heads[0]
    assert "Authorization" not in heads[0]


@in_loop
async def test_redirects_end_somewhere() -> None:
    _, conduct = redirecting(*["302 Found\r\nLocation: /again"] * 20)
    async with raw_server(conduct) as port:
        with pytest.raises(SecurityError, match="more than 10 redirects"):
            await connect(f"ws://127.0.0.1:{port}/")


@in_loop
async def test_redirect_is_not_followed_while_one_connection_is_watched() -> None:
    _, conduct = redirecting("302 Found\r\nLocation: /b")
    tap = RecordingTap()
    async with raw_server(conduct) as port:
        with pytest.raises(InvalidStatus):
            await connect(f"ws://127.0.0.1:{port}/", tap=tap)
    assert tap.ended.exception_name == "InvalidStatus"


@in_loop
async def test_redirects_share_one_open_timeout() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.request()
        await asyncio.sleep(0.06)
        peer.writer.write(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    async with raw_server(conduct) as port:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            await connect(f"ws://127.0.0.1:{port}/", open_timeout=0.15)
        assert time.monotonic() - started < 2


# async for


def no_delay() -> Iterator[float]:
    while True:
        yield 0.0


@in_loop
async def test_connection_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "framescope.client")
    _, conduct = redirecting("503 Unavailable", "502 Bad Gateway")
    count = 0
    async with raw_server(conduct) as port:
        async for connection in connect(f"ws://127.0.0.1:{port}/", reconnect_delays=no_delay, close_timeout=0.1):
            count += 1
            if count == 3:
                break
            connection.driver.abort()
            with pytest.raises(ConnectionClosedError):
                await connection.recv()
        await connection.close()
    words = [record.getMessage() for record in caplog.records]
    assert words == [
        "connect failed; reconnecting in 0.0 seconds: framescope.engine.errors.InvalidStatus: "
        "server rejected WebSocket connection: HTTP 503",
        "connect failed; reconnecting in 0.0 seconds: framescope.engine.errors.InvalidStatus: "
        "server rejected WebSocket connection: HTTP 502",
    ]


@in_loop
async def test_error_that_stays_ends_the_loop() -> None:
    _, conduct = redirecting("403 Forbidden")
    async with raw_server(conduct) as port:
        with pytest.raises(InvalidStatus):
            async for _ in connect(f"ws://127.0.0.1:{port}/"):
                pytest.fail("connected")


@in_loop
async def test_application_judges_errors() -> None:
    def judge(error: Exception) -> Exception:
        return LookupError("not today")

    with pytest.raises(LookupError, match="not today") as raised:
        async for _ in connect(f"ws://127.0.0.1:{free_port()}/", process_exception=judge):
            pytest.fail("connected")
    assert isinstance(raised.value.__cause__, ConnectionRefusedError)


def test_names_and_defaults_are_those_of_websockets() -> None:
    ours = inspect.signature(connect).parameters
    theirs = inspect.signature(websockets.asyncio.client.connect).parameters
    assert set(theirs) - set(ours) == set()
    own_words = {"user_agent_header", "process_exception", "reconnect_delays"}
    shared = set(theirs) & set(ours) - own_words
    assert {name: ours[name].default for name in shared} == {name: theirs[name].default for name in shared}
