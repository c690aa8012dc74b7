"""When does the loop call for a socket? While something is to be read, and while something waits for room."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable


class Readiness:
    """The registrations of one socket with the loop; each is made once and taken back before the socket closes."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, on_readable: Callable[[], object], on_writable: Callable[[], object]
    ) -> None:
        self._loop = loop
        self._on_readable = on_readable
        self._on_writable = on_writable
        self._soon: asyncio.Handle | None = None
        self.is_reading = False
        self.is_blocked = False  #: waits for room in the kernel's send buffer

    def watch_input(self, sock: socket.socket, *, is_wanted: bool) -> None:
        if is_wanted is self.is_reading:
            return
        self.is_reading = is_wanted
        if is_wanted:
            self._loop.add_reader(sock, self._on_readable)
        else:
            self._loop.remove_reader(sock)

    def watch_room(self, sock: socket.socket, *, is_wanted: bool) -> None:
        if is_wanted is self.is_blocked:
            return
        self.is_blocked = is_wanted
        if is_wanted:
            self._loop.add_writer(sock, self._on_writable)
        else:
            self._loop.remove_writer(sock)

    def read_soon(self) -> None:
        """Read once more when the others have had their turn, whatever the selector knows."""
        if self._soon is None:
            self._soon = self._loop.call_soon(self._reads)

    def stop(self, sock: socket.socket) -> None:
        """Leave nothing on the loop."""
        self.watch_input(sock, is_wanted=False)
        self.watch_room(sock, is_wanted=False)
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None

    def _reads(self) -> None:
        self._soon = None
        self._on_readable()
