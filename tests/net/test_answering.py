"""Is each request answered once: by the hooks, by the engine's verdict, and with 500 where the application fails?"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from framescope.engine.handshake import Request, Response
from framescope.net.connection import ServerConnection
from framescope.net.server import Server, serve
from helpers.loops import in_loop


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def stay(connection: ServerConnection) -> None:
    await connection.wait_closed()


def url_of(server: Server, path: str = "/") -> str:
    return f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}"


@pytest.mark.parametrize("is_async", [False, True], ids=["function", "coroutine"])
@in_loop
async def test_process_request_may_answer(is_async: bool) -> None:
    def answer(connection: ServerConnection, request: Request) -> Response | None:
        return connection.respond(404, "no such room\n") if request.path == "/no" else None

    async def later(connection: ServerConnection, request: Request) -> Response | None:
        await asyncio.sleep(0)
        return answer(connection, request)

    async with serve(echo, "127.0.0.1", 0, process_request=later if is_async else answer) as server:
        with pytest.raises(InvalidStatus) as raised:
            await connect(url_of(server, "/no"))
        assert raised.value.response.status_code == 404
        assert raised.value.response.body == b"no such room\n"
        async with connect(url_of(server, "/yes")) as client:
            await client.send("in")
            assert await client.recv() == "in"


@in_loop
async def test_process_response_may_change_or_replace() -> None:
    async def hook(connection: ServerConnection, request: Request, response: Response) -> Response | None:
        await asyncio.sleep(0)
        response.headers["X-Room"] = "7"
        return connection.respond(402, "pay\n") if request.path == "/pay" else None

    async with serve(stay, "127.0.0.1", 0, process_response=hook, server_header=None) as server:
        async with connect(url_of(server)) as client:
            assert client.response is not None
            assert client.response.headers["X-Room"] == "7"
            assert "Server" not in client.response.headers
        with pytest.raises(InvalidStatus) as raised:
            await connect(url_of(server, "/pay"))
        assert raised.value.response.status_code == 402


@pytest.mark.parametrize("hook", ["process_request", "process_response", "select_subprotocol"])
@in_loop
async def test_hook_that_fails_answers_500(hook: str, logged_errors: list[logging.LogRecord]) -> None:
    def fail(*_: object) -> None:
        raise LookupError("secret of the server")

    async with serve(stay, "127.0.0.1", 0, **{hook: fail}) as server:  # type: ignore[arg-type]
        with pytest.raises(InvalidStatus) as raised:
            await connect(url_of(server), subprotocols=["chat"])
    assert raised.value.response.status_code == 500
    assert b"secret" not in raised.value.response.body
    (record,) = logged_errors
    words = "opening handshake failed" if hook == "select_subprotocol" else f"{hook} failed"
    assert record.getMessage() == words
    logged_errors.clear()


@in_loop
async def test_hook_that_never_answers_is_cancelled_at_open_timeout() -> None:
    ends: list[str] = []

    async def hang(connection: ServerConnection, request: Request) -> None:
        try:
            await asyncio.sleep(20)
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise

    async with serve(stay, "127.0.0.1", 0, process_request=hang, open_timeout=0.1) as server:
        while not ends:  # on a busy machine the time may be up before the hook is called
            with pytest.raises(Exception, match="did not receive a valid HTTP response"):
                await connect(url_of(server))
    assert ends == ["cancelled"]


@in_loop
async def test_hook_cannot_upgrade_what_is_no_websocket() -> None:
    def force(connection: ServerConnection, request: Request) -> Response:
        return connection.respond(101, "")

    async with serve(stay, "127.0.0.1", 0, process_request=force) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.read(-1)).startswith(b"HTTP/1.1 426 ")
        writer.close()


@in_loop
async def test_application_chooses_the_subprotocol() -> None:
    def choose(connection: ServerConnection, offered: Any) -> str | None:
        assert isinstance(connection, ServerConnection)
        return offered[-1] if offered else None

    async with serve(stay, "127.0.0.1", 0, select_subprotocol=choose) as server:
        async with connect(url_of(server), subprotocols=["a", "b"]) as client:
            assert client.subprotocol == "b"
        async with connect(url_of(server)) as client:
            assert client.subprotocol is None


@in_loop
async def test_origin_that_is_refused() -> None:
    async with serve(stay, "127.0.0.1", 0, origins=["http://a.example"]) as server:
        with pytest.raises(InvalidStatus) as raised:
            await connect(url_of(server), origin="http://b.example")
    assert raised.value.response.status_code == 403


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 426),
        ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nX: " + "y" * 9000 + "\r\n\r\n", 431),
    ],
)
@in_loop
async def test_request_that_is_refused(request_text: str, status: int) -> None:
    async with serve(stay, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(request_text.encode())
        answer = await reader.read(-1)
        writer.close()
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
