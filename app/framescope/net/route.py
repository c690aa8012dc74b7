"""Which way leads to the server? What asyncio's `create_connection` takes, and the same for a proxy on the way."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from framescope.net.tcp import STAGGER


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where TCP and TLS go, as far as the address does not say it. Names and meaning are asyncio's, times in seconds.

    `ssl_shutdown_timeout` is taken and means nothing more: the end of TLS is under close_timeout.
    """

    host: str | None = None
    port: int | None = None
    sock: socket.socket | None = None  #: connected already
    family: int = socket.AF_UNSPEC
    proto: int = 0
    flags: int = 0
    local_addr: tuple[str, int] | None = None
    happy_eyeballs_delay: float | None = STAGGER  #: None: the next address is tried when one has failed
    interleave: int | None = None
    all_errors: bool = False
    server_hostname: str | None = None
    ssl_handshake_timeout: float | None = None
    ssl_shutdown_timeout: float | None = None
    proxy_ssl: ssl.SSLContext | bool | None = False  #: False: not given
    proxy_server_hostname: str | None = None
    proxy_ssl_handshake_timeout: float | None = None
    proxy_ssl_shutdown_timeout: float | None = None
    unix: bool = False
    path: str | bytes | os.PathLike[str] | None = None  #: of a Unix socket

    @classmethod
    def of(cls, keywords: Mapping[str, Any], *, asked: str) -> Self:
        """Take the keywords of `asked`. Raises TypeError for one that there is not, ValueError for what cannot be."""
        for name in keywords.keys() - {field.name for field in fields(cls)}:
            raise TypeError(f"{asked}() got an unexpected keyword argument {name!r}")
        return cls(**keywords)

    def __post_init__(self) -> None:
        if self.path is not None and not self.unix:
            raise TypeError("path is for a Unix socket: unix_connect")
        if self.unix and (self.path is None) is (self.sock is None):
            raise ValueError("no path and sock were specified" if self.sock is None else _EITHER.format("path"))
        if self.sock is not None and not (self.host is None and self.port is None):
            raise ValueError(_EITHER.format("host/port"))
        if self.sock is not None and self.sock.type != socket.SOCK_STREAM:
            raise ValueError(f"A Stream Socket was expected, got {self.sock!r}")
        for name in ("ssl_handshake_timeout", "ssl_shutdown_timeout"):
            for given in (name, f"proxy_{name}"):
                check_limit(given, getattr(self, given))

    def check_plain(self) -> None:
        """Raise ValueError for a keyword that means nothing without TLS."""
        for name in ("server_hostname", "ssl_handshake_timeout", "ssl_shutdown_timeout"):
            if getattr(self, name) is not None:
                raise ValueError(f"{name} is only meaningful with ssl")

    @property
    def is_fixed(self) -> bool:
        """Tell whether it leads to one place, whatever an address says."""
        return self.unix or any(given is not None for given in (self.host, self.port, self.sock))


_EITHER = "{} and sock can not be specified at the same time"


def check_limit(name: str, value: float | None) -> None:
    """Raise ValueError for a time limit that cannot be."""
    if value is not None and value <= 0:
        raise ValueError(f"{name} should be a positive number, got {value}")
