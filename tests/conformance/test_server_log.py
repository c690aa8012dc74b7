"""Does a server's log, at the level that people keep it, say what that of `websockets` says?"""

from __future__ import annotations

import asyncio
import http
import logging
import re
from typing import Any

import pytest
import websockets
import websockets.asyncio.client
import websockets.asyncio.server

import framescope
from helpers.loops import in_loop, until


async def visit(url: str) -> None:
    """Be the clients: one of each kind, one after the other."""
    connect = websockets.asyncio.client.connect
    async with connect(url) as client:
        await client.send("hello")
        await client.recv()
    async with connect(f"{url}fail") as client:
        await client.wait_closed()
    async with connect(f"{url}leave") as client:
        client.transport.abort()
    refusals = ({"origin": "https://evil.example"}, "other"), ({}, "respond"), ({}, "raise"), ({}, "raise-later")
    for options, path in refusals:
        try:
            await connect(url + path, **options)
        except websockets.InvalidStatus as error:
            assert error.response.status_code in {403, 404, 500}


async def handler(connection: Any) -> None:
    if connection.request.path == "/fail":
        raise RuntimeError("the handler fails")
    async for message in connection:
        await connection.send(message)


def process_request(connection: Any, request: Any) -> Any:
    if request.path == "/respond":
        return connection.respond(http.HTTPStatus.NOT_FOUND, "not here\n")
    if request.path == "/raise":
        raise RuntimeError("the hook fails")
    return None


async def process_response(connection: Any, request: Any, response: Any) -> None:
    await asyncio.sleep(0)
    if request.path == "/raise-later":
        raise RuntimeError("the other hook fails")


async def logged(serve: Any, name: str, caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str]]:
    """Serve the clients; return (level, message, exception) of each line, with ports made alike."""
    caplog.clear()
    caplog.set_level(logging.INFO, name)
    options = {"origins": [None], "process_request": process_request, "process_response": process_response}
    async with serve(handler, "127.0.0.1", 0, **options) as server:
        await visit(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await until(lambda: sum(message == "connection closed" for message in caplog.messages) == 7)
    return [
        (
            record.levelname,
            re.sub(r":\d+$", ":port", record.getMessage()),
            "" if record.exc_info is None else repr(record.exc_info[1]),
        )
        for record in caplog.records
        if record.name == f"{name}.server"
    ]


@in_loop
async def test_the_same_clients_leave_the_same_lines(
    caplog: pytest.LogCaptureFixture, logged_errors: list[logging.LogRecord]
) -> None:
    theirs = await logged(websockets.asyncio.server.serve, "websockets", caplog)
    ours = await logged(framescope.serve, "framescope", caplog)
    logged_errors.clear()
    assert ours == theirs
    messages = [message for _, message, _ in ours]
    assert messages[0] == "server listening on 127.0.0.1:port"
    assert messages[-2:] == ["server closing", "server closed"]
    assert {"connection open", "connection rejected (403 Forbidden)", "HTTP response sent (404 Not Found)"} < set(
        messages
    )
    assert ("ERROR", "connection handler failed", "RuntimeError('the handler fails')") in ours
