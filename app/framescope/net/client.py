"""How does an application connect? `await connect(...)`, `async with connect(...)`, `async for ... in connect(...)`."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import ssl as ssl_module
import time
import traceback
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Literal

from framescope import __version__
from framescope.engine.connection import Connection as Engine
from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import InvalidStatus, SecurityError, WebSocketException
from framescope.engine.handshake import ClientOffer
from framescope.engine.headers import Headers, HeadersLike, is_token
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.url import Address, parse_url
from framescope.net.assembler import Bounds
from framescope.net.connection import ClientConnection
from framescope.net.extension_factories import Deflate, chosen_deflate
from framescope.net.knobs import within_reach
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
        extensions: Sequence[Deflate] | None = None,
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
        max_size: int | tuple[int | None, int | None] | None = 2**20,
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
            subprotocols=checked_subprotocols(subprotocols),
            deflate=chosen_deflate(extensions, compression, DEFLATE),
            headers=tuple(Headers(additional_headers or ()).raw_items()),
            user_agent=user_agent_header,
        )
        self._asked = uri, self._offer
        self._timeouts = Timeouts(*map(within_reach, (open_timeout, ping_interval, ping_timeout, close_timeout)))
        self._limits = limits(max_size)
        self._process_exception = process_exception
        self._reconnect_delays = reconnect_delays
        self.logger = logger or logging.getLogger(ClientConnection.logger_name)
        self._make = create_connection or ClientConnection
        self._options: dict[str, Any] = {
            "ping_interval": ping_interval,
            "ping_timeout": ping_timeout,
            "close_timeout": close_timeout,
            "max_queue": max_queue,
            "write_limit": write_limit,
            **{name: given for name, given in (("logger", logger), ("tap", tap)) if given is not None},
        }
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
                async with self as connection:
                    yield connection
            except Exception as error:  # noqa: BLE001 - process_exception judges it
                self._judge(error)
                delays = delays or self._reconnect_delays()
                delay = next(delays)
                words = traceback.format_exception_only(error)[0].strip()
                self.logger.info("connect failed; reconnecting in %.1f seconds: %s", delay, words)
                await asyncio.sleep(delay)
            else:
                delays = None

    def _judge(self, error: Exception) -> None:
        """Raise `error`, or what `process_exception` makes of it, unless it may pass."""
        try:
            fatal = self._process_exception(error)
        except Exception as raised:  # noqa: BLE001 - raising says the same as returning
            fatal = raised
        if fatal is error:
            raise error
        if fatal is not None:
            raise fatal from error

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return the URI that the answer redirects to, or the exception to raise: a subclass may forbid more."""
        uri, offer = self._asked
        target = target_of(exc, uri) if isinstance(exc, InvalidStatus) else None
        if target is None or "tap" in self._options:
            return exc
        try:
            follow(offer.address, target, self._route)
        except (ValueError, WebSocketException) as error:
            return error
        return target

    async def _connect(self) -> ClientConnection:
        started = time.monotonic()
        self._asked = self._uri, self._offer
        for _ in range(MAX_REDIRECTS):
            offer = self._asked[1]
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
            except Exception as error:
                target = self.process_redirect(error)
                if target is error:
                    raise
                if isinstance(target, Exception):
                    raise target from error
                self._asked = target, redirected(offer, target)
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


def redirected(offer: ClientOffer, uri: str) -> ClientOffer:
    """Return what is asked of the server at `uri`, to which the one that `offer` went to has sent us."""
    address = parse_url(uri)
    headers = offer.headers
    if not is_same_origin(offer.address, address):
        headers = without_credentials(headers)
    return replace(offer, address=address, headers=headers)


def limits(max_size: int | tuple[int | None, int | None] | None) -> Limits:
    """Return the limits for `max_size` (B): a message's, or a message's and a fragment's."""
    message, fragment = max_size if isinstance(max_size, tuple) else (max_size, None)
    return Limits(max_message=message, max_fragment=fragment)


def checked_subprotocols(subprotocols: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names. Raises TypeError for what is no list, ValueError for what is no name (RFC 6455 4.1)."""
    if isinstance(subprotocols, str):
        raise TypeError("subprotocols must be a list, not a str")
    if not isinstance(subprotocols, Sequence | None):
        raise TypeError("subprotocols must be a list")
    for name in subprotocols or ():
        if not is_token(name):
            raise ValueError(f"invalid subprotocol: {name}")
    return tuple(subprotocols or ())
