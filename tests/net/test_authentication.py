"""Does `basic_auth` let in and refuse as that of `websockets`, word by word?"""

from __future__ import annotations

import base64
from typing import Any

import pytest
import websockets.asyncio.client
import websockets.asyncio.server
import websockets.exceptions

from framescope.net.authentication import basic_auth
from framescope.net.connection import ServerConnection
from framescope.net.server import serve
from helpers.loops import in_loop


def basic(userinfo: str) -> str:
    return "Basic " + base64.b64encode(userinfo.encode("utf-8", "surrogateescape")).decode()


async def check(username: str, password: str) -> bool:
    return username == "hello" and password.startswith("i")


def check_now(username: str, password: str) -> bool:
    return username == "hello" and password.startswith("i")


HELLO: dict[str, Any] = {"realm": 'my "dev" \\ server', "credentials": ("hello", "iloveyou")}
HEADERS = [
    [],
    [basic("hello:iloveyou")],
    [basic("hello:ihateyou")],
    [basic("goodbye:iloveyou")],
    [basic("hello:iloveyou:too")],
    [basic("hello")],
    [basic("ä:ö")],
    [basic("\udcff:x")],
    [basic("hello:iloveyou").replace("Basic", "bAsIc")],
    [basic("hello:iloveyou").replace("Basic", "Bearer")],
    ["Basic"],
    ["Basic !!"],
    ["Basic  " + basic("hello:iloveyou")[6:]],
    [basic("hello:iloveyou") + " x"],
    [""],
]


async def answers(library: Any, options: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return what a server answers to each header: who was let in, or status, words and challenge."""
    auth, listen = (
        (basic_auth, serve)
        if library == "ours"
        else (websockets.asyncio.server.basic_auth, websockets.asyncio.server.serve)
    )

    async def handler(connection: Any) -> None:
        await connection.send(ascii(connection.username))

    found: list[tuple[Any, ...]] = []
    async with listen(handler, "127.0.0.1", 0, process_request=auth(**options)) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        for values in HEADERS:
            headers = [("Authorization", value) for value in values]
            try:
                async with websockets.asyncio.client.connect(url, additional_headers=headers) as client:
                    found.append((101, await client.recv()))
            except websockets.exceptions.InvalidStatus as error:
                response = error.response
                found.append((response.status_code, response.body, response.headers["WWW-Authenticate"]))
    return found


@pytest.mark.parametrize(
    "options",
    [
        HELLO,
        {"credentials": [("hello", "iloveyou"), ("ä", "ö"), ("\udcff", "x")]},
        {"check_credentials": check},
        {"check_credentials": check_now, "realm": "r"},
    ],
    ids=["one", "several", "coroutine", "function"],
)
@in_loop
async def test_as_in_websockets(options: dict[str, Any]) -> None:
    ours, theirs = await answers("ours", options), await answers("theirs", options)
    assert [status for status, *_ in ours].count(101) > 1
    assert ours == theirs


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({}, ValueError, "provide either credentials or check_credentials"),
        ({"credentials": ("a", "b"), "check_credentials": check}, ValueError, "provide either"),
        ({"credentials": 7}, TypeError, "invalid credentials argument: 7"),
        ({"credentials": [("a", "b"), "c"]}, TypeError, "invalid credentials argument"),
        ({"credentials": ("a", 7)}, TypeError, "invalid credentials argument"),
    ],
)
def test_what_cannot_be_asked(options: dict[str, Any], kind: type[Exception], words: str) -> None:
    for library in (basic_auth, websockets.asyncio.server.basic_auth):
        with pytest.raises(kind, match=words):
            library(**options)


@in_loop
async def test_two_headers_are_refused() -> None:
    async def never(connection: ServerConnection) -> None:
        raise AssertionError

    async with serve(never, "127.0.0.1", 0, process_request=basic_auth(**HELLO)) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        headers = [("Authorization", basic("hello:iloveyou"))] * 2
        with pytest.raises(websockets.exceptions.InvalidStatus) as raised:
            await websockets.asyncio.client.connect(url, additional_headers=headers)
        assert raised.value.response.body == b"Unsupported credentials\n"
