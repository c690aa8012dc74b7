"""How does an application connect? `await connect(...)`, `async with connect(...)`, `async for ... in connect(...)`."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
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
from framescope.engine.url import Address, parse_url
from framescope.net.assembler import Bounds
from framescope.net.connection import ClientConnection
from framescope.net.opener import open_client
from framescope.net.proxies import choose_proxy
from framescope.net.reconnect import backoff, process_exception
from framescope.net.redirects import MAX_REDIRECTS, follow, is_same_origin, target_of, without_credentials
from framescope.net.route import Route
from framescope.net.tap import Tap
from framescope.net.types import LoggerLike

USER_AGENT = f"Python/{platform.python_version()} framescope/{__version__}"
#: What websockets offers: the server may limit our window, and less memory is used.
DEFLATE = DeflateOffer(memory_level=5)


class connect:  # noqa: N801 - called like a function, as in websockets
    """Connect to a WebSocket server; the names, defaults and exceptions are those of `websockets`.

    `proxy` True asks the environment. Other keywords, `ssl` and those of `Route`, say how TCP and TLS go;
    those that begin with `proxy_` are for TLS with an https proxy.
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
        proxy: str | Literal[True] | None = True,
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
        tap: Tap | None = None,
        **kwargs: Any,
    ) -> None:
        self._uri = uri
        self._address = parse_url(uri)
        if kwargs.get("ssl") is not None and not self._address.is_secure:
            raise ValueError("ssl argument is incompatible with a ws:// URI")
        self._ssl: ssl_module.SSLContext | Literal[True] | None = kwargs.pop("ssl", True)
        self._route = Route.of(kwargs, asked="connect")
        self._proxy = None if self._route.unix or self._route.sock is not None else proxy
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
        for _ in range(MAX_REDIRECTS):
            engine = Engine(offer, now=started, timeouts=replace(self._timeouts), limits=self._limits)
            connection = self._make(engine, **self._options)
            try:
                await open_client(
                    connection.driver,
                    offer.address,
                    self._route,
                    context=self._context(offer.address),
                    proxy=choose_proxy(self._proxy, offer.address),
                    user_agent=offer.user_agent,
                )
            except InvalidStatus as error:
                target = target_of(error, uri)
                if target is None or self._options["tap"] is not None:
                    raise
                address = follow(offer.address, target, self._route)
                headers = offer.headers
                if not is_same_origin(offer.address, address):
                    headers = without_credentials(headers)
                uri, offer = target, replace(offer, address=address, headers=headers)
            else:
                return connection
        raise SecurityError(f"more than {MAX_REDIRECTS} redirects")

    def _context(self, address: Address) -> ssl_module.SSLContext | None:
        if address.is_secure and self._ssl is None:
            raise ValueError("ssl=None is incompatible with a wss:// URI")
        if not address.is_secure:
            self._route.check_plain()
        return None if self._ssl is True else self._ssl


def unix_connect(path: str | bytes | os.PathLike[str] | None = None, uri: str | None = None, **kwargs: Any) -> connect:
    """Connect to a server that listens on the Unix socket `path`; what `connect` takes goes here, too.

    `uri` is what the server is told: ws://localhost/, or wss://localhost/ where `ssl` is given.
    """
    if uri is None:
        uri = "ws://localhost/" if kwargs.get("ssl") is None else "wss://localhost/"
    return connect(uri, unix=True, path=path, **kwargs)


def chosen_deflate(
    extensions: Sequence[DeflateOffer] | None, compression: str | None, default: DeflateOffer
) -> DeflateOffer | None:
    """Return the one extension there is, with its own settings or the default ones; None for none."""
    if compression not in ("deflate", None):
        raise ValueError(f"unsupported compression: {compression}")
    if extensions:
        return extensions[0]
    return default if compression == "deflate" else None
