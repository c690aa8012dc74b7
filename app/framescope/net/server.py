"""How does an application serve? `async with serve(handler, host, port)`: one task per connection, closed in order."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import re
import socket
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from framescope import __version__
from framescope.engine.close import CloseCode
from framescope.engine.connection import Connection as Engine
from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import InvalidHandshake
from framescope.engine.handshake import ServerTerms
from framescope.engine.opening import plain_response
from framescope.engine.pongs import PongPolicy
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State
from framescope.net.answering import ProcessRequest, ProcessResponse, answer
from framescope.net.assembler import Bounds, marks
from framescope.net.client import checked_subprotocols, limits
from framescope.net.connection import ServerConnection
from framescope.net.extension_factories import Deflate, chosen_deflate
from framescope.net.knobs import within_reach
from framescope.net.listening import Door, name_of, turn_away
from framescope.net.opener import open_server
from framescope.net.site import Site
from framescope.net.types import LoggerLike, Subprotocol
from framescope.tasks import Tasks

SERVER = f"Python/{platform.python_version()} framescope/{__version__}"
#: What websockets agrees to: windows of 4 KiB, so that many connections take little memory.
DEFLATE = DeflateOffer(server_max_window_bits=12, client_max_window_bits=12, memory_level=5)

#: What a client is told for whom there is no room.
FULL = plain_response(HTTPStatus.SERVICE_UNAVAILABLE, "The server has as many connections as it takes.\n").serialise()

Handler = Callable[[ServerConnection], Awaitable[None]]
SelectSubprotocol = Callable[[ServerConnection, Sequence[Subprotocol]], str | None]


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """What `serve` was asked for, except where to listen."""

    terms: ServerTerms
    select_subprotocol: SelectSubprotocol | None
    timeouts: Timeouts
    limits: Limits
    pong_policy: PongPolicy | None
    max_connections: int | None
    process_request: ProcessRequest | None
    process_response: ProcessResponse | None
    server_header: str | None
    create_connection: Callable[..., ServerConnection]
    connection_options: dict[str, Any]


class Server:
    """A server, as `serve` makes it: awaited it listens, as a context manager it also closes."""

    def __init__(
        self,
        handler: Handler,
        options: ServerOptions,
        site: Site,
        *,
        logger: LoggerLike,
    ) -> None:
        self.logger = logger
        self._handler = handler
        self._options = options
        self._site = site
        self._loop = asyncio.get_running_loop()
        self._door: Door | None = None
        self._all: set[ServerConnection] = set()
        self._tasks = Tasks("server")
        self._conducting: set[asyncio.Task[None]] = set()
        self._is_closing = False
        self._closed: asyncio.Future[None] | None = None

    @property
    def connections(self) -> set[ServerConnection]:
        """The connections that are open, and not closing."""
        return {connection for connection in self._all if connection.state is State.OPEN}

    @property
    def sockets(self) -> tuple[socket.socket, ...]:
        """The listening sockets."""
        return self._door.sockets if self._door is not None and not self._is_closing else ()

    def __await__(self) -> Generator[Any, None, Self]:
        return self._listen().__await__()

    async def __aenter__(self) -> Self:
        return await self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
        await self.wait_closed()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop that it serves on."""
        return self._loop

    def is_serving(self) -> bool:
        """Tell whether connections are accepted."""
        return self._door is not None and self._door.is_open

    async def start_serving(self) -> None:
        """Accept connections from now on."""
        if self._door is None:
            raise RuntimeError("await the server first")
        if not self._door.is_open and not self._is_closing:
            self._door.open(self._site.backlog)
            for sock in self._door.sockets:
                self.logger.info("server listening on %s", name_of(sock))

    async def serve_forever(self) -> None:
        """Serve until `close` is called elsewhere, or until cancelled, which closes the server."""
        await self.start_serving()
        try:
            await self.wait_closed()
        except asyncio.CancelledError:
            self.close()
            await self.wait_closed()
            raise

    def close(
        self, close_connections: bool = True, code: CloseCode | int = CloseCode.GOING_AWAY, reason: str = ""
    ) -> None:
        """Stop accepting, refuse what is opening (503), close what is open, then wait for the handlers."""
        if self._is_closing or self._door is None:
            return
        self._is_closing = True
        self.logger.info("server closing")
        self._door.close()
        self._tasks.start(self._close(code if close_connections else None, reason), "close")

    async def wait_closed(self) -> None:
        """Wait until every connection is closed and every handler has returned."""
        if self._closed is not None:
            await asyncio.shield(self._closed)

    async def _listen(self) -> Self:
        if self._door is None:
            self._door = await self._site.open_door(self._accepted)
            self._closed = asyncio.get_running_loop().create_future()
            if self._site.start_serving:
                try:
                    await self.start_serving()
                except OSError:
                    self._door.close()
                    raise
        return self

    async def _close(self, code: int | None, reason: str) -> None:
        if code is not None:
            closing = [self._tasks.start(connection.close(code, reason), "close") for connection in self.connections]
            if closing:
                await asyncio.wait(closing)
        if self._conducting:
            await asyncio.wait(self._conducting)
        assert self._closed is not None
        self._closed.set_result(None)
        self.logger.info("server closed")

    def _accepted(self, sock: socket.socket) -> None:
        options = self._options
        if options.max_connections is not None and len(self._conducting) >= options.max_connections:
            turn_away(sock, b"" if self._site.ssl is not None else FULL)
            self.logger.info("client turned away: there are %d connections", len(self._conducting))
            return
        terms = options.terms
        if options.select_subprotocol is not None:
            select = options.select_subprotocol
            terms = replace(terms, select_subprotocol=lambda names: select(connection, [*map(Subprotocol, names)]))
        engine = Engine(
            terms,
            now=time.monotonic(),
            timeouts=replace(options.timeouts),
            limits=options.limits,
            pong_policy=options.pong_policy,
        )
        try:
            connection = options.create_connection(engine, self, **options.connection_options)
        except Exception:
            self.logger.error("create_connection failed", exc_info=True)
            sock.close()
            return
        self._all.add(connection)
        task = self._tasks.start(self._conduct(connection, sock), "connection")
        self._conducting.add(task)
        task.add_done_callback(self._conducting.discard)

    async def _conduct(self, connection: ServerConnection, sock: socket.socket) -> None:
        """Live one connection's life; its socket is closed when this returns."""
        driver = connection.driver
        try:
            site = self._site
            await open_server(driver, sock, context=site.ssl, tls_limit=site.ssl_handshake_timeout)
            await self._answer(connection)
            if connection.state is State.OPEN:
                await self._handle(connection)
            await connection.wait_closed()
        except (OSError, InvalidHandshake):
            pass  # the debug log says it, for a server's log is not the peers' to fill
        finally:
            self._all.discard(connection)
            driver.abort()

    async def _answer(self, connection: ServerConnection) -> None:
        """Do the opening handshake; a hook that is still at it when open_timeout passes is cancelled."""
        options = self._options
        work = self._tasks.start(
            answer(
                connection,
                process_request=options.process_request,
                process_response=options.process_response,
                server_header=options.server_header,
            ),
            "answer",
        )
        either: set[asyncio.Future[Any]] = {work, connection.driver.ended}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            await asyncio.wait({work})

    async def _handle(self, connection: ServerConnection) -> None:
        try:
            async with connection:
                await self._handler(connection)
        except Exception:
            connection.logger.error("connection handler failed", exc_info=True)


