"""How do bytes pass through TLS? Sealed and opened in memory, so that each write is known when the kernel has it."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections import deque

from framescope.net.streams import READ_SIZE, close_socket, prepare, receive

RECORD = 16 * 1024  # RFC 8446 5.1: a record carries 2^14 bytes at most


class TlsStream:
    """A socket's bytes, sealed. Plain bytes count as taken when the kernel has the whole record around them."""

    def __init__(
        self, sock: socket.socket, tls: ssl.SSLObject, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO
    ) -> None:
        prepare(sock)
        self.sock = sock
        self.tls = tls
        self.stamp_ns = 0
        self.has_more = False
        self.has_hidden = True  # the handshake's last read may have brought more than the handshake
        self.has_moved = False
        self.is_truncated = False
        self._incoming = incoming
        self._outgoing = outgoing
        self._unsent = memoryview(b"")
        self._records: deque[tuple[int, int]] = deque()  # B to send up to a record's end, plain B in it
        self._sealed = 0  # B of ciphertext made in all
        self._sent = 0  # B of it that the kernel took
        self._has_ended = False
        self._error: ssl.SSLError | None = None  # told once what came before it has been read
        self._is_finishing = False

    @property
    def is_pending(self) -> bool:
        return bool(self._unsent) or self._outgoing.pending > 0

    def read(self, limit: int = READ_SIZE) -> bytes | None:
        self.has_more = self.has_hidden = False
        if self._error is not None:
            raise self._error
        if self._has_ended:
            return b""
        with contextlib.suppress(BlockingIOError):
            data, self.stamp_ns = receive(self.sock, limit)
            self.has_more = len(data) == limit
            self._incoming.write(data)
            if not data:
                self._incoming.write_eof()
        opened = self._open()
        if opened:
            self.has_hidden = self._has_ended or self._error is not None
            self.has_more = self.has_more or self.has_hidden
            return opened
        if self._error is not None:
            raise self._error
        return b"" if self._has_ended else None

    def put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            count = self.tls.write(view[:RECORD])
            view = view[count:]
            self._records.append((self._sealed + self._outgoing.pending, count))

    def flush(self) -> int:
        self._seal()
        self.has_moved = False
        while self._unsent:
            try:
                count = self.sock.send(self._unsent)
            except BlockingIOError:
                break
            self.has_moved = True
            self._sent += count
            self._unsent = self._unsent[count:]
        taken = 0
        while self._records and self._records[0][0] <= self._sent:
            taken += self._records.popleft()[1]
        return taken

    def finish(self) -> bool:
        if not self._is_finishing:
            self._is_finishing = True
            # Writes the close_notify and then wants the peer's, for which `read` waits.
            with contextlib.suppress(ssl.SSLError):
                self.tls.unwrap()
        self.flush()
        if self.is_pending:
            return False
        self.sock.shutdown(socket.SHUT_WR)
        return True

    def close(self, *, is_abort: bool) -> None:
        close_socket(self.sock, is_abort=is_abort)

    def _open(self) -> bytes:
        """Return the plain bytes of all whole records that have come."""
        pieces = []
        while not self._has_ended:
            try:
                piece = self.tls.read(READ_SIZE)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLEOFError:
                self._has_ended = self.is_truncated = True
                break
            except ssl.SSLError as error:
                # After our close_notify OpenSSL does not read on in every case: that is no fault of the peer's.
                self._has_ended = True
                self._error = None if self._is_finishing else error
                break
            if not piece:
                self._has_ended = True
            pieces.append(piece)
        return b"".join(pieces)

    def _seal(self) -> None:
        """Take over what TLS has written, its own messages included."""
        if self._outgoing.pending:
            data = self._outgoing.read()
            self._sealed += len(data)
            self._unsent = memoryview(bytes(self._unsent) + data) if self._unsent else memoryview(data)
