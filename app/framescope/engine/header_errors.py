"""What can be wrong with a header? A part of errors.py, which has them all: headers.py stands below that."""

from __future__ import annotations


class WebSocketException(Exception):
    """Base of every exception that the engine and the API raise."""


class InvalidHandshake(WebSocketException):
    """Base of everything that can be wrong with an opening handshake."""


class InvalidHeader(InvalidHandshake):
    """A header is missing, empty or wrong."""

    def __init__(self, name: str, value: str | None = None) -> None:
        super().__init__(name, value)
        self.name = name
        self.value = value

    def __str__(self) -> str:
        if self.value is None:
            return f"missing {self.name} header"
        return f"invalid {self.name} header: {self.value}" if self.value else f"empty {self.name} header"


class InvalidHeaderFormat(InvalidHeader):
    """A header does not follow its grammar."""

    def __init__(self, name: str, error: str, header: str, pos: int) -> None:
        super().__init__(name, f"{error} at {pos} in {header}")


class InvalidHeaderValue(InvalidHeader):
    """A header follows its grammar and is still not acceptable."""


class InvalidOrigin(InvalidHeader):
    """The Origin of a request is not allowed."""

    def __init__(self, origin: str | None) -> None:
        super().__init__("Origin", origin)


class InvalidUpgrade(InvalidHeader):
    """The Upgrade or Connection header does not ask for a WebSocket."""
