"""Does a server serve as one of `websockets` does: handlers, refusals, hooks, and an end in order?"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import socket
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidHandshake, InvalidStatus

from framescope.engine.close import ConnectionClosedError as OurConnectionClosedError
from framescope.engine.close import ConnectionClosedOK
from framescope.engine.deflate import DeflateOffer
from framescope.engine.handshake import Request
from framescope.engine.pongs import PongPolicy
from framescope.engine.state import State
from framescope.net.connection import Connection, ServerConnection
from framescope.net.server import SERVER, Server, serve
from helpers.loops import in_loop, until
from helpers.raw_peers import Certificates


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def stay(connection: ServerConnection) -> None:
    await connection.wait_closed()


def url_of(server: Server, path: str = "/") -> str:
    return f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}"


async def closed(connection: Any) -> ConnectionClosed:
    """Wait for the end and return what it raises."""
    with pytest.raises(ConnectionClosed) as raised:
        await connection.recv()
    return raised.value


# Handlers.


@in_loop
async def test_handler_that_returns_closes_with_1000() -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.send("hello")

    async with serve(handler, "127.0.0.1", 0) as server, connect(url_of(server)) as client:
        assert await client.recv() == "hello"
        assert str(await closed(client)) == "received 1000 (OK); then sent 1000 (OK)"


@in_loop
async def test_handler_that_fails_closes_with_1011(logged_errors: list[logging.LogRecord]) -> None:
    async def handler(connection: ServerConnection) -> None:
        raise LookupError("no such room")

    async with serve(handler, "127.0.0.1", 0) as server, connect(url_of(server)) as client:
        assert str(await closed(client)) == "received 1011 (internal error); then sent 1011 (internal error)"
    (record,) = logged_errors
    assert (record.name, record.getMessage()) == ("framescope.server", "connection handler failed")
    assert record.exc_info is not None and isinstance(record.exc_info[1], LookupError)
    logged_errors.clear()


@in_loop
async def test_end_that_escapes_the_handler_is_logged_as_by_websockets(logged_errors: list[logging.LogRecord]) -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.recv()

    async with serve(handler, "127.0.0.1", 0) as server:
        async with connect(url_of(server)):
            pass
        await until(lambda: logged_errors)
    (record,) = logged_errors
    assert record.getMessage() == "connection handler failed"
    assert record.exc_info is not None and isinstance(record.exc_info[1], ConnectionClosedOK)
    logged_errors.clear()


@in_loop
async def test_connections_are_those_that_are_open() -> None:
    async with serve(stay, "127.0.0.1", 0) as server:
        async with connect(url_of(server)), connect(url_of(server)):
            await until(lambda: len(server.connections) == 2)
            assert all(connection.server is server for connection in server.connections)
        await until(lambda: not server.connections)


@in_loop
async def test_arguments_reach_a_subclass() -> None:
    class Named(ServerConnection):
        def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.name = name

    async def handler(connection: ServerConnection) -> None:
        assert isinstance(connection, Named)
        await connection.send(connection.name)

    make = functools.partial(Named, name="bound")
    async with (
        serve(handler, "127.0.0.1", 0, create_connection=make) as server,
        connect(url_of(server)) as client,
    ):
        assert await client.recv() == "bound"


# Opening.


@in_loop
async def test_request_and_agreement() -> None:
    async def handler(connection: ServerConnection) -> None:
        assert connection.request is not None
        await connection.send(f"{connection.request.path} {connection.subprotocol}")

    async with (
        serve(handler, "127.0.0.1", 0, subprotocols=["chat"], origins=["http://a.example"]) as server,
        connect(url_of(server, "/room"), subprotocols=["feed", "chat"], origin="http://a.example") as client,
    ):
        assert await client.recv() == "/room chat"
        assert client.response is not None
        assert client.response.headers["Server"] == SERVER
        assert client.response.headers["Date"].endswith(" GMT")
        assert client.subprotocol == "chat"


@in_loop
async def test_deflate_is_agreed_as_by_websockets() -> None:
    async with serve(stay, "127.0.0.1", 0) as server, connect(url_of(server)) as client:
        assert client.response is not None
        agreed = client.response.headers["Sec-WebSocket-Extensions"]
        assert agreed == "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"


@in_loop
async def test_deflate_with_its_own_settings_or_none() -> None:
    own = DeflateOffer(server_no_context_takeover=True, client_max_window_bits=None)
    async with serve(stay, "127.0.0.1", 0, extensions=[own]) as server, connect(url_of(server)) as client:
        assert client.response is not None
        assert "server_no_context_takeover" in client.response.headers["Sec-WebSocket-Extensions"]
    async with serve(stay, "127.0.0.1", 0, compression=None) as server, connect(url_of(server)) as client:
        assert client.response is not None
        assert "Sec-WebSocket-Extensions" not in client.response.headers


@in_loop
async def test_client_that_says_nothing_is_dropped_after_open_timeout() -> None:
    async with serve(stay, "127.0.0.1", 0, open_timeout=0.1) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        with pytest.raises(ConnectionResetError):
            await reader.read(-1)
        writer.close()


@in_loop
async def test_client_that_leaves_while_opening_is_no_error() -> None:
    async with serve(stay, "127.0.0.1", 0) as server:
        for part in (b"", b"GET / HT"):
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(part)
            writer.close()
            await writer.wait_closed()


@in_loop
async def test_tls() -> None:
    certificates = Certificates.make()
    async with serve(echo, "127.0.0.1", 0, ssl=certificates.server) as server:
        url = url_of(server).replace("ws:", "wss:")
        async with connect(url, ssl=certificates.client()) as client:
            await client.send("sealed")
            assert await client.recv() == "sealed"
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await reader.read(-1)
        writer.close()


@in_loop
async def test_pong_policy_of_the_server() -> None:
    async with (
        serve(stay, "127.0.0.1", 0, pong_policy=PongPolicy("delay", 0.05)) as server,
        connect(url_of(server)) as client,
    ):
        assert await (await client.ping()) >= 0.05


# The end.


@in_loop
async def test_more_connections_than_it_takes_are_turned_away(caplog: pytest.LogCaptureFixture) -> None:
    """RELIABILITY 6: limit - 1, limit, limit + 1; whoever leaves makes room."""
    caplog.set_level(logging.INFO, "framescope.server")
    async with serve(stay, "127.0.0.1", 0, max_connections=2) as server:
        kept = [await connect(url_of(server)) for _ in range(2)]
        with pytest.raises((InvalidHandshake, OSError)) as raised:
            await connect(url_of(server))
        if isinstance(raised.value, InvalidStatus):  # else a reset came before the words were read
            assert raised.value.response.status_code == 503
        assert "client turned away: there are 2 connections" in caplog.messages
        assert len(server.connections) == 2
        await kept.pop().close()
        await until(lambda: len(server._conducting) == 1)
        kept.append(await connect(url_of(server)))
        for connection in kept:
            await connection.close()


@in_loop
async def test_client_of_a_full_server_with_tls_is_told_nothing() -> None:
    certificates = Certificates.make()
    async with serve(stay, "127.0.0.1", 0, ssl=certificates.server, max_connections=0) as server:
        with pytest.raises(OSError):
            await connect(url_of(server).replace("ws:", "wss:"), ssl=certificates.client())


@in_loop
async def test_close_ends_connections_with_1001_and_waits_for_handlers() -> None:
    returned: list[Connection] = []

    async def handler(connection: ServerConnection) -> None:
        await connection.wait_closed()
        await asyncio.sleep(0.05)
        returned.append(connection)

    server = await serve(handler, "127.0.0.1", 0)
    client = await connect(url_of(server))
    await until(lambda: server.connections)
    server.close()
    assert not server.is_serving()
    assert server.sockets == ()
    await server.wait_closed()
    assert len(returned) == 1
    assert str(await closed(client)) == "received 1001 (going away); then sent 1001 (going away)"
    server.close()
    await server.wait_closed()


@in_loop
async def test_close_with_another_code() -> None:
    server = await serve(stay, "127.0.0.1", 0)
    client = await connect(url_of(server))
    await until(lambda: server.connections)
    server.close(code=1012, reason="back soon")
    await server.wait_closed()
    assert isinstance(await closed(client), ConnectionClosedError)
    assert (client.close_code, client.close_reason) == (1012, "back soon")


@in_loop
async def test_close_may_leave_connections_alone() -> None:
    server = await serve(echo, "127.0.0.1", 0)
    client = await connect(url_of(server))
    await until(lambda: server.connections)
    server.close(close_connections=False)
    await client.send("still there")
    assert await client.recv() == "still there"
    await client.close()
    await server.wait_closed()


@in_loop
async def test_close_refuses_what_is_opening_with_503() -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def hold(connection: ServerConnection, request: Request) -> None:
        asked.set()
        await go_on.wait()

    server = await serve(stay, "127.0.0.1", 0, process_request=hold)
    connecting = asyncio.gather(connect(url_of(server)), return_exceptions=True)
    await asked.wait()
    server.close()
    go_on.set()
    (error,) = await connecting
    assert isinstance(error, InvalidStatus)
    assert error.response.status_code == 503
    await server.wait_closed()


@in_loop
async def test_serve_forever_until_cancelled() -> None:
    server = await serve(stay, "127.0.0.1", 0, start_serving=False)
    assert not server.is_serving()
    serving = asyncio.gather(server.serve_forever())
    await until(server.is_serving)
    client = await connect(url_of(server))
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert (await closed(client)).rcvd is not None
    assert client.close_code == 1001


@in_loop
async def test_serve_forever_until_closed() -> None:
    server = await serve(stay, "127.0.0.1", 0)
    serving = asyncio.gather(server.serve_forever())
    await asyncio.sleep(0)
    server.close()
    await serving


@in_loop
async def test_given_socket() -> None:
    sock = socket.create_server(("127.0.0.1", 0))
    async with serve(echo, sock=sock) as server, connect(url_of(server)) as client:
        await client.send("here")
        assert await client.recv() == "here"
    assert sock.fileno() == -1


@in_loop
async def test_port_that_is_taken_leaves_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        await serve(stay, "127.0.0.1", taken.getsockname()[1])


@in_loop
async def test_server_that_was_never_awaited() -> None:
    server = serve(stay, "127.0.0.1", 0)
    server.close()
    await server.wait_closed()
    assert (server.sockets, server.connections, server.is_serving()) == ((), set(), False)
    with pytest.raises(RuntimeError):
        await server.start_serving()


@in_loop
async def test_listening_and_closing_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "framescope.server")
    async with serve(stay, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
    words = [record.getMessage() for record in caplog.records]
    assert words == [f"server listening on 127.0.0.1:{port}", "server closing", "server closed"]


def test_loop_that_ends_meanwhile_leaves_no_socket() -> None:
    async def work() -> socket.socket:
        server = await serve(stay, "127.0.0.1", 0)
        client = socket.create_connection(server.sockets[0].getsockname())
        await until(lambda: server._conducting)
        await asyncio.sleep(0.01)
        server.close()
        return client

    client = asyncio.run(work())
    with pytest.raises(ConnectionResetError):
        client.recv(10)
    client.close()


@pytest.mark.parametrize("end", ["close", "abort"])
@in_loop
async def test_many_connections_leave_nothing(end: str) -> None:
    async def handler(connection: ServerConnection) -> None:
        with contextlib.suppress(OurConnectionClosedError):
            await echo(connection)

    async with serve(handler, "127.0.0.1", 0) as server:

        async def live() -> None:
            client = await connect(url_of(server))
            await client.send("a")
            assert await client.recv() == "a"
            if end == "close":
                await client.close()
            else:
                client.transport.abort()

        for _ in range(5):
            await asyncio.gather(*(live() for _ in range(20)))
        await until(lambda: not server.connections)


@in_loop
async def test_a_factory_that_fails_costs_one_client_its_connection(
    caplog: pytest.LogCaptureFixture, logged_errors: list[logging.LogRecord]
) -> None:
    made: list[ServerConnection] = []

    def make(*args: Any, **options: Any) -> ServerConnection:
        if not made:
            made.append(ServerConnection(*args, **options))
            raise RuntimeError("the first one fails")
        return ServerConnection(*args, **options)

    async with serve(echo, "127.0.0.1", 0, create_connection=make) as server:
        with pytest.raises((InvalidHandshake, ConnectionResetError)):
            await connect(url_of(server))
        async with connect(url_of(server)) as client:
            await client.send("a")
            assert await client.recv() == "a"
    assert "create_connection failed" in caplog.messages
    logged_errors.clear()
    made[0].driver.abort()


@pytest.mark.parametrize("name", ["max_queue", "write_limit"])
@in_loop
async def test_limits_that_cannot_be_are_refused_at_once(name: str) -> None:
    with pytest.raises(ValueError, match="high must be greater than or equal to low"):
        serve(echo, "127.0.0.1", 0, **{name: (1, 4)})


@in_loop
async def test_state_is_told() -> None:
    async with serve(stay, "127.0.0.1", 0) as server, connect(url_of(server)) as client:
        await until(lambda: server.connections)
        (connection,) = server.connections
        assert connection.state is State.OPEN
        await client.close()
        await connection.wait_closed()
        assert connection.state is State.CLOSED  # type: ignore[comparison-overlap]
