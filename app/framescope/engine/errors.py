"""Faults: a peer's fault is a `Violation` (data), a caller's fault is an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from framescope.engine.header_errors import (
    InvalidHandshake,
    InvalidHeader,
    InvalidHeaderFormat,
    InvalidHeaderValue,
    InvalidOrigin,
    InvalidUpgrade,
    WebSocketException,
)

if TYPE_CHECKING:
    from framescope.engine.http import Response

__all__ = [
    "ConcurrencyError",
    "DuplicateParameter",
    "HeaderLineTooLong",
    "InvalidHandshake",
    "InvalidHeader",
    "InvalidHeaderFormat",
    "InvalidHeaderValue",
    "InvalidMessage",
    "InvalidMethod",
    "InvalidOrigin",
    "InvalidParameterName",
    "InvalidParameterValue",
    "InvalidProtocol",
    "InvalidProxy",
    "InvalidProxyMessage",
    "InvalidProxyStatus",
    "InvalidState",
    "InvalidStatus",
    "InvalidURI",
    "InvalidUpgrade",
    "NegotiationError",
    "PayloadTooBig",
    "ProtocolError",
    "ProxyError",
    "RequestLineTooLong",
    "SecurityError",
    "StatusLineTooLong",
    "TooManyFragments",
    "TooManyHeaders",
    "Violation",
    "WebSocketException",
]


class Violation(NamedTuple):
    """Something that the peer must not do, with the sentence of the standard that forbids it."""

    rule: str  #: in plain words, e.g. "unmasked frame from a client"
    section: str  #: "RFC 6455 5.1"
    offset: int  #: position in the peer's byte stream where the fault begins, bytes
    code: int  #: close code with which an endpoint fails the connection
    reason: str  #: close reason, as `websockets` words it


class ConcurrencyError(WebSocketException, RuntimeError):
    """Two tasks receive from one connection at the same time."""


class InvalidState(WebSocketException, AssertionError):
    """An act that the connection's state does not allow."""


class ProtocolError(WebSocketException):
    """The caller asks for a frame that RFC 6455 forbids."""


class PayloadTooBig(WebSocketException):
    """A frame, or the message it belongs to, is larger than `max_size`. Sizes in bytes.

    `current_size` is what came before of the message; the text then counts it in. A text stands for itself.
    """

    def __init__(
        self, size_or_message: int | str | None, max_size: int | None = None, current_size: int | None = None
    ) -> None:
        super().__init__(size_or_message, max_size, current_size)
        self.message = size_or_message if isinstance(size_or_message, str) else None
        self.size = None if isinstance(size_or_message, str) else size_or_message
        self.current_size = current_size
        self.max_size = max_size
        if max_size is not None and current_size is not None:
            self.max_size = max_size + current_size

    def __str__(self) -> str:
        if self.message is not None:
            return self.message
        words = ["frame"]
        if self.size is not None:
            words.append(f"with {self.size} bytes")
        if self.current_size is not None:
            words.append(f"after reading {self.current_size} bytes")
        return " ".join([*words, f"exceeds limit of {self.max_size} bytes"])


class TooManyFragments(WebSocketException):
    """A message comes in more fragments than are taken."""

    def __init__(self, max_fragments: int) -> None:
        super().__init__(f"fragmented message exceeds limit of {max_fragments} frames")


class InvalidURI(WebSocketException):
    """The address is not a valid ws:// or wss:// URI. Arguments: the URI, what is wrong."""

    def __init__(self, uri: str, msg: str) -> None:
        super().__init__(uri, msg)
        self.uri = uri
        self.msg = msg

    def __str__(self) -> str:
        return f"{self.uri} isn't a valid URI: {self.msg}"


class InvalidProxy(WebSocketException):
    """The proxy's address is not valid. Arguments: the address without its user and password, what is wrong."""

    def __init__(self, proxy: str, msg: str) -> None:
        super().__init__(proxy, msg)
        self.proxy = proxy
        self.msg = msg

    def __str__(self) -> str:
        return f"{self.proxy} isn't a valid proxy: {self.msg}"


class SecurityError(InvalidHandshake):
    """A handshake message exceeds a limit; `status` is what a server answers (414 or 431)."""

    def __init__(self, text: str, status: int = 431) -> None:
        super().__init__(text)
        self.status = status


class RequestLineTooLong(SecurityError):
    """The first line of a request is longer than is taken."""

    def __init__(self, text: str) -> None:
        super().__init__(text, 414)


class StatusLineTooLong(SecurityError):
    """The first line of a response is longer than is taken."""


class HeaderLineTooLong(SecurityError):
    """A header line is longer than is taken."""


class TooManyHeaders(SecurityError):
    """A head has more header lines than are taken."""


class ProxyError(InvalidHandshake):
    """The proxy does not connect us."""


class InvalidProxyMessage(ProxyError):
    """The first bytes of an HTTP proxy are no HTTP answer."""


class InvalidProxyStatus(ProxyError):
    """An HTTP proxy answered CONNECT with a status that is no success; `response` is its head."""

    def __init__(self, response: Response) -> None:
        super().__init__(response)
        self.response = response

    def __str__(self) -> str:
        return f"proxy rejected connection: HTTP {self.response.status_code}"


class InvalidMessage(InvalidHandshake):
    """The peer's first bytes are no HTTP message."""


class InvalidMethod(InvalidHandshake):
    """The request's method is not GET."""

    def __init__(self, method: str) -> None:
        super().__init__(method)
        self.method = method

    def __str__(self) -> str:
        return f"unsupported HTTP method: {self.method}"


class InvalidProtocol(InvalidHandshake):
    """The request's HTTP version is not 1.1."""

    def __init__(self, protocol: str) -> None:
        super().__init__(protocol)
        self.protocol = protocol

    def __str__(self) -> str:
        return f"unsupported HTTP version: {self.protocol}"


class InvalidStatus(InvalidHandshake):
    """The server answered with a status other than 101; `response` is the whole answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response)
        self.response = response

    def __str__(self) -> str:
        return f"server rejected WebSocket connection: HTTP {self.response.status_code}"


class NegotiationError(InvalidHandshake):
    """Extensions or subprotocols cannot be agreed on."""


class DuplicateParameter(NegotiationError):
    """An extension names a parameter twice."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"duplicate parameter: {self.name}"


class InvalidParameterName(NegotiationError):
    """An extension has a parameter that it does not define."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"invalid parameter name: {self.name}"


class InvalidParameterValue(NegotiationError):
    """An extension's parameter has a value that it must not have."""

    def __init__(self, name: str, value: str | None) -> None:
        super().__init__(name, value)
        self.name = name
        self.value = value

    def __str__(self) -> str:
        if self.value is None:
            return f"missing value for parameter {self.name}"
        if not self.value:
            return f"empty value for parameter {self.name}"
        return f"invalid value for parameter {self.name}: {self.value}"