def serve(
    handler: Handler,
    host: str | Sequence[str] | None = None,
    port: int | None = None,
    *,
    origins: Sequence[str | re.Pattern[str] | None] | None = None,
    extensions: Sequence[Deflate] | None = None,
    subprotocols: Sequence[str] | None = None,
    select_subprotocol: SelectSubprotocol | None = None,
    compression: str | None = "deflate",
    process_request: ProcessRequest | None = None,
    process_response: ProcessResponse | None = None,
    server_header: str | None = SERVER,
    open_timeout: float | None = 10,
    ping_interval: float | None = 20,
    ping_timeout: float | None = 20,
    close_timeout: float | None = 10,
    max_size: int | tuple[int | None, int | None] | None = 2**20,
    max_queue: Bounds = 16,
    write_limit: int | tuple[int, int | None] = 2**15,
    logger: LoggerLike | None = None,
    create_connection: Callable[..., ServerConnection] | None = None,
    pong_policy: PongPolicy | None = None,
    max_connections: int | None = None,
    **kwargs: Any,
) -> Server:
    """Serve WebSockets; names, defaults and manners are those of `websockets`.

    `pong_policy` is ours, and `max_connections`: clients beyond it get 503. Other keywords, `ssl` and those of
    `Site`, say where and behind which TLS.
    """
    for bounds in (max_queue, write_limit):
        marks(bounds)
    site = Site.of({"host": host, "port": port, **kwargs}, asked="serve")
    options = ServerOptions(
        terms=ServerTerms(
            origins, checked_subprotocols(subprotocols), chosen_deflate(extensions, compression, DEFLATE)
        ),
        select_subprotocol=select_subprotocol,
        timeouts=Timeouts(*map(within_reach, (open_timeout, ping_interval, ping_timeout, close_timeout))),
        limits=limits(max_size),
        pong_policy=pong_policy,
        max_connections=max_connections,
        process_request=process_request,
        process_response=process_response,
        server_header=server_header,
        create_connection=create_connection or ServerConnection,
        connection_options={
            "ping_interval": ping_interval,
            "ping_timeout": ping_timeout,
            "close_timeout": close_timeout,
            "max_queue": max_queue,
            "write_limit": write_limit,
            **({} if logger is None else {"logger": logger}),
        },
    )
    return Server(handler, options, site, logger=logger or logging.getLogger(ServerConnection.logger_name))


def unix_serve(handler: Handler, path: str | bytes | os.PathLike[str] | None = None, **kwargs: Any) -> Server:
    """Serve on the Unix socket `path`; what `serve` takes, but for host and port, goes here, too."""
    return serve(handler, unix=True, path=path, **kwargs)
