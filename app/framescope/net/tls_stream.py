"""How do bytes pass through TLS? Sealed and opened in memory, so that each write is known when the kernel has it."""

from __future__ import annotations

import contextlib
import ssl
from collections import deque

from framescope.net.streams import READ_SIZE, Stream

RECORD = 16 * 1024  # RFC 8446 5.1: a record carries 2^14 bytes at most


class TlsStream:
    """The bytes of the stream below, sealed. Plain bytes count as taken when that has taken the record around them.

    Below is a socket's stream, or for TLS through an https proxy another TLS stream.
    """

    def __init__(self, below: Stream, tls: ssl.SSLObject, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO) -> None:
        self.sock = below.sock
        self.tls = tls
        self._below = below
        self.stamp_ns = 0
        self.has_more = False
        self.has_hidden = True  # the handshake's last read may have brought more than the handshake
        self.has_moved = False
        self.is_truncated = False
        self._incoming = incoming
        self._outgoing = outgoing
        self._unread = b""
        self._records: deque[tuple[int, int]] = deque()  # B to send up to a record's end, plain B in it
        self._sealed = 0  # B of ciphertext handed down in all
        self._sent = 0  # B of it that the stream below has taken
        self._has_ended = False
        self._error: ssl.SSLError | None = None  # told once what came before it has been read
        self._is_finishing = False

    @property
    def has_stamps(self) -> bool:
        return self._below.has_stamps

    @has_stamps.setter
    def has_stamps(self, value: bool) -> None:
        self._below.has_stamps = value

    @property
    def is_pending(self) -> bool:
        return self._below.is_pending or self._outgoing.pending > 0

    def read(self, limit: int = READ_SIZE) -> bytes | None:
        if self._unread:
            data, self._unread = self._unread, b""
            self.has_more = self.has_hidden = True
            return data
        self.has_more = self.has_hidden = False
        if self._error is not None:
            raise self._error
        if self._has_ended:
            return b""
        # What came with the handshake is judged before an end that may have come with it.
        opened = self._open() if self._incoming.pending else b""
        if not (opened or self._has_ended):
            self._take_in(limit)
            opened = self._open()
        if opened:
            self.has_hidden = self.has_hidden or self._has_ended or self._error is not None
            self.has_more = self.has_more or self.has_hidden
            return opened
        if self._error is not None:
            raise self._error
        return b"" if self._has_ended else None

    def unread(self, data: bytes) -> None:
        self._unread, self.has_hidden = data, True

    def put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            count = self.tls.write(view[:RECORD])
            view = view[count:]
            self._records.append((self._sealed + self._outgoing.pending, count))

    def flush(self) -> int:
        self.has_moved = False
        while True:
            if not self._below.is_pending:
                if not self._outgoing.pending:
                    break
                data = self._outgoing.read()
                self._sealed += len(data)
                self._below.put(data)
            self._sent += self._below.flush()
            self.has_moved = self.has_moved or self._below.has_moved
            if self._below.is_pending:
                break
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
        return self._below.finish()

    def close(self, *, is_abort: bool) -> None:
        self._below.close(is_abort=is_abort)

    def _take_in(self, limit: int) -> None:
        """Hand what has come to TLS."""
        sealed = self._below.read(limit)
        if sealed is None:
            return
        self.stamp_ns = self._below.stamp_ns
        self.has_more, self.has_hidden = self._below.has_more, self._below.has_hidden
        self._incoming.write(sealed)
        if not sealed:
            self._incoming.write_eof()

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
                # A close_notify ends the stream before its socket has ended. A context of the caller's may hide that
                # there was none: it calls the socket's end an end, too (OP_IGNORE_UNEXPECTED_EOF).
                self.is_truncated = self._incoming.eof
            pieces.append(piece)
        return b"".join(pieces)
