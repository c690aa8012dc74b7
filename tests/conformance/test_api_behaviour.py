"""Does the API do what that of `websockets` does, where it is used in unusual ways?

A scene is played once with each library, client and server of one kind; what it notes down has to be equal.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from types import ModuleType
from typing import Any

import pytest
import websockets

import framescope
from helpers.loops import in_loop

Notes = list[str]
Scene = Callable[[ModuleType, Notes], Coroutine[Any, Any, None]]
SCENES: dict[str, Scene] = {}


def scene(play: Scene) -> Scene:
    SCENES[play.__name__.replace("_", " ")] = play
    return play


def words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error} <- {type(error.__cause__).__name__}"


async def tried(notes: Notes, what: str, act: Awaitable[Any]) -> None:
    """Note down what an act gives, or raises."""
    try:
        notes.append(f"{what}: {await act!r}")
    except Exception as error:  # noqa: BLE001 - what it raises is what is compared
        notes.append(f"{what}: {words(error)}")


def url_of(server: Any, path: str = "/") -> str:
    return f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}"


async def echo(connection: Any) -> None:
    async for message in connection:
        await connection.send(message)


@contextlib.asynccontextmanager
async def pair(library: ModuleType, **options: Any) -> AsyncIterator[tuple[Any, Any]]:
    """Yield a client and its server's connection."""
    arrived = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def handler(connection: Any) -> None:
        arrived.set_result(connection)
        await done.wait()

    async with library.serve(handler, "127.0.0.1", 0) as server, library.connect(url_of(server), **options) as client:
        try:
            yield client, await arrived
        finally:
            done.set()


@scene
async def what_was_queued_comes_before_the_end(library: ModuleType, notes: Notes) -> None:
    async with pair(library) as (client, server):
        await server.send("a")
        await server.send("b")
        await server.close(1001, "x")
        for act in (client.recv, client.recv, client.recv, client.recv, client.ping, client.pong, client.close):
            await tried(notes, act.__name__, act())
        await tried(notes, "send", client.send("z"))
        notes.append(f"{client.close_code} {client.close_reason} {server.close_code} {server.close_reason}")


@scene
async def messages_stay_after_our_own_close(library: ModuleType, notes: Notes) -> None:
    async with pair(library) as (client, server):
        await server.send("a")
        await (await server.ping())
        await client.close(3000, "r")
        await tried(notes, "client", client.recv())
        await tried(notes, "client", client.recv())
        await tried(notes, "server", server.recv())


@scene
async def text_that_is_none(library: ModuleType, notes: Notes) -> None:
    async with pair(library) as (client, server):
        await server.send(b"\xff\xfe")
        await tried(notes, "decoded", client.recv(decode=True))
        await tried(notes, "next", client.recv())
        await tried(notes, "server", server.recv())


@scene
async def arguments(library: ModuleType, notes: Notes) -> None:
    for options in (
        {"compression": "gzip"},
        {"subprotocols": "abc"},
        {"subprotocols": ["a b"]},
        {"ssl": True},
    ):
        try:
            library.connect("ws://localhost/", **options)
        except (TypeError, ValueError) as error:
            notes.append(f"connect {options}: {words(error)}")
        options.pop("ssl", None)
        try:
            library.serve(echo, "127.0.0.1", 0, **options)
        except (TypeError, ValueError) as error:
            notes.append(f"serve {options}: {words(error)}")


@scene
async def limits(library: ModuleType, notes: Notes) -> None:
    cases: list[tuple[Any, Any]] = [
        (10, "x" * 10),
        (10, "x" * 11),
        (10, ["x" * 6, "x" * 6]),
        ((20, 10), "x" * 11),
        ((20, 10), ["x" * 10, "x" * 10]),
        ((20, 10), ["x" * 10, "x" * 10, "x"]),
        ((None, 10), ["x" * 10] * 5),
        ((20, None), "x" * 20),
        (None, "x" * 1_100_000),
    ]
    for max_size, message in cases:
        async with pair(library, max_size=max_size, compression=None) as (client, server):
            with contextlib.suppress(library.ConnectionClosed):
                await server.send(message)
            try:
                notes.append(f"{max_size}: {len(await client.recv())}")
            except library.ConnectionClosed as error:
                notes.append(f"{max_size}: {words(error)} {error.__cause__}")


