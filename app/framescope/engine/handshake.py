"""Is this opening handshake acceptable, and what does it agree on? (RFC 6455 4, 9.1)"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from framescope.engine.deflate import NAME as DEFLATE
from framescope.engine.deflate import Agreed, DeflateOffer, accept_offer, accept_response
from framescope.engine.errors import (
    HeaderLineTooLong,
    InvalidHandshake,
    InvalidHeader,
    InvalidHeaderValue,
    InvalidMessage,
    InvalidMethod,
    InvalidOrigin,
    InvalidProtocol,
    InvalidStatus,
    InvalidUpgrade,
    NegotiationError,
    RequestLineTooLong,
    SecurityError,
    StatusLineTooLong,
    TooManyHeaders,
)
from framescope.engine.extensions import NAME as EXTENSIONS
from framescope.engine.extensions import build_extensions, parse_extensions
from framescope.engine.grammar import Scanner, read_list, tokens
from framescope.engine.headers import BadHead, Headers, check_header, is_token, parse_headers
from framescope.engine.http import Request, Response
from framescope.engine.url import Address

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3
_STATUS_LINE = re.compile(rb"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: ([\x09\x20-\x7e\x80-\xff]*))?")
_REQUEST_LINE = re.compile(rb"([!-~]+) ([!-~]+) (HTTP/[0-9]\.[0-9])")
# RFC 9112 3.2: the target of a GET begins with a slash or is absolute; RFC 6455 3: it has no fragment.
_TARGET = re.compile(r"(?:/|https?://[^/?#])[^#]*", re.IGNORECASE)
# RFC 9110 7.2: Host = uri-host [ ":" port ], which is not empty (RFC 9110 4.2.1)
_HOST = re.compile(r"(?:\[[0-9A-Za-z:.%_~-]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::[0-9]*)?")


@dataclass(slots=True)
class Agreement:
    """What a completed handshake agreed on."""

    subprotocol: str | None = None
    extensions: str = ""
    deflate: Agreed | None = None


@dataclass(slots=True)
class ClientOffer:
    """What a client asks for."""

    address: Address
    origin: str | None = None
    subprotocols: Sequence[str] = ()
    deflate: DeflateOffer | None = field(default_factory=DeflateOffer)
    headers: Sequence[tuple[str, str]] = ()
    user_agent: str | None = None


@dataclass(slots=True)
class ServerTerms:
    """What a server accepts. `origins`: None for any; a None inside it for requests without Origin."""

    origins: Sequence[str | re.Pattern[str] | None] | None = None
    subprotocols: Sequence[str] = ()
    deflate: DeflateOffer | None = field(default_factory=DeflateOffer)
    select_subprotocol: Callable[[Sequence[str]], str | None] | None = None


def accept_key(key: str) -> str:
    """Compute Sec-WebSocket-Accept from the key as it stands (RFC 6455 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()


def new_key(random: Callable[[int], bytes]) -> str:
    """Draw a Sec-WebSocket-Key: 16 random bytes (RFC 6455 4.1)."""
    return base64.b64encode(random(16)).decode()


def build_request(offer: ClientOffer, key: str) -> Request:
    """Write the client's request. Raises ValueError for a header that cannot be sent."""
    address = offer.address
    headers = Headers()
    headers["Host"] = address.authority
    if address.username is not None and address.password is not None:
        userinfo = f"{address.username}:{address.password}".encode()
        headers["Authorization"] = "Basic " + base64.b64encode(userinfo).decode()
    if offer.origin is not None:
        headers["Origin"] = offer.origin
    headers["Upgrade"] = "websocket"
    headers["Connection"] = "Upgrade"
    headers["Sec-WebSocket-Key"] = key
    headers["Sec-WebSocket-Version"] = "13"
    if offer.deflate is not None:
        headers[EXTENSIONS] = build_extensions([offer.deflate.as_extension()])
    if offer.subprotocols:
        # RFC 6455 4.1: the elements "MUST all be unique strings" and tokens.
        if len(set(offer.subprotocols)) < len(offer.subprotocols):
            raise ValueError("a subprotocol is named twice")
        for name in offer.subprotocols:
            if not is_token(name):
                raise ValueError(f"“{name}” is no valid subprotocol name")
        headers["Sec-WebSocket-Protocol"] = ", ".join(offer.subprotocols)
    for name, value in offer.headers:
        if name.lower() == "host":
            del headers["Host"]
        headers[name] = value
    if offer.user_agent and "User-Agent" not in headers:
        headers["User-Agent"] = offer.user_agent
    for name, value in headers.raw_items():
        check_header(name, value)
    return Request(address.resource, headers)


def read_request_line(line: bytes) -> re.Match[bytes]:
    """Return method, target and version. Raises `BadHead`."""
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise BadHead(f"invalid HTTP request line: {line[:60]!r}")
    return match


def read_status_line(line: bytes) -> re.Match[bytes]:
    """Return minor version, status and phrase. Raises `BadHead`."""
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise BadHead(f"invalid HTTP status line: {line[:60]!r}")
    return match


def parse_request(lines: list[bytes]) -> Request:
    """Read a request's head. Raises `BadHead`."""
    match = read_request_line(lines[0] if lines else b"")
    headers = parse_headers(lines[1:])
    # A GET with a body is legal HTTP; here it would be mistaken for frames.
    if headers.get_all("Content-Length") not in ([], ["0"]) or "Transfer-Encoding" in headers:
        raise BadHead("a WebSocket request has no body")
    return Request(match[2].decode(), headers, match[1].decode(), match[3].decode())


def parse_response(lines: list[bytes]) -> Response:
    """Read a response's head. Raises `BadHead`."""
    match = read_status_line(lines[0] if lines else b"")
    # RFC 6455 4.1 asks for HTTP/1.1 or higher
    if match[1] == b"0" and match[2] == b"101":
        raise BadHead("HTTP/1.0 cannot be upgraded")
    return Response(int(match[2]), (match[3] or b"").decode("latin-1"), parse_headers(lines[1:]))


def bad_head(error: BadHead, what: str) -> InvalidHandshake:
    """Turn a faulty head into the exception that `connect` raises or a server logs, as `websockets` does.

    A response that exceeds a limit behind its first line is an InvalidMessage, and the limit its cause.
    """
    unreadable = InvalidMessage(f"did not receive a valid HTTP {what}")
    unreadable.__cause__ = error
    if not error.limit:
        return unreadable
    kinds: dict[str, Callable[[str], SecurityError]]
    kinds = {"header line": HeaderLineTooLong, "headers": TooManyHeaders}
    kinds["first line"] = RequestLineTooLong if what == "request" else StatusLineTooLong
    exceeded = kinds.get(error.limit, SecurityError)(str(error))
    exceeded.__cause__ = error
    if what == "request" or error.limit == "first line":
        return exceeded
    unreadable.__cause__ = exceeded
    return unreadable


def _check_upgrade(headers: Headers) -> None:
    connection = tokens(headers, "Connection")
    if not any(value.lower() == "upgrade" for value in connection):
        raise InvalidUpgrade("Connection", ", ".join(connection) or None)
    upgrade = read_list(headers, "Upgrade", Scanner.protocol)
    if [value.lower() for value in upgrade] != ["websocket"]:
        raise InvalidUpgrade("Upgrade", ", ".join(upgrade) or None)


def _single(headers: Headers, name: str) -> str:
    values = headers.get_all(name)
    if not values:
        raise InvalidHeader(name)
    if len(values) > 1:
        raise InvalidHeader(name, "multiple values")
    return values[0]


def check_response(response: Response, offer: ClientOffer, key: str) -> Agreement:
    """Client: judge the server's answer (RFC 6455 4.1, steps 1 to 6). Raises `InvalidHandshake`."""
    if response.status_code != 101:
        raise InvalidStatus(response)
    headers = response.headers
    _check_upgrade(headers)
    accept = _single(headers, "Sec-WebSocket-Accept")
    if accept.strip() != accept_key(key):
        raise InvalidHeaderValue("Sec-WebSocket-Accept", accept)
    agreement = Agreement()
    if EXTENSIONS in headers:
        if offer.deflate is None:
            raise NegotiationError("no extensions supported")
        answered = parse_extensions(headers)
        for name, parameters in answered:
            # RFC 6455 4.1: an extension "not present in the client's handshake" fails the connection
            if name != DEFLATE or agreement.deflate is not None:
                raise NegotiationError(f"Unsupported extension: name = {name}, params = {parameters}")
            agreement.deflate = accept_response(parameters, offer.deflate)
        agreement.extensions = build_extensions(answered)
    if "Sec-WebSocket-Protocol" in headers:
        if not offer.subprotocols:
            raise NegotiationError("no subprotocols supported")
        names = tokens(headers, "Sec-WebSocket-Protocol")
        if len(names) > 1:
            raise InvalidHeader("Sec-WebSocket-Protocol", f"multiple values: {', '.join(names)}")
        if names[0] not in offer.subprotocols:
            raise NegotiationError(f"unsupported subprotocol: {names[0]}")
        agreement.subprotocol = names[0]
    return agreement


def check_request(request: Request, terms: ServerTerms) -> tuple[Headers, Agreement]:
    """Server: judge a request (RFC 6455 4.2); return the answer's headers. Raises `InvalidHandshake`."""
    if request.method != "GET":
        raise InvalidMethod(request.method)
    if request.protocol != "HTTP/1.1":
        raise InvalidProtocol(request.protocol)
    headers = request.headers
    if _TARGET.fullmatch(request.path) is None:
        raise InvalidMessage(f"invalid request target: {request.path[:60]}")
    # RFC 9112 3.2: 400 for a request without Host, with two, or with "an invalid field value"
    host = _single(headers, "Host")
    if _HOST.fullmatch(host) is None:
        raise InvalidHeaderValue("Host", host)
    _check_upgrade(headers)
    key = _single(headers, "Sec-WebSocket-Key")
    try:
        raw_key = base64.b64decode(key.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InvalidHeaderValue("Sec-WebSocket-Key", key) from error
    if len(raw_key) != 16:
        raise InvalidHeaderValue("Sec-WebSocket-Key", key)
    version = _single(headers, "Sec-WebSocket-Version")
    if version != "13":
        raise InvalidHeaderValue("Sec-WebSocket-Version", version)
    _check_origin(headers, terms)
    agreement = Agreement()
    answer = Headers()
    answer["Upgrade"] = "websocket"
    answer["Connection"] = "Upgrade"
    answer["Sec-WebSocket-Accept"] = accept_key(key)
    _choose_extension(headers, terms, agreement)
    if agreement.extensions:
        answer[EXTENSIONS] = agreement.extensions
    _choose_subprotocol(headers, terms, agreement)
    if agreement.subprotocol is not None:
        answer["Sec-WebSocket-Protocol"] = agreement.subprotocol
    return answer, agreement


def _check_origin(headers: Headers, terms: ServerTerms) -> None:
    origins = headers.get_all("Origin")
    if len(origins) > 1:
        raise InvalidHeader("Origin", "multiple values")
    origin = origins[0] if origins else None
    if terms.origins is None:
        return
    for allowed in terms.origins:
        if allowed == origin:
            return
        if isinstance(allowed, re.Pattern) and origin is not None and allowed.fullmatch(origin):
            return
    raise InvalidOrigin(origin)


def _choose_extension(headers: Headers, terms: ServerTerms, agreement: Agreement) -> None:
    if EXTENSIONS not in headers:
        return
    # RFC 6455 9.1: a header that does not follow the ABNF MUST fail the connection, wanted or not.
    offers = parse_extensions(headers)
    if terms.deflate is None:
        return
    for name, parameters in offers:
        if name != DEFLATE:
            continue
        try:
            chosen, agreement.deflate = accept_offer(parameters, terms.deflate)
        except NegotiationError:
            continue  # RFC 7692 7: decline this offer, look at the next
        agreement.extensions = build_extensions([chosen])
        return


def _choose_subprotocol(headers: Headers, terms: ServerTerms, agreement: Agreement) -> None:
    offered = tokens(headers, "Sec-WebSocket-Protocol")
    if terms.select_subprotocol is not None:
        chosen = terms.select_subprotocol(offered)
        # RFC 6455 4.2.2: the value "MUST be derived from the client's handshake"
        if chosen is not None and chosen not in offered:
            raise NegotiationError(f"subprotocol {chosen} was not offered")
        agreement.subprotocol = chosen
    elif terms.subprotocols:
        # No common subprotocol fails the handshake, as in websockets: a client that offers some
        # relies on one of them.
        if not offered:
            raise NegotiationError("missing subprotocol")
        common = [name for name in terms.subprotocols if name in offered]
        if not common:
            raise NegotiationError(f"invalid subprotocol; expected one of {', '.join(terms.subprotocols)}")
        agreement.subprotocol = common[0]
