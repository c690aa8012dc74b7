"""Who knocks? Listening sockets for every address of a host, and the sockets that they accept."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence

from framescope.net.tcp import is_numeric, resolve

BACKLOG = 100
ACCEPTS = 64  #: connections accepted before others have their turn
#: Errors that pass once connections have closed: the system is out of descriptors or memory.
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_PAUSE = 1.0  # seconds until accepting is tried again then

logger = logging.getLogger("framescope.server")


async def bind(
    host: str | Sequence[str] | None,
    port: int | None,
    *,
    family: int = socket.AF_UNSPEC,
    reuse_address: bool = os.name == "posix",
    reuse_port: bool = False,
    keep_alive: bool = False,
    flags: int = socket.AI_PASSIVE,
) -> list[socket.socket]:
    """Bind a socket to each address of `host`; None or "" stands for all interfaces. Raises OSError."""
    hosts = [host or None] if host is None or isinstance(host, str) else list(host)
    addresses: dict[tuple[int, tuple[object, ...]], None] = {}
    for name in hosts:
        addresses.update(dict.fromkeys(await _addresses(name, port or 0, family, flags)))
    sockets: list[socket.socket] = []
    try:
        for kind, address in addresses:
            sock = socket.socket(kind, socket.SOCK_STREAM)
            sockets.append(sock)
            if reuse_address:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if reuse_port:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if keep_alive:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if kind == socket.AF_INET6:
                # An IPv4 socket stands beside it: it takes its own addresses only.
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind(address)
    except BaseException:
        for sock in sockets:
            sock.close()
        raise
    return sockets


async def _addresses(host: str | None, port: int, family: int, flags: int) -> list[tuple[int, tuple[object, ...]]]:
    if host is None or is_numeric(host):
        found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=flags)
        return [(kind, address) for kind, _, _, _, address in found]
    return [(found.family, found.address) for found in await resolve(host, port, family=family, flags=flags)]


class Door:
    """Accepts on listening sockets until it is closed; `on_close` then tidies up."""

    def __init__(
        self,
        sockets: Sequence[socket.socket],
        on_accept: Callable[[socket.socket], object],
        on_close: Callable[[], object] | None = None,
    ) -> None:
        self.sockets = tuple(sockets)
        self._on_close = on_close
        self.is_open = False
        self._on_accept = on_accept
        self._loop = asyncio.get_running_loop()
        self._pauses: set[asyncio.TimerHandle] = set()

    def open(self, backlog: int = BACKLOG) -> None:
        """Listen. Raises OSError."""
        for sock in self.sockets:
            sock.setblocking(False)
            sock.listen(backlog)
        self.is_open = True
        for sock in self.sockets:
            self._loop.add_reader(sock, self._accept, sock)

    def close(self) -> None:
        """Accept nothing more."""
        for pause in self._pauses:
            pause.cancel()
        self._pauses.clear()
        for sock in self.sockets:
            if self.is_open:
                self._loop.remove_reader(sock)
            sock.close()
        self.is_open = False
        if self._on_close is not None:
            self._on_close()
            self._on_close = None

    def _accept(self, sock: socket.socket) -> None:
        for _ in range(ACCEPTS):
            try:
                accepted, _address = sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                logger.error("no connection can be accepted for %.0f s: %s", _PAUSE, error)
                self._rest(sock)
                return
            self._on_accept(accepted)
            if not self.is_open:
                return

    def _rest(self, sock: socket.socket) -> None:
        """The selector would call again at once: look away for a moment."""
        self._loop.remove_reader(sock)

        def go_on() -> None:
            self._pauses.discard(pause)
            if self.is_open:
                self._loop.add_reader(sock, self._accept, sock)

        pause = self._loop.call_later(_PAUSE, go_on)
        self._pauses.add(pause)


def turn_away(sock: socket.socket, answer: bytes) -> None:
    """Answer an accepted socket without reading a word, as far as it can be answered, and close it."""
    with contextlib.suppress(OSError):
        sock.setblocking(False)
        sock.send(answer)
        sock.shutdown(socket.SHUT_WR)
    sock.close()


def name_of(sock: socket.socket) -> str:
    """Write a listening socket's address."""
    address = sock.getsockname()
    if sys.platform != "win32" and sock.family == socket.AF_UNIX:
        return str(address)
    return f"[{address[0]}]:{address[1]}" if sock.family == socket.AF_INET6 else f"{address[0]}:{address[1]}"
