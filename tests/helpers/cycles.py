"""How often can a connection come and go before something is left? Each kind of end, again and again.

`python -m helpers.cycles KIND COUNT` prints as JSON what `run_cycles` returns.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import ssl
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from framescope.engine.close import ConnectionClosed, ConnectionClosedError
from framescope.engine.errors import InvalidStatus
from framescope.engine.http import Request, Response
from framescope.net.client import connect
from framescope.net.connection import ServerConnection
from framescope.net.server import Server, serve
from helpers.raw_peers import Certificates, free_port

AT_ONCE = 10  #: cycles that run at the same time
SHORT = 0.02  #: seconds, an open_timeout that passes
Cycle = Callable[[int], Awaitable[object]]
Kind = Callable[[], contextlib.AbstractAsyncContextManager[Cycle]]


class Counts(NamedTuple):
    """What has to come back exactly."""

    descriptors: int
    tasks: int
    timers: int
    watched: int  #: sockets that the loop watches
    threads: int

    @classmethod
    def now(cls) -> Counts:
        loop: Any = asyncio.get_running_loop()
        return cls(
            len(list(Path("/proc/self/fd").iterdir())),
            len(asyncio.all_tasks()),
            sum(1 for handle in loop._scheduled if not handle.cancelled()),
            len(loop._selector.get_map()),
            threading.active_count(),
        )


class Held(NamedTuple):
    """What the process holds when all is quiet."""

    counts: Counts
    objects: int  #: that the garbage collector follows
    memory: int  #: resident, B

    @classmethod
    def now(cls) -> Held:
        gc.collect()
        return cls(Counts.now(), len(gc.get_objects()), psutil.Process().memory_info().rss)


def url_of(server: Server, scheme: str = "ws") -> str:
    return f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@contextlib.asynccontextmanager
async def clean() -> AsyncIterator[Cycle]:
    """A message there and back, then one side closes, in turns."""

    async def handle(connection: ServerConnection) -> None:
        async for message in connection:
            await connection.send(message)
            if message == "leave":
                return

    async with serve(handle, "127.0.0.1", 0) as server:

        async def cycle(number: int) -> None:
            async with connect(url_of(server)) as connection:
                await connection.send("leave" if number % 2 else "stay")
                await connection.recv()
                if number % 2:
                    await connection.wait_closed()
            assert connection.close_code == 1000

        yield cycle


@contextlib.asynccontextmanager
async def reset() -> AsyncIterator[Cycle]:
    """One side resets the TCP connection, in turns."""

    async def handle(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await connection.send("ready")
            await connection.recv()
            connection.driver.abort()

    async with serve(handle, "127.0.0.1", 0) as server:

        async def cycle(number: int) -> None:
            async with connect(url_of(server)) as connection:
                await connection.recv()
                if number % 2:
                    connection.driver.abort()
                else:
                    await connection.send("reset")
                with pytest.raises(ConnectionClosedError):
                    await connection.recv()

        yield cycle


@contextlib.asynccontextmanager
async def refused() -> AsyncIterator[Cycle]:
    """Nothing listens."""
    port = free_port()

    async def cycle(_: int) -> None:
        with pytest.raises(ConnectionRefusedError):
            await connect(f"ws://127.0.0.1:{port}/")

    yield cycle


@contextlib.asynccontextmanager
async def forbidden() -> AsyncIterator[Cycle]:
    """The server answers 403."""

    def answer(connection: ServerConnection, _: Request) -> Response:
        return connection.respond(403, "no\n")

    async with serve(unreached, "127.0.0.1", 0, process_request=answer) as server:

        async def cycle(_: int) -> None:
            with pytest.raises(InvalidStatus):
                await connect(url_of(server))

        yield cycle


@contextlib.asynccontextmanager
async def timeout() -> AsyncIterator[Cycle]:
    """The server never answers, and the client's open_timeout passes."""
    async with serve(unreached, "127.0.0.1", 0, process_request=never) as server:

        async def cycle(_: int) -> None:
            with pytest.raises(TimeoutError):
                await connect(url_of(server), open_timeout=SHORT)

        yield cycle


@contextlib.asynccontextmanager
async def silent_client() -> AsyncIterator[Cycle]:
    """The client says nothing, and the server's open_timeout passes."""
    async with serve(unreached, "127.0.0.1", 0, open_timeout=SHORT) as server:
        host, port = server.sockets[0].getsockname()

        async def cycle(_: int) -> None:
            reader, writer = await asyncio.open_connection(host, port)
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

        yield cycle


@contextlib.asynccontextmanager
async def cancelled() -> AsyncIterator[Cycle]:
    """The application gives up while the server thinks about the request."""
    async with serve(unreached, "127.0.0.1", 0, process_request=never) as server:

        async def cycle(_: int) -> None:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(connect(url_of(server))._connect(), SHORT)

        yield cycle


@contextlib.asynccontextmanager
async def untrusted() -> AsyncIterator[Cycle]:
    """The client refuses the server's certificate."""
    stranger = ssl.create_default_context()
    async with serve(unreached, "127.0.0.1", 0, ssl=Certificates.make().server) as server:

        async def cycle(_: int) -> None:
            with pytest.raises(ssl.SSLCertVerificationError):
                await connect(url_of(server, "wss"), ssl=stranger)

        yield cycle


async def unreached(_: ServerConnection) -> None:
    raise AssertionError("no connection opens here")


async def never(_: ServerConnection, __: Request) -> None:
    await asyncio.Event().wait()


KINDS: dict[str, Kind] = {
    kind.__name__: kind for kind in (clean, reset, refused, forbidden, timeout, silent_client, cancelled, untrusted)
}


async def run_cycles(kind: str, count: int) -> tuple[Held, Held, Held]:
    """Run `count` cycles; return what is held before, after a fifth of them, and at the end."""
    async with KINDS[kind]() as cycle:
        await repeat(cycle, 2 * AT_ONCE)  # what the first ones load stays
        before = await quiet()
        await repeat(cycle, count // 5)
        early = await quiet(before.counts)
        await repeat(cycle, count - count // 5)
        return before, early, await quiet(before.counts)


async def repeat(cycle: Cycle, count: int) -> None:
    for start in range(0, count, AT_ONCE):
        await asyncio.gather(*(cycle(number) for number in range(start, start + AT_ONCE)))


async def quiet(wanted: Counts | None = None) -> Held:
    """Let what is under way end: until the counts are as `wanted`, or else stay as they are for a while."""
    last, same = Counts.now(), 0
    for _ in range(500):
        await asyncio.sleep(0.01)
        now = Counts.now()
        same = same + 1 if now == last else 0
        if now == wanted or (wanted is None and same == 10):
            break
        last = now
    return Held.now()


if __name__ == "__main__":
    held = asyncio.run(run_cycles(sys.argv[1], int(sys.argv[2])))
    print(json.dumps(held))  # noqa: T201
