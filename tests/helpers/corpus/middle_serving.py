"""How does a diagnosis come to see the server's side? Our server, and a recorder on each connection that it accepts."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any

from framescope.capture.details import ConnectionInfo
from framescope.capture.writer import CaptureWriter
from framescope.engine.close import ConnectionClosed
from framescope.engine.connection import Connection as Engine
from framescope.net.connection import ServerConnection
from framescope.net.server import Server, serve
from framescope.session.recorder import Recorder
from helpers.corpus.stage import LARGEST_MESSAGE, Stage
from helpers.loops import until

Handler = Callable[[ServerConnection], Awaitable[None]]
#: Where the server says that a handler has failed: that is the case, and no error of the test.
_UNREAD = logging.getLogger("corpus")
_UNREAD.addHandler(logging.NullHandler())
_UNREAD.propagate = False
_PATIENCE = 20.0  #: s until a client has come: a browser takes its time


class Place:
    """A server of ours, whose connections are in the stage's capture."""

    def __init__(self, stage: Stage) -> None:
        self.port = 0
        self.server: Server
        self._stage = stage
        self._numbers: list[int] = []
        self._of: dict[ServerConnection, int] = {}
        self._by_path: dict[str, tuple[int, ServerConnection]] = {}

    @property
    def url(self) -> str:
        """Of the path /."""
        return f"ws://127.0.0.1:{self.port}/"

    async def first(self) -> int:
        """Return the number of the first connection that was accepted."""
        await until(lambda: self._numbers, within=_PATIENCE)
        return self._numbers[0]

    async def opened(self, path: str = "/") -> tuple[int, ServerConnection]:
        """Return the connection that was opened for a path, and its number."""
        await until(lambda: path in self._by_path, within=_PATIENCE)
        return self._by_path[path]

    async def ended(self, path: str = "") -> int:
        """Wait for the end of the connection for a path, or of the first, which may never open; return its number."""
        return await self._stage.ended((await self.opened(path))[0] if path else await self.first())

    def create(self, engine: Engine, server: Any, **options: Any) -> ServerConnection:
        """Make a connection that is recorded."""
        writer: CaptureWriter = self._stage.writer
        knobs = asdict(engine.timeouts)
        number = writer.open_connection(ConnectionInfo(url=self.url, role="server", knobs=knobs), time.monotonic_ns())
        recorder = Recorder(writer, number, host="127.0.0.1", port=self.port, timeouts=engine.timeouts)
        connection = ServerConnection(engine, server, tap=recorder, **options)
        writer.flush()
        self._of[connection] = number
        self._numbers.append(number)
        return connection

    def note(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self._by_path[connection.request.path] = (self._of[connection], connection)


@contextlib.asynccontextmanager
async def _serving(stage: Stage, handler: Handler, options: dict[str, Any]) -> AsyncIterator[Place]:
    place = Place(stage)

    async def handle(connection: ServerConnection) -> None:
        place.note(connection)
        await handler(connection)

    usual: dict[str, Any] = {"compression": None, "ping_interval": None, "close_timeout": 0.3}
    usual |= {"max_size": LARGEST_MESSAGE, "create_connection": place.create, "logger": _UNREAD}
    async with serve(handle, "127.0.0.1", 0, **(usual | options)) as place.server:
        place.port = place.server.sockets[0].getsockname()[1]
        yield place


async def echo(connection: ServerConnection) -> None:
    """Send every message back."""
    with contextlib.suppress(ConnectionClosed):
        async for message in connection:
            await connection.send(message)


async def serving(stage: Stage, handler: Handler = echo, **options: Any) -> Place:
    """Serve until the session ends; no pings and short timeouts unless the case says so."""
    return await stage.keep_recording(_serving(stage, handler, options))
