"""How does a driver get its stream? Name, TCP, proxy and TLS, each step told, all under the engine's open deadline."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from framescope.engine.errors import ProxyError
from framescope.engine.state import State
from framescope.engine.url import Address
from framescope.net.connect_errors import place
from framescope.net.driver import Driver
from framescope.net.phases import Phases
from framescope.net.proxies import Proxy
from framescope.net.route import Route
from framescope.net.streams import PlainStream, Stream
from framescope.net.tcp import Candidate, connect_tcp, connect_unix, is_numeric, resolve
from framescope.net.tls import client_context, start_tls
from framescope.net.tls_stream import TlsStream
from framescope.net.tunnel import Tunnel
from framescope.tasks import Tasks

Work: TypeAlias = Callable[[], Coroutine[Any, Any, Stream]]
_DIRECT = Route()


async def open_client(
    driver: Driver,
    address: Address,
    route: Route = _DIRECT,
    *,
    context: ssl.SSLContext | None = None,
    proxy: Proxy | None = None,
    user_agent: str | None = None,
) -> None:
    """Connect to `address` and do the opening handshake; raise what made it fail, which tap and listener know too.

    `context` is for wss only; without one the system's certificates count. `user_agent` is told to an HTTP proxy.
    Cancelling gives up, as `driver.close()` does.
    """
    phases = driver.phases
    phases.host, phases.port = route.host or address.host, route.port or address.port
    if route.unix and route.path is not None:
        phases.host, phases.port = os.fsdecode(route.path), 0
    tunnel = None
    if proxy is not None:
        tunnel = Tunnel.plan(proxy, route, phases.host, phases.port, user_agent)

    async def connect() -> Stream:
        stream = await _reach(phases, route, tunnel)
        try:
            if not address.is_secure:
                return stream
            hostname = route.server_hostname if route.server_hostname is not None else address.host
            limit = route.ssl_handshake_timeout
            return await _secure(phases, stream, context or client_context(), server_hostname=hostname, limit=limit)
        except BaseException:
            stream.close(is_abort=False)
            raise

    await _open(driver, connect)
    await _wait_settled(driver)


async def open_server(
    driver: Driver,
    sock: socket.socket,
    *,
    context: ssl.SSLContext | None = None,
    tls_limit: float | None = None,
) -> None:
    """Give a server's driver its accepted socket, after TLS where there is a `context`. Raises what made that fail.

    `tls_limit` (s) is for TLS alone; open_timeout holds for it, too.
    """
    phases = driver.phases
    peer = sock.getpeername()
    phases.host, phases.port = (peer[0], peer[1]) if isinstance(peer, tuple) else (str(peer), 0)

    async def secure() -> Stream:
        try:
            stream = PlainStream(sock)
            return (
                stream if context is None else await _secure(phases, stream, context, is_server=True, limit=tls_limit)
            )
        except BaseException:
            sock.close()
            raise

    await _open(driver, secure)


async def _open(driver: Driver, work: Work) -> None:
    """Run `work` until it makes a stream, or the engine gives up (open_timeout, `close`)."""
    driver.begin()
    tasks = Tasks("opening")
    task = tasks.start(_outcome(work), place(driver.phases.host, driver.phases.port))
    either: set[asyncio.Future[Any]] = {task, driver.settled}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        driver.abort()
        raise
    finally:
        await tasks.cancel()
        outcome = None if task.cancelled() else task.result()
        if isinstance(outcome, Exception):
            driver.connecting_failed(outcome)
        elif outcome is not None and driver.engine.state is State.CONNECTING:
            driver.attach(outcome)
        elif outcome is not None:
            outcome.close(is_abort=True)
    if driver.failure is not None:
        raise driver.failure


async def _outcome(work: Work) -> Stream | Exception:
    """A failure is an answer, too."""
    try:
        return await work()
    except (OSError, ProxyError, ExceptionGroup, ValueError) as error:  # ValueError: a host name TLS cannot ask for
        return error


async def _wait_settled(driver: Driver) -> None:
    try:
        await asyncio.wait({driver.settled})
    except asyncio.CancelledError:
        driver.abort()
        raise
    if driver.failure is not None:
        raise driver.failure


async def _reach(phases: Phases, route: Route, tunnel: Tunnel | None) -> Stream:
    """Make the byte path to the server: straight, through a Unix socket, or through a proxy."""
    if route.sock is not None:
        return PlainStream(route.sock)
    if route.unix:
        return PlainStream(await connect_unix(phases.host))
    if tunnel is None:
        return PlainStream(await _connect(phases, route, phases.host, phases.port))
    host = phases.host if tunnel.proxy.resolves_names else await _number_of(phases, tunnel.proxy)
    phases.proxy = tunnel.proxy
    sock = await _connect(phases, route, tunnel.proxy.host, tunnel.proxy.port)
    try:
        way = f"{tunnel.proxy} → {place(host, tunnel.port)}"
        phases.began("proxy", way)
        stream = await tunnel.open(sock, host)
    except BaseException:
        sock.close()
        raise
    # As words: the fields for TLS are about the server.
    phases.done(text=" · ".join(filter(None, (way, *_tls_found(stream)))))
    phases.proxy = None
    return stream


async def _number_of(phases: Phases, proxy: Proxy) -> str:
    """Look the server up for a proxy that takes numbers only."""
    if is_numeric(phases.host):
        return phases.host
    family = socket.AF_INET if proxy.scheme == "socks4" else socket.AF_UNSPEC
    return (await _look_up(phases, phases.host, phases.port, Route(family=family)))[0].address[0]


async def _look_up(phases: Phases, host: str, port: int, route: Route) -> list[Candidate]:
    first = int(route.happy_eyeballs_delay is not None) if route.interleave is None else route.interleave
    options = {"family": route.family, "proto": route.proto, "flags": route.flags, "first": first}
    if is_numeric(host):
        return await resolve(host, port, **options)
    phases.began("dns", host)
    candidates = await resolve(host, port, **options)
    phases.done(text=", ".join(dict.fromkeys(candidate.address[0] for candidate in candidates)))
    return candidates


async def _connect(phases: Phases, route: Route, host: str, port: int) -> socket.socket:
    candidates = await _look_up(phases, host, port, route)
    phases.began("tcp", ", ".join(map(str, candidates)))
    sock = await connect_tcp(
        candidates,
        local_address=route.local_addr,
        stagger=route.happy_eyeballs_delay,
        has_all_errors=route.all_errors,
    )
    peer = sock.getpeername()
    phases.done(peer=place(peer[0], peer[1]))
    return sock


async def _secure(
    phases: Phases,
    below: Stream,
    context: ssl.SSLContext,
    *,
    server_hostname: str | None = None,
    is_server: bool = False,
    limit: float | None = None,
) -> Stream:
    phases.began("tls", server_hostname or "")
    stream = await start_tls(below, context, server_hostname=server_hostname, is_server=is_server, limit=limit)
    version, cipher = _tls_found(stream)
    phases.done(tls_version=version, tls_cipher=cipher)
    return stream


def _tls_found(stream: Stream) -> tuple[str, str]:
    """Return TLS version and cipher, "" where there is no TLS."""
    if not isinstance(stream, TlsStream):
        return "", ""
    cipher = stream.tls.cipher()
    return stream.tls.version() or "", cipher[0] if cipher else ""
