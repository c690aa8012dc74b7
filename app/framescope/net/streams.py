"""How do bytes pass through a TCP socket? Without blocking, and with the kernel's receive time where it tells one."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
from typing import Protocol

READ_SIZE = 256 * 1024
# asm-generic/socket.h; Python 3.11's socket module has no name for it.
_SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("@ll")
_HAS_STAMPS = sys.platform == "linux"


class Stream(Protocol):
    """A byte stream over one non-blocking socket, of which a driver is the owner."""

    sock: socket.socket
    has_stamps: bool  #: reads tell the kernel's receive time, if it does; that takes some microseconds each
    stamp_ns: int  #: realtime ns at which the kernel received the newest bytes of the last read; 0 if unknown
    has_more: bool  #: reading again at once may give more
    has_hidden: bool  #: something was read and not handed on yet: the selector does not know of it
    has_moved: bool  #: the kernel took at least one byte in the last `flush`
    is_truncated: bool  #: the stream ended without the end that its protocol asks for

    @property
    def is_pending(self) -> bool:
        """Tell whether bytes wait that the kernel has not taken."""

    def read(self, limit: int = READ_SIZE) -> bytes | None:
        """Return what has come, b"" at its end, None when nothing is there now. Raises OSError.

        `limit`: B taken from the kernel at most, READ_SIZE or less.
        """

    def unread(self, data: bytes) -> None:
        """Take back what was read too much: the next read returns it."""

    def put(self, data: bytes) -> None:
        """Take the next bytes to write; nothing else may be pending."""

    def flush(self) -> int:
        """Write as much as the kernel takes now; return how many of the bytes put it has taken. Raises OSError."""

    def finish(self) -> bool:
        """Say that nothing more will be written; False while that has to wait for room. Raises OSError."""

    def close(self, *, is_abort: bool) -> None:
        """Close the socket; an abort drops unsent bytes and resets the connection."""


class _Buffers(threading.local):
    """One buffer to read into for each thread: all its loop's connections take turns."""

    def __init__(self) -> None:
        self.read = memoryview(bytearray(READ_SIZE))


_buffers = _Buffers()


def prepare(sock: socket.socket) -> None:
    """Make `sock` fit for a stream: non-blocking, no Nagle, stamped reads."""
    sock.setblocking(False)
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if _HAS_STAMPS:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


def receive(sock: socket.socket, limit: int) -> tuple[bytes, int]:
    """Read once: up to `limit` bytes (b"" at the end) and the kernel's receive stamp. Raises OSError."""
    buffer = _buffers.read[:limit]
    if not _HAS_STAMPS:
        return bytes(buffer[: sock.recv_into(buffer)]), 0
    count, ancillary, _, _ = sock.recvmsg_into([buffer], socket.CMSG_SPACE(_TIMESPEC.size))
    stamp = 0
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            stamp = seconds * 1_000_000_000 + nanoseconds
    return bytes(buffer[:count]), stamp


def close_socket(sock: socket.socket, *, is_abort: bool) -> None:
    """Close `sock`; an abort sends a reset instead of what is unsent."""
    if is_abort:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class PlainStream:
    """A socket's bytes as they are."""

    def __init__(self, sock: socket.socket) -> None:
        prepare(sock)
        self.sock = sock
        self.has_stamps = True
        self.stamp_ns = 0
        self.has_more = False
        self.has_hidden = False
        self.has_moved = False
        self.is_truncated = False
        self._unread = b""
        self.is_pending = False
        self._unsent: bytes | memoryview = b""

    def read(self, limit: int = READ_SIZE) -> bytes | None:
        if self._unread:
            data, self._unread = self._unread, b""
            self.has_more, self.has_hidden = True, False
            return data
        try:
            if self.has_stamps:
                data, self.stamp_ns = receive(self.sock, limit)
            else:
                data = self.sock.recv(limit)
        except BlockingIOError:
            self.has_more = False
            return None
        self.has_more = len(data) == limit
        return data

    def unread(self, data: bytes) -> None:
        self._unread, self.has_hidden = data, bool(data)

    def put(self, data: bytes) -> None:
        self._unsent = data
        self.is_pending = len(data) > 0

    def flush(self) -> int:
        try:
            count = self.sock.send(self._unsent)
        except BlockingIOError:
            count = 0
        self.is_pending = count < len(self._unsent)
        self._unsent = memoryview(self._unsent)[count:] if self.is_pending else b""
        self.has_moved = count > 0
        return count

    def finish(self) -> bool:
        self.sock.shutdown(socket.SHUT_WR)
        return True

    def close(self, *, is_abort: bool) -> None:
        close_socket(self.sock, is_abort=is_abort)