@scene
async def two_receivers(library: ModuleType, notes: Notes) -> None:
    async def streamed(connection: Any, **options: Any) -> list[Any]:
        return [piece async for piece in connection.recv_streaming(**options)]

    async with pair(library) as (client, server):
        receiving = asyncio.gather(client.recv())
        await asyncio.sleep(0)
        await tried(notes, "recv", client.recv())
        await tried(notes, "recv_streaming", streamed(client))
        receiving.cancel()
        await asyncio.sleep(0)
        await server.send(["a", "b"])
        await tried(notes, "after cancelling", streamed(client))
        await server.send([b"\xc3", b"\xa9"])
        await tried(notes, "decoded", streamed(client, decode=True))
        await server.send(["a", "b"], text=False)
        await tried(notes, "binary", streamed(client))
        await server.send(["a", "b"])
        notes.append(await anext(aiter(client.recv_streaming())))
        await tried(notes, "left half-way", client.recv())


@scene
async def what_cannot_be_sent(library: ModuleType, notes: Notes) -> None:
    for wrong in (7, None, {"a": 1}, ["a", b"b"]):
        async with pair(library) as (client, _):
            await tried(notes, "send", client.send(wrong))
            await tried(notes, "then", client.send("x"))
    async with pair(library) as (client, _):
        await tried(notes, "ping", client.ping(7))
        await tried(notes, "ping", client.ping("x" * 126))
        await tried(notes, "pong", client.pong(None))
        await tried(notes, "pong", client.pong(b"x" * 126))


@scene
async def iterables_as_messages(library: ModuleType, notes: Notes) -> None:
    async def letters() -> AsyncIterator[str]:
        for letter in "abc":
            yield letter
            await asyncio.sleep(0)

    async def broken() -> AsyncIterator[str]:
        yield "a"
        raise KeyError("k")

    async with library.serve(echo, "127.0.0.1", 0) as server, library.connect(url_of(server)) as client:
        await client.send([])
        for message in (letters(), iter(["x", "y"]), ("t", "u"), [b"1", bytearray(b"2"), memoryview(b"3")]):
            await client.send(message)
            notes.append(repr(await client.recv()))
        await client.send([b"\xc3", b"\xa9"], text=True)
        notes.append(await client.recv())
        await tried(notes, "broken", client.send(broken()))
        await tried(notes, "then", client.send("x"))


@scene
async def closing_inside_a_fragmented_message(library: ModuleType, notes: Notes) -> None:
    gate = asyncio.Event()

    async def slow() -> AsyncIterator[str]:
        yield "a"
        await gate.wait()
        yield "b"

    async with pair(library) as (client, _):
        sending = asyncio.gather(client.send(slow()), return_exceptions=True)
        await asyncio.sleep(0.02)
        await tried(notes, "close", client.close())
        gate.set()
        notes.append(words((await sending)[0]))


@scene
async def codes_that_must_not_be_sent(library: ModuleType, notes: Notes) -> None:
    async with pair(library) as (client, server):
        for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000):
            await tried(notes, str(code), client.close(code, "why"))
            notes.append(client.state.name)
        await tried(notes, "4999", client.close(4999, "ä" * 60))
        await tried(notes, "after the end", client.close(1006))
        await tried(notes, "server", server.recv())


@scene
async def closing_a_server(library: ModuleType, notes: Notes) -> None:
    for options in ({}, {"code": 1012, "reason": "r"}, {"close_connections": False}):
        server = await library.serve(echo, "127.0.0.1", 0)
        client = await library.connect(url_of(server))
        server.close(**options)
        server.close()
        if not options.get("close_connections", True):
            await client.send("still there")
            notes.append(await client.recv())
            await client.close()
        await tried(notes, "recv", client.recv())
        await server.wait_closed()
        notes.append(f"{server.is_serving()} {server.sockets} {server.connections}")


