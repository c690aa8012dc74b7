"""Where is the opening handshake of one side? It collects the head, judges it, and writes the answer."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeAlias

from framescope.engine import handshake
from framescope.engine.body import ErrorBody
from framescope.engine.errors import (
    InvalidHandshake,
    InvalidHeaderValue,
    InvalidMessage,
    InvalidMethod,
    InvalidOrigin,
    InvalidProtocol,
    InvalidStatus,
    InvalidUpgrade,
    SecurityError,
)
from framescope.engine.handshake import Agreement, ClientOffer, ServerTerms
from framescope.engine.headers import BadHead, Headers, HeadReader
from framescope.engine.http import Request, Response
from framescope.engine.settings import Limits


class ClientOpening:
    """The client's half: `request`, then `receive` until it returns what lies behind the head."""

    def __init__(self, offer: ClientOffer, limits: Limits, random: Callable[[int], bytes]) -> None:
        self._offer = offer
        self._limits = limits
        self._key = handshake.new_key(random)
        self._reader = HeadReader(limits, handshake.read_status_line)
        self._body: ErrorBody | None = None
        self.request = handshake.build_request(offer, self._key)
        self.response: Response | None = None
        self.agreement = Agreement()

    def receive(self, data: bytes) -> bytes | None:
        """Return the bytes behind an accepted head, None while more is needed. Raises `InvalidHandshake`."""
        if self.response is None:
            try:
                found = self._reader.feed(data)
                if found is None:
                    return None
                self.response = handshake.parse_response(found[0])
            except BadHead as error:
                failure = handshake.bad_head(error, "response")
                raise failure from failure.__cause__
            if self.response.status_code == 101:
                self.agreement = handshake.check_response(self.response, self._offer, self._key)
                return found[1]
            self._body = ErrorBody(self.response.status_code, self.response.headers, self._limits)
            data = found[1]
        assert self._body is not None
        self._body.feed(data)
        if self._body.is_complete:
            raise self.end()
        return None

    def end(self) -> InvalidHandshake:
        """Say what is wrong when the stream ends, or time runs out, before the handshake is done."""
        if self.response is not None and self._body is not None:
            self.response.body = bytes(self._body.content)
            return InvalidStatus(self.response)
        return _cut_short("response", "headers" if self._reader.has_line else "status line")


class ServerOpening:
    """The server's half: `receive` until the request is whole, then `accept` or `reject`."""

    def __init__(self, terms: ServerTerms, limits: Limits) -> None:
        self._terms = terms
        self._limits = limits
        self._reader = HeadReader(limits, handshake.read_request_line)
        self.request: Request | None = None
        self.response: Response | None = None
        self.agreement = Agreement()
        self.rest = bytearray()  #: frame bytes that came behind the request, before it was answered
        self._is_flooded = False  #: some of them were not kept

    def receive(self, data: bytes) -> bool:
        """Take bytes; True once the request's head is whole. Raises `InvalidHandshake`."""
        is_new = self.request is None
        if self.request is None:
            try:
                found = self._reader.feed(data)
                if found is None:
                    return False
                self.request = handshake.parse_request(found[0])
            except BadHead as error:
                failure = handshake.bad_head(error, "request")
                raise failure from failure.__cause__
            data = found[1]
        # RFC 6455 4.1 has a client wait for the answer; one that does not wait may cost us this much.
        self.rest += data
        self._is_flooded = self._is_flooded or len(self.rest) > self._limits.max_head
        del self.rest[self._limits.max_head :]
        return is_new

    @property
    def demanded(self) -> Request:
        """The request, once it is whole."""
        assert self.request is not None
        return self.request

    def end(self) -> InvalidHandshake:
        """Say what is wrong when the client leaves before its request is answered."""
        if self.request is not None:
            failure = InvalidMessage("the client left before its request was answered")
            failure.__cause__ = EOFError("connection closed while answering")
            return failure
        return _cut_short("request", "headers" if self._reader.has_line else "request line")

    def accept(self) -> Response:
        """Judge the request and write the 101, once: it may be changed until it is sent. Raises `InvalidHandshake`."""
        if self.response is None:
            headers, self.agreement = handshake.check_request(self.demanded, self._terms)
            if self._is_flooded:
                raise SecurityError(f"more than {self._limits.max_head} bytes before the answer", 400)
            self.response = Response(101, "Switching Protocols", headers)
        return self.response


Opening: TypeAlias = ClientOpening | ServerOpening


def refusal(error: Exception) -> Response:
    """Write the answer for a request that cannot be accepted, with `websockets`' statuses and words."""
    text = f"Failed to open a WebSocket connection: {_chain(error)}.\n"
    if isinstance(error, InvalidOrigin):
        return plain_response(HTTPStatus.FORBIDDEN, text)
    if isinstance(error, InvalidMethod):
        response = plain_response(HTTPStatus.METHOD_NOT_ALLOWED, text)
        response.headers["Allow"] = "GET"
        return response
    if isinstance(error, InvalidProtocol):
        return plain_response(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, text)
    if isinstance(error, InvalidUpgrade):
        advice = "\nYou cannot access a WebSocket server directly with a browser. You need a WebSocket client.\n"
        response = plain_response(HTTPStatus.UPGRADE_REQUIRED, text + advice)
        response.headers["Upgrade"] = "websocket"
        return response
    if isinstance(error, SecurityError):
        return plain_response(HTTPStatus(error.status), text)
    if isinstance(error, InvalidHeaderValue) and error.name == "Sec-WebSocket-Version":
        # RFC 6455 4.4: an appropriate error and "a |Sec-WebSocket-Version| header ... the server is
        # willing to understand"
        response = plain_response(HTTPStatus.UPGRADE_REQUIRED, text)
        response.headers["Sec-WebSocket-Version"] = "13"
        return response
    if isinstance(error, InvalidHandshake):
        return plain_response(HTTPStatus.BAD_REQUEST, text)
    hidden = "Failed to open a WebSocket connection.\nSee server log for more information.\n"
    return plain_response(HTTPStatus.INTERNAL_SERVER_ERROR, hidden)


def plain_response(status: HTTPStatus | int, text: str) -> Response:
    """Write a text answer that ends the connection."""
    status = HTTPStatus(status)
    body = text.encode(errors="replace")
    headers = Headers()
    headers["Connection"] = "close"
    headers["Content-Length"] = str(len(body))
    headers["Content-Type"] = "text/plain; charset=utf-8"
    return Response(status.value, status.phrase, headers, body)


def _cut_short(what: str, where: str) -> InvalidMessage:
    failure = InvalidMessage(f"did not receive a valid HTTP {what}")
    failure.__cause__ = EOFError(f"connection closed while reading HTTP {where}")
    return failure


def _chain(error: BaseException) -> str:
    words = [str(error)]
    while (error := error.__cause__) is not None:  # type: ignore[assignment]
        words.append(str(error))
    return "; ".join(words)
