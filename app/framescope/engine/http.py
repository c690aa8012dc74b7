"""What is an HTTP message of the opening handshake? A request or a response, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

from framescope.engine.headers import Headers, check_header


@dataclass(slots=True)
class Request:
    """An opening handshake request. `path` is the request target as it stood on the line."""

    path: str
    headers: Headers
    method: str = "GET"
    protocol: str = "HTTP/1.1"

    def serialise(self) -> bytes:
        """Write the request as it goes on the wire. Raises ValueError for a header that cannot be sent."""
        return _head(f"{self.method} {self.path} {self.protocol}", self.headers)


@dataclass(slots=True)
class Response:
    """An answer to an opening handshake; `body` is empty with 101."""

    status_code: int
    reason_phrase: str
    headers: Headers
    body: bytes = b""

    def serialise(self) -> bytes:
        """Write the response as it goes on the wire. Raises ValueError for a header that cannot be sent."""
        return _head(f"HTTP/1.1 {self.status_code} {self.reason_phrase}", self.headers) + self.body


def _head(first_line: str, headers: Headers) -> bytes:
    for name, value in headers.raw_items():
        check_header(name, value)
    return f"{first_line}\r\n{headers}".encode()