@scene
async def connecting_while_the_server_closes(library: ModuleType, notes: Notes) -> None:
    asked, gate = asyncio.Event(), asyncio.Event()

    async def hold(connection: Any, request: Any) -> None:
        asked.set()
        await gate.wait()

    async def connect() -> None:
        await library.connect(url_of(server))

    server = await library.serve(echo, "127.0.0.1", 0, process_request=hold)
    connecting = asyncio.gather(connect(), return_exceptions=True)
    await asked.wait()
    server.close()
    await asyncio.sleep(0)
    gate.set()
    (error,) = await connecting
    notes.append(f"{words(error)} {bytes(error.response.body)!r}")
    await server.wait_closed()


@scene
async def serving_forever(library: ModuleType, notes: Notes) -> None:
    server = await library.serve(echo, "127.0.0.1", 0, start_serving=False)
    notes.append(str(server.is_serving()))
    serving = asyncio.gather(server.serve_forever(), return_exceptions=True)
    await asyncio.sleep(0)
    async with library.connect(url_of(server)) as client:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        await tried(notes, "recv", client.recv())
    notes.append(str(server.is_serving()))


@scene
async def answers_of_a_hook(library: ModuleType, notes: Notes) -> None:
    def plain(connection: Any, request: Any) -> Any:
        return connection.respond(418, "ünïcode")

    async def later(connection: Any, request: Any) -> Any:
        return connection.respond(404, "x")

    def looks(connection: Any, request: Any) -> None:
        notes.append(f"{connection.request.path} {connection.response} {connection.state.name}")

    for hook in (plain, later, looks):
        async with library.serve(echo, "127.0.0.1", 0, process_request=hook, server_header="S") as server:
            try:
                async with library.connect(url_of(server, "/é?x=ä")) as client:
                    notes.append(f"{sorted(client.response.headers)} {client.response.headers['Server']}")
            except library.InvalidStatus as error:
                response = error.response
                notes.append(f"{words(error)} {response.reason_phrase} {bytes(response.body)!r}")
                notes.append(str(sorted(response.headers)))


@scene
async def redirects(library: ModuleType, notes: Notes) -> None:
    def to_room(connection: Any, request: Any) -> Any:
        response = connection.respond(302, "")
        response.headers["Location"] = "/room" if request.path != "/loop" else "/loop"
        return response if request.path != "/room" else None

    class Staying(library.connect):  # type: ignore[misc, name-defined]
        """Follows nothing, as in the FAQ."""

        def process_redirect(self, exc: Exception) -> Exception | str:
            return exc

    async with library.serve(echo, "127.0.0.1", 0, process_request=to_room) as server:
        async with library.connect(url_of(server)) as client:
            notes.append(client.request.path)
        for connect, path in ((Staying, "/"), (library.connect, "/loop")):
            try:
                await connect(url_of(server, path))
            except library.InvalidHandshake as error:
                notes.append(words(error))


@scene
async def everyone_waits_for_the_end(library: ModuleType, notes: Notes) -> None:
    async with pair(library) as (client, server):
        waiting = asyncio.gather(*(act() for act in [client.wait_closed] * 3 + [client.close] * 3))
        receiving = asyncio.gather(client.recv(), server.recv(), return_exceptions=True)
        notes.append(str(await waiting))
        notes.extend(map(words, await receiving))
        await tried(notes, "ping", client.ping())


@pytest.mark.parametrize("name", SCENES)
@in_loop
async def test_both_libraries_do_the_same(name: str, logged_errors: list[logging.LogRecord]) -> None:
    theirs: Notes = []
    ours: Notes = []
    await SCENES[name](websockets, theirs)
    await SCENES[name](framescope, ours)
    logged_errors.clear()  # handlers whose connection ends badly
    assert theirs
    assert ours == theirs
