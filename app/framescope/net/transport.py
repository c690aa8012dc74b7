"""What can be asked of the stream below a connection? Names and manners of an asyncio transport."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Any

from framescope.net.driver import Driver
from framescope.net.tls_stream import TlsStream


class Transport:
    """A view of one connection's stream, with what programs ask of `connection.transport`."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Tell `name`, as asyncio's transports do: "peername", "socket", "ssl_object", "peercert" ..."""
        driver = self._driver
        stream = driver.stream
        if name in ("sockname", "peername"):
            address = driver.local_address if name == "sockname" else driver.remote_address
            return default if address is None else address
        if name == "socket":
            return default if stream is None else stream.sock
        if not isinstance(stream, TlsStream):
            return default
        tls = stream.tls
        found: dict[str, Callable[[], Any]] = {
            "ssl_object": lambda: tls,
            "sslcontext": lambda: tls.context,
            "peercert": tls.getpeercert,
            "cipher": tls.cipher,
            "compression": tls.compression,
        }
        return found[name]() if name in found else default

    def is_closing(self) -> bool:
        """Tell whether the stream is closed, or not there yet."""
        return self._driver.stream is None

    def get_write_buffer_size(self) -> int:
        """Tell how many bytes wait to be written."""
        return self._driver.engine.outbox.size

    def abort(self) -> None:
        """Drop the connection at once, unsent bytes and all."""
        self._driver.abort()

    def close(self) -> None:
        """End the stream, without a closing handshake: the peer sees its end, and not a reset."""
        if self._driver.stream is not None:
            with contextlib.suppress(OSError):  # the peer was first
                self._driver.stream.sock.shutdown(socket.SHUT_RDWR)
