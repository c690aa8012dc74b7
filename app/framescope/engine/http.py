"""What is an HTTP message of the opening handshake? A request or a response, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

from framescope.engine.headers import Headers


@dataclass(slots=True)
class Request:
    """An opening handshake request. `path` is the request target as it stood on the line."""

    path: str
    headers: Headers
    method: str = "GET"
    protocol: str = "HTTP/1.1"

    def serialise(self) -> bytes:
        """Write the request as it goes on the wire."""
        return f"{self.method} {self.path} {self.protocol}\r\n{self.headers}".encode("utf-8", "surrogateescape")


@dataclass(slots=True)
class Response:
    """An answer to an opening handshake; `body` is empty with 101."""

    status_code: int
    reason_phrase: str
    headers: Headers
    body: bytes = b""

    def serialise(self) -> bytes:
        """Write the response as it goes on the wire."""
        head = f"HTTP/1.1 {self.status_code} {self.reason_phrase}\r\n{self.headers}"
        return head.encode("utf-8", "surrogateescape") + self.body
