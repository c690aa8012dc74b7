"""How does an application connect? `await connect(...)`, `async with connect(...)`, `async for ... in connect(...)`."""

from __future__ import annotations

import asyncio
import logging
import platform
import socket
import ssl as ssl_module
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Literal

from framescope import __version__
from framescope.engine.connection import Connection as Engine
from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import InvalidStatus, SecurityError, WebSocketException
from framescope.engine.handshake import ClientOffer
from framescope.engine.headers import Headers, HeadersLike
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.url import parse_url
from framescope.net.assembler import Bounds
from framescope.net.connection import ClientConnection, LoggerLike
from framescope.net.opener import open_client
from framescope.net.reconnect import backoff, process_exception
from framescope.net.redirects import MAX_REDIRECTS, follow, is_same_origin, target_of, without_credentials
from framescope.net.tap import Tap

USER_AGENT = f"Python/{platform.python_version()} framescope/{__version__}"
#: What websockets offers: the server may limit our window, and less memory is used.
DEFLATE = DeflateOffer(memory_level=5)


class connect:  # noqa: N801 - called like a function, as in websockets
    """Connect to a WebSocket server; the names, defaults and exceptions are those of `websockets`.

    Raises InvalidURI, OSError, InvalidHandshake, or TimeoutError after `open_timeout` seconds in all.
    `tap` watches one connection, so with one redirects are not followed.
    """

    def __init__(
        self,
        uri: str,
        *,
        origin: str | None = None,
        extensions: Sequence[DeflateOffer] | None = None,
        subprotocols: Sequence[str] | None = None,
        compression: str | None = "deflate",
        additional_headers: HeadersLike | None = None,
        user_agent_header: str | None = USER_AGENT,
        process_exception: Callable[[Exception], Exception | None] = process_exception,
        open_timeout: float | None = 10,
        ping_interval: float | None = 20,
        ping_timeout: float | None = 20,
        close_timeout: float | None = 10,
        reconnect_delays: Callable[[], Iterator[float]] = backoff,
        max_size: int | None = 2**20,
        max_queue: Bounds = 16,
        write_limit: int | tuple[int, int | None] = 2**15,
        logger: LoggerLike | None = None,
        create_connection: Callable[..., ClientConnection] | None = None,
        ssl: ssl_module.SSLContext | Literal[True] | None = None,
        server_hostname: str | None = None,
        host: str | None = None,
        port: int | None = None,
        sock: socket.socket | None = None,
        family: int = socket.AF_UNSPEC,
        local_addr: tuple[str, int] | None = None,
        tap: Tap | None = None,
    ) -> None:
        self._uri = uri
        self._address = parse_url(uri)
        if ssl is not None and not self._address.is_secure:
            raise ValueError("ssl argument is incompatible with a ws:// URI")
        self._offer = ClientOffer(
            self._address,
            origin=origin,
            subprotocols=tuple(subprotocols or ()),
            deflate=chosen_deflate(extensions, compression, DEFLATE),
            headers=tuple(Headers(additional_headers or ()).raw_items()),
            user_agent=user_agent_header,
        )
        self._timeouts = Timeouts(open_timeout, ping_interval, ping_timeout, close_timeout)
        self._limits = Limits(max_message=max_size)
        self._process_exception = process_exception
        self._reconnect_delays = reconnect_delays
        self._logger = logger or logging.getLogger("framescope.client")
        self._make = create_connection or ClientConnection
        self._options: dict[str, Any] = {"max_queue": max_queue, "write_limit": write_limit, "tap": tap}
        self._options["logger"] = self._logger
        self._destination = {"host": host, "port": port, "sock": sock}
        self._route: dict[str, Any] = {"server_hostname": server_hostname, "family": family}
        self._route |= {"context": None if ssl is True else ssl, "local_address": local_addr, **self._destination}
        self._connection: ClientConnection | None = None

    def __await__(self) -> Generator[Any, None, ClientConnection]:
        return self._connect().__await__()

    async def __aenter__(self) -> ClientConnection:
        if self._connection is not None:
            raise RuntimeError("connect() isn't reentrant")
        self._connection = await self
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.__aexit__(kind, error, traceback)

    async def __aiter__(self) -> AsyncIterator[ClientConnection]:
        delays: Iterator[float] | None = None
        while True:
            try:
                connection = await self
            except (OSError, WebSocketException) as error:
                fatal = self._process_exception(error)
                if fatal is error:
                    raise
                if fatal is not None:
                    raise fatal from error
                delays = delays or self._reconnect_delays()
                delay = next(delays)
                self._logger.info("connect failed; reconnecting in %.1f seconds: %s", delay, error)
                await asyncio.sleep(delay)
                continue
            delays = None
            async with connection:
                yield connection

    async def _connect(self) -> ClientConnection:
        started = time.monotonic()
        uri, offer = self._uri, self._offer
        is_fixed = any(value is not None for value in self._destination.values())
        for _ in range(MAX_REDIRECTS):
            engine = Engine(offer, now=started, timeouts=replace(self._timeouts), limits=self._limits)
            connection = self._make(engine, **self._options)
            try:
                await open_client(connection.driver, offer.address, **self._route)
            except InvalidStatus as error:
                target = target_of(error, uri)
                if target is None or self._options["tap"] is not None:
                    raise
                address = follow(offer.address, target, is_fixed=is_fixed)
                headers = offer.headers
                if not is_same_origin(offer.address, address):
                    headers = without_credentials(headers)
                uri, offer = target, replace(offer, address=address, headers=headers)
            else:
                return connection
        raise SecurityError(f"more than {MAX_REDIRECTS} redirects")


def chosen_deflate(
    extensions: Sequence[DeflateOffer] | None, compression: str | None, default: DeflateOffer
) -> DeflateOffer | None:
    """Return the one extension there is, with its own settings or the default ones; None for none."""
    if compression not in ("deflate", None):
        raise ValueError(f"unsupported compression: {compression}")
    if extensions:
        return extensions[0]
    return default if compression == "deflate" else None
