"""Where does a server listen, and behind which TLS? What asyncio's `create_server` and `create_unix_server` take."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import ssl as ssl_module
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from framescope.net.listening import BACKLOG, Door, bind
from framescope.net.route import check_limit

logger = logging.getLogger("framescope.server")


@dataclass(frozen=True, kw_only=True)
class Site:
    """The keywords of `serve` that are about the socket. Names, defaults and meaning are asyncio's, times in seconds.

    `ssl_shutdown_timeout` is taken and means nothing more: the end of TLS is under close_timeout.
    """

    host: str | Sequence[str] | None = None
    port: int | None = None
    sock: socket.socket | None = None
    family: int = socket.AF_UNSPEC
    flags: int = socket.AI_PASSIVE
    backlog: int = BACKLOG
    ssl: ssl_module.SSLContext | None = None
    reuse_address: bool | None = None  #: None: where the system means by it what is wanted
    reuse_port: bool | None = None
    keep_alive: bool | None = None
    ssl_handshake_timeout: float | None = None
    ssl_shutdown_timeout: float | None = None
    start_serving: bool = True
    unix: bool = False
    path: str | bytes | os.PathLike[str] | None = None  #: of a Unix socket
    cleanup_socket: bool = True  #: the Unix socket's file goes with the server

    @classmethod
    def of(cls, keywords: Mapping[str, Any], *, asked: str) -> Self:
        """Take the keywords of `asked`. Raises TypeError for one that there is not, ValueError for what cannot be."""
        for name in keywords.keys() - {field.name for field in fields(cls)}:
            raise TypeError(f"{asked}() got an unexpected keyword argument {name!r}")
        return cls(**keywords)

    def __post_init__(self) -> None:
        if self.ssl is not None and not isinstance(self.ssl, ssl_module.SSLContext):
            raise TypeError("ssl argument must be an SSLContext or None")
        for name in ("ssl_handshake_timeout", "ssl_shutdown_timeout"):
            check_limit(name, getattr(self, name))
            if getattr(self, name) is not None and self.ssl is None:
                raise ValueError(f"{name} is only meaningful with ssl")
        has_address = not (self.host is None and self.port is None)
        if self.unix:
            self._check_unix(has_address=has_address)
        elif self.path is not None:
            raise TypeError("path is for a Unix socket: unix_serve")
        elif has_address is (self.sock is not None):
            raise ValueError(
                "host/port and sock can not be specified at the same time"
                if has_address
                else "Neither host/port nor sock were specified"
            )
        elif self.sock is not None and self.sock.type != socket.SOCK_STREAM:
            raise ValueError(f"A Stream Socket was expected, got {self.sock!r}")

    def _check_unix(self, *, has_address: bool) -> None:
        if has_address:
            raise TypeError("a Unix socket has neither host nor port")
        if self.path is None and self.sock is None:
            raise ValueError("path was not specified, and no sock specified")
        if self.path is not None and self.sock is not None:
            raise ValueError("path and sock can not be specified at the same time")
        if self.sock is not None and (self.sock.family, self.sock.type) != (socket.AF_UNIX, socket.SOCK_STREAM):
            raise ValueError(f"A UNIX Domain Stream Socket was expected, got {self.sock!r}")

    async def open_door(self, on_accept: Callable[[socket.socket], object]) -> Door:
        """Bind, without listening yet. Raises OSError."""
        if self.sock is not None:
            return Door([self.sock], on_accept)
        if self.path is not None:
            sock = bind_unix(self.path)
            return Door([sock], on_accept, forget_file(sock) if self.cleanup_socket else None)
        reuses = os.name == "posix" and sys.platform != "cygwin" if self.reuse_address is None else self.reuse_address
        sockets = await bind(
            self.host,
            self.port,
            family=self.family,
            flags=self.flags,
            reuse_address=reuses,
            reuse_port=bool(self.reuse_port),
            keep_alive=bool(self.keep_alive),
        )
        return Door(sockets, on_accept)


def bind_unix(path: str | bytes | os.PathLike[str]) -> socket.socket:
    """Bind a Unix socket to `path`, in place of one that a server has left there. Raises OSError."""
    if sys.platform == "win32":
        raise OSError("this system has no Unix sockets")
    name = os.fspath(path)
    if not _is_abstract(name):
        file = Path(os.fsdecode(name))
        try:
            if file.is_socket():
                file.unlink()
        except OSError as error:
            logger.error("Unable to check or remove stale UNIX socket %r: %r", name, error)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.bind(name)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise OSError(errno.EADDRINUSE, f"Address {name!r} is already in use") from None
        raise
    except BaseException:
        sock.close()
        raise
    return sock


def forget_file(sock: socket.socket) -> Callable[[], None]:
    """Return what removes the file of a bound Unix socket, unless another has taken its place by then."""
    name = sock.getsockname()
    if _is_abstract(name):
        return lambda: None
    file = Path(os.fsdecode(name))
    own = file.stat().st_ino

    def forget() -> None:
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_ino == own:
                file.unlink()

    return forget


def _is_abstract(name: str | bytes) -> bool:
    return name[:1] in ("\0", b"\0")
