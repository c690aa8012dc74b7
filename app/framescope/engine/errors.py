"""Faults: a peer's fault is a `Violation` (data), a caller's fault is an exception."""

from __future__ import annotations

from typing import NamedTuple


class Violation(NamedTuple):
    """Something that the peer must not do, with the sentence of the standard that forbids it."""

    rule: str  #: in plain words, e.g. "unmasked frame from a client"
    section: str  #: "RFC 6455 5.1"
    offset: int  #: position in the peer's byte stream where the fault begins, bytes
    code: int  #: close code with which an endpoint fails the connection
    reason: str  #: close reason, as `websockets` words it


class WebSocketException(Exception):
    """Base of every exception that the engine and the API raise."""


class ConcurrencyError(WebSocketException, RuntimeError):
    """Two tasks receive from one connection at the same time."""


class InvalidState(WebSocketException, AssertionError):
    """An act that the connection's state does not allow."""


class ProtocolError(WebSocketException):
    """The caller asks for a frame that RFC 6455 forbids."""


class PayloadTooBig(WebSocketException):
    """A message is larger than `max_size`."""


class InvalidURI(WebSocketException):
    """The address is not a valid ws:// or wss:// URI. Arguments: the URI, what is wrong."""

    def __init__(self, uri: str, msg: str) -> None:
        super().__init__(uri, msg)
        self.uri = uri
        self.msg = msg

    def __str__(self) -> str:
        return f"{self.uri} isn't a valid URI: {self.msg}"


class InvalidHandshake(WebSocketException):
    """Base of everything that can be wrong with an opening handshake."""
