"""How does a driver get its stream? Name, TCP and TLS, each step told, all under the engine's open deadline."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from framescope.engine.state import State
from framescope.engine.url import Address
from framescope.net.connect_errors import place
from framescope.net.driver import Driver
from framescope.net.phases import Phases
from framescope.net.streams import PlainStream, Stream
from framescope.net.tcp import connect_tcp, is_numeric, resolve
from framescope.net.tls import client_context, start_tls
from framescope.tasks import Tasks

Work: TypeAlias = Callable[[], Coroutine[Any, Any, Stream]]


async def open_client(
    driver: Driver,
    address: Address,
    *,
    context: ssl.SSLContext | None = None,
    server_hostname: str | None = None,
    host: str | None = None,
    port: int | None = None,
    sock: socket.socket | None = None,
    family: int = socket.AF_UNSPEC,
    local_address: tuple[str, int] | None = None,
) -> None:
    """Connect to `address` and do the opening handshake; raise what made it fail, which tap and listener know too.

    `host` and `port` are where TCP goes instead; `sock` is connected already. `context` is for wss only; without
    one the system's certificates count. Cancelling gives up, as `driver.close()` does.
    """
    phases = driver.phases
    phases.host, phases.port = host or address.host, port or address.port

    async def connect() -> Stream:
        connected = sock or await _connect(phases, family, local_address)
        try:
            if not address.is_secure:
                return PlainStream(connected)
            return await _secure(
                phases, connected, context or client_context(), server_hostname=server_hostname or address.host
            )
        except BaseException:
            connected.close()
            raise

    await _open(driver, connect)
    await _wait_settled(driver)


async def open_server(driver: Driver, sock: socket.socket, *, context: ssl.SSLContext | None = None) -> None:
    """Give a server's driver its accepted socket, after TLS where there is a `context`. Raises what made that fail."""
    phases = driver.phases
    peer = sock.getpeername()
    phases.host, phases.port = (peer[0], peer[1]) if isinstance(peer, tuple) else (str(peer), 0)

    async def secure() -> Stream:
        try:
            return PlainStream(sock) if context is None else await _secure(phases, sock, context, is_server=True)
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
    except (OSError, ValueError) as error:  # ValueError: a host name that TLS cannot ask for
        return error


async def _wait_settled(driver: Driver) -> None:
    try:
        await asyncio.wait({driver.settled})
    except asyncio.CancelledError:
        driver.abort()
        raise
    if driver.failure is not None:
        raise driver.failure


async def _connect(phases: Phases, family: int, local_address: tuple[str, int] | None) -> socket.socket:
    if not is_numeric(phases.host):
        phases.began("dns", phases.host)
        candidates = await resolve(phases.host, phases.port, family=family)
        phases.done(text=", ".join(dict.fromkeys(candidate.address[0] for candidate in candidates)))
    else:
        candidates = await resolve(phases.host, phases.port, family=family)
    phases.began("tcp", ", ".join(map(str, candidates)))
    sock = await connect_tcp(candidates, local_address=local_address)
    peer = sock.getpeername()
    phases.done(peer=place(peer[0], peer[1]))
    return sock


async def _secure(
    phases: Phases,
    sock: socket.socket,
    context: ssl.SSLContext,
    *,
    server_hostname: str | None = None,
    is_server: bool = False,
) -> Stream:
    phases.began("tls", server_hostname or "")
    stream = await start_tls(sock, context, server_hostname=server_hostname, is_server=is_server)
    cipher = stream.tls.cipher()
    phases.done(tls_version=stream.tls.version() or "", tls_cipher=cipher[0] if cipher else "")
    return stream
