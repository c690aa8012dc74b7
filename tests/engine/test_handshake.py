"""RELIABILITY 1.1 and 1.2 (RFC 6455 4, 9.1): is this opening handshake acceptable, what does it agree on?"""

from __future__ import annotations

import base64
import os
import re
from collections import Counter

import pytest

from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import (
    HeaderLineTooLong,
    InvalidHandshake,
    InvalidHeader,
    InvalidHeaderFormat,
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
from framescope.engine.handshake import (
    Agreement,
    ClientOffer,
    ServerTerms,
    accept_key,
    bad_head,
    build_request,
    check_request,
    check_response,
    new_key,
    parse_request,
    parse_response,
)
from framescope.engine.headers import BadHead, Headers
from framescope.engine.http import Request, Response
from framescope.engine.url import parse_url

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def offer(url: str = "ws://example.com/chat", **settings) -> ClientOffer:
    return ClientOffer(parse_url(url), **{"deflate": None, **settings})


def changed(headers: list[tuple[str, str]], changes: dict[str, str | list[str] | None]) -> Headers:
    """Replace lines by name; None takes one away."""
    kept = [(name, value) for name, value in headers if name not in changes]
    for name, value in changes.items():
        kept += [(name, line) for line in ([] if value is None else [value] if isinstance(value, str) else value)]
    return Headers(kept)


def request(method: str = "GET", protocol: str = "HTTP/1.1", path: str = "/chat", **changes) -> Request:
    headers = [
        ("Host", "example.com"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", KEY),
        ("Sec-WebSocket-Version", "13"),
    ]
    return Request(path, changed(headers, {k.replace("_", "-"): v for k, v in changes.items()}), method, protocol)


def response(status: int = 101, **changes) -> Response:
    headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", ACCEPT)]
    return Response(status, "", changed(headers, {k.replace("_", "-"): v for k, v in changes.items()}))


def test_request_of_a_client():
    """H6, H7, H9 (4.1 r1-6, r9): GET, HTTP/1.1, the resource, Host, Upgrade, Connection, version 13."""
    full = offer(
        "wss://me:secret@example.com:444/chat?room=1",
        origin="https://example.com",
        subprotocols=["chat", "v2.chat"],
        deflate=DeflateOffer(),
        headers=[("X-A", "1"), ("X-A", "2")],
        user_agent="Framescope",
    )
    assert build_request(full, KEY).serialise().decode() == (
        "GET /chat?room=1 HTTP/1.1\r\n"
        "Host: example.com:444\r\n"
        "Authorization: Basic bWU6c2VjcmV0\r\n"
        "Origin: https://example.com\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
        "Sec-WebSocket-Protocol: chat, v2.chat\r\n"
        "X-A: 1\r\n"
        "X-A: 2\r\n"
        "User-Agent: Framescope\r\n"
        "\r\n"
    )


def test_headers_of_the_caller_replace_host_and_user_agent():
    headers = build_request(offer(headers=[("host", "other"), ("user-agent", "mine")], user_agent="ours"), KEY).headers
    assert headers.get_all("Host") == ["other"]
    assert headers.get_all("User-Agent") == ["mine"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"subprotocols": ["a", "a"]}, "named twice", id="H9 4.1 r10: subprotocols are unique"),
        pytest.param({"subprotocols": ["a b"]}, "no valid subprotocol name", id="H9 4.1 r10: and tokens"),
        pytest.param({"subprotocols": [""]}, "no valid subprotocol name", id="H9 4.1 r10: and not empty"),
        pytest.param({"headers": [("A", "x\r\nB: y")]}, "line break", id="V11: value of the caller"),
        pytest.param({"headers": [("A:", "x")]}, "no valid header name", id="V11: name of the caller"),
        pytest.param({"origin": "x\r\n"}, "line break", id="V11: origin"),
        pytest.param({"user_agent": "x\n"}, "line break", id="V11: user agent"),
    ],
)
def test_request_that_cannot_be_sent(settings, words):
    with pytest.raises(ValueError, match=words):
        build_request(offer(**settings), KEY)


def test_key_is_16_random_bytes():
    """H8 (4.1 r7): fresh and unpredictable."""
    keys = {new_key(os.urandom) for _ in range(1000)}
    assert len(keys) == 1000
    assert all(len(base64.b64decode(key)) == 16 for key in keys)
    counts = Counter(byte for key in keys for byte in base64.b64decode(key))
    assert len(counts) == 256


def test_accept_is_computed_from_the_key_as_a_string():
    """S7 (4.2.2-5): with the RFC's own example."""
    assert accept_key(KEY) == ACCEPT


@pytest.mark.parametrize(
    ("answer", "agreement"),
    [
        pytest.param(response(), Agreement(), id="H11 4.1 v1-4: as it should be"),
        pytest.param(response(Upgrade="WebSocket"), Agreement(), id="H11 4.1 v2: case of the value does not count"),
        pytest.param(response(Connection="keep-alive, UPGRADE"), Agreement(), id="H11 4.1 v3: a token among others"),
        pytest.param(response(Connection=["keep-alive", "upgrade"]), Agreement(), id="H11 4.1 v3: on another line"),
        pytest.param(response(Sec_WebSocket_Accept=f" {ACCEPT} "), Agreement(), id="H11 4.1 v4: space around it"),
        pytest.param(response(Sec_WebSocket_Protocol="b"), Agreement("b"), id="H12 4.1 v6: one that was offered"),
    ],
)
def test_acceptable_response(answer, agreement):
    assert check_response(answer, offer(subprotocols=["a", "b"]), KEY) == agreement


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        pytest.param(response(200), InvalidStatus, "server rejected WebSocket connection: HTTP 200", id="H11 4.1 v1"),
        pytest.param(response(401), InvalidStatus, "HTTP 401", id="H14 4.1 v1: 401 is for the caller to answer"),
        pytest.param(response(Upgrade=None), InvalidUpgrade, "missing Upgrade header", id="H11 4.1 v2: missing"),
        pytest.param(response(Upgrade="h2c"), InvalidUpgrade, "invalid Upgrade header: h2c", id="H11 4.1 v2: other"),
        pytest.param(response(Upgrade="websocket, h2c"), InvalidUpgrade, "websocket, h2c", id="H11 4.1 v2: two"),
        pytest.param(response(Connection=None), InvalidUpgrade, "missing Connection header", id="H11 4.1 v3: missing"),
        pytest.param(
            response(Connection="notupgrade"), InvalidUpgrade, "Connection header: notupgrade", id="H11 4.1 v3"
        ),
        pytest.param(response(Connection="a b"), InvalidHeaderFormat, "expected comma at 2", id="H11 4.1 v3: ABNF"),
        pytest.param(
            response(Sec_WebSocket_Accept=None), InvalidHeader, "missing Sec-WebSocket-Accept", id="H11 v4: -"
        ),
        pytest.param(
            response(Sec_WebSocket_Accept=KEY), InvalidHeaderValue, "invalid Sec-WebSocket-Accept", id="H11 v4"
        ),
        pytest.param(response(Sec_WebSocket_Accept=ACCEPT.lower()), InvalidHeaderValue, "invalid", id="H11 v4: exact"),
        pytest.param(response(Sec_WebSocket_Accept=[ACCEPT] * 2), InvalidHeader, "multiple values", id="H11 v4: twice"),
        pytest.param(response(Sec_WebSocket_Accept="\udcff"), InvalidHeaderValue, "invalid", id="H15 8.1: no UTF-8"),
        pytest.param(response(Sec_WebSocket_Protocol="c"), NegotiationError, "unsupported subprotocol: c", id="H12 v6"),
        pytest.param(response(Sec_WebSocket_Protocol="a, b"), InvalidHeader, "multiple values: a, b", id="H12 v6: two"),
        pytest.param(response(Sec_WebSocket_Protocol=["a", "b"]), InvalidHeader, "multiple values", id="H12 v6: lines"),
        pytest.param(response(Sec_WebSocket_Protocol=""), InvalidHeaderFormat, "expected token", id="H12 v6: empty"),
        pytest.param(response(Sec_WebSocket_Extensions="x-foo"), NegotiationError, "no extensions", id="H12 v5: none"),
    ],
)
def test_response_that_fails_the_connection(answer, error, words):
    with pytest.raises(error, match=words):
        check_response(answer, offer(subprotocols=["a", "b"]), KEY)


def test_subprotocol_where_none_was_offered():
    """H12 (4.1 v6)."""
    with pytest.raises(NegotiationError, match="no subprotocols supported"):
        check_response(response(Sec_WebSocket_Protocol="a"), offer(), KEY)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        pytest.param("x-foo", "Unsupported extension: name = x-foo, params = ", id="H12 4.1 v5: not offered"),
        pytest.param("permessage-deflate, permessage-deflate", "Unsupported extension", id="H12 4.1 v5: twice"),
        pytest.param("permessage-deflate; x", "invalid parameter name: x", id="D2 7692-7: parameter"),
        pytest.param("permessage-deflate;", "expected token", id="S8 9.1: malformed"),
    ],
)
def test_extensions_that_fail_the_connection(header, words):
    with pytest.raises(InvalidHandshake, match=words):
        check_response(response(Sec_WebSocket_Extensions=header), offer(deflate=DeflateOffer()), KEY)


def test_agreed_extension():
    header = "permessage-deflate; server_no_context_takeover"
    agreement = check_response(response(Sec_WebSocket_Extensions=header), offer(deflate=DeflateOffer()), KEY)
    assert agreement.extensions == header
    assert agreement.deflate is not None
    assert agreement.deflate.server_no_context_takeover


def test_acceptable_request():
    """S2, S7 (4.2.1, 4.2.2-5)."""
    headers, agreement = check_request(request(), ServerTerms())
    assert list(headers.raw_items()) == [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", ACCEPT),
    ]
    assert agreement == Agreement()


@pytest.mark.parametrize(
    ("demand", "error", "words"),
    [
        pytest.param(request("POST"), InvalidMethod, "unsupported HTTP method: POST", id="S2 4.2.1-1: method"),
        pytest.param(request(protocol="HTTP/1.0"), InvalidProtocol, "HTTP version: HTTP/1.0", id="S2 4.2.1-1: version"),
        pytest.param(request(Host=None), InvalidHeader, "missing Host header", id="S2 4.2.1-2: no Host"),
        pytest.param(request(Host="a/b"), InvalidHeaderValue, "invalid Host header: a/b", id="S1 4.2.1: Host"),
        pytest.param(request(path="chat"), InvalidMessage, "invalid request target: chat", id="S1 4.2.1: target"),
        pytest.param(request(Host=["a", "b"]), InvalidHeader, "multiple values", id="S2 4.2.1-2: two Hosts"),
        pytest.param(request(Upgrade=None), InvalidUpgrade, "missing Upgrade header", id="S2 4.2.1-3: no Upgrade"),
        pytest.param(request(Upgrade="notwebsocket"), InvalidUpgrade, "notwebsocket", id="S2 4.2.1-3: another"),
        pytest.param(request(Connection=None), InvalidUpgrade, "missing Connection header", id="S2 4.2.1-4: none"),
        pytest.param(request(Connection="notupgrade"), InvalidUpgrade, "notupgrade", id="S2 4.2.1-4: no token"),
        pytest.param(request(Connection="not upgrade"), InvalidHeaderFormat, "expected comma", id="S1 4.2.1: ABNF"),
        pytest.param(
            request(Sec_WebSocket_Key=None), InvalidHeader, "missing Sec-WebSocket-Key", id="S2 4.2.1-5: none"
        ),
        pytest.param(request(Sec_WebSocket_Key=[KEY, KEY]), InvalidHeader, "multiple values", id="S2 4.2.1-5: two"),
        pytest.param(request(Sec_WebSocket_Key="?"), InvalidHeaderValue, "Key header: ?", id="S2 4.2.1-5: no base64"),
        pytest.param(request(Sec_WebSocket_Key="YQ=="), InvalidHeaderValue, "YQ==", id="S2 4.2.1-5: one byte"),
        pytest.param(
            request(Sec_WebSocket_Key=KEY[:-4] + "ZWU="), InvalidHeaderValue, "invalid", id="S2 4.2.1-5: 17 bytes"
        ),
        pytest.param(request(Sec_WebSocket_Key="\udcff"), InvalidHeaderValue, "invalid", id="H15 8.1: key is no UTF-8"),
        pytest.param(request(Sec_WebSocket_Key="é"), InvalidHeaderValue, "é", id="S1 4.2.1: key is not ASCII"),
        pytest.param(request(Sec_WebSocket_Version=None), InvalidHeader, "missing", id="S2 4.2.1-6: no version"),
        pytest.param(request(Sec_WebSocket_Version="12"), InvalidHeaderValue, "12", id="S3 4.2.2-4: another version"),
        pytest.param(request(Sec_WebSocket_Version=["13", "8"]), InvalidHeader, "multiple", id="S3 4.2.2-4: two"),
        pytest.param(request(Origin=["http://a", "http://b"]), InvalidHeader, "multiple", id="S1 4.2.1: two Origins"),
        pytest.param(request(Sec_WebSocket_Protocol="é"), InvalidHeaderFormat, "token", id="S1 4.2.1: subprotocol"),
        pytest.param(request(Sec_WebSocket_Protocol=""), InvalidHeaderFormat, "token", id="S1 4.2.1: no subprotocol"),
        pytest.param(request(Sec_WebSocket_Extensions="a;"), InvalidHeaderFormat, "token", id="S8 9.1: extensions"),
    ],
)
def test_request_that_is_refused(demand, error, words):
    for terms in (ServerTerms(), ServerTerms(deflate=None)):
        with pytest.raises(error, match=re.escape(words)):
            check_request(demand, terms)


@pytest.mark.parametrize(
    ("origins", "origin", "is_allowed"),
    [
        pytest.param(None, "http://a", True, id="S4 4.2.2-4: anyone"),
        pytest.param(["http://a"], "http://a", True, id="S4 4.2.2-4: listed"),
        pytest.param(["http://a"], "http://a.evil", False, id="S4 4.2.2-4: not listed"),
        pytest.param(["http://a"], None, False, id="S4 4.2.2-4: no Origin"),
        pytest.param(["http://a", None], None, True, id="S4 4.2.2-4: no Origin is listed"),
        pytest.param([re.compile(r"http://\w+")], "http://abc", True, id="S4 4.2.2-4: matches"),
        pytest.param([re.compile(r"http://\w+")], "http://abc.evil", False, id="S4 4.2.2-4: matches in part only"),
        pytest.param([re.compile(r".*")], None, False, id="S4 4.2.2-4: a pattern wants an Origin"),
    ],
)
def test_origin(origins, origin, is_allowed):
    demand = request(Origin=origin)
    if is_allowed:
        check_request(demand, ServerTerms(origins))
    else:
        with pytest.raises(InvalidOrigin) as caught:
            check_request(demand, ServerTerms(origins))
        assert caught.value.value == origin


@pytest.mark.parametrize(
    ("terms", "offered", "chosen"),
    [
        pytest.param(ServerTerms(), "a", None, id="S5: server has none"),
        pytest.param(ServerTerms(subprotocols=["b", "a"]), "a, b", "b", id="S5: the server's order"),
        pytest.param(ServerTerms(subprotocols=["b", "a"]), ["c", "a"], "a", id="S6: two lines"),
        pytest.param(
            ServerTerms(select_subprotocol=lambda names: names[-1]), "a, b", "b", id="S5: chosen by the server"
        ),
        pytest.param(ServerTerms(select_subprotocol=lambda names: None), "a", None, id="S5: none chosen"),
    ],
)
def test_subprotocol(terms, offered, chosen):
    headers, agreement = check_request(request(Sec_WebSocket_Protocol=offered), terms)
    assert agreement.subprotocol == chosen
    assert headers.get_all("Sec-WebSocket-Protocol") == ([] if chosen is None else [chosen])


@pytest.mark.parametrize(
    ("terms", "offered", "words"),
    [
        pytest.param(ServerTerms(subprotocols=["a"]), None, "missing subprotocol", id="S5: none offered"),
        pytest.param(ServerTerms(subprotocols=["a", "c"]), "b", "expected one of a, c", id="S5: none in common"),
        pytest.param(ServerTerms(select_subprotocol=lambda names: "x"), "a", "x was not offered", id="S5: not offered"),
    ],
)
def test_no_subprotocol_in_common(terms, offered, words):
    with pytest.raises(NegotiationError, match=words):
        check_request(request(Sec_WebSocket_Protocol=offered), terms)


@pytest.mark.parametrize(
    ("terms", "offered", "answered"),
    [
        pytest.param(ServerTerms(), "permessage-deflate", "permessage-deflate", id="S6: offered"),
        pytest.param(ServerTerms(deflate=None), "permessage-deflate", "", id="S6: not wanted"),
        pytest.param(ServerTerms(), "x-foo, permessage-deflate", "permessage-deflate", id="S6: others are passed over"),
        pytest.param(ServerTerms(), "x-foo", "", id="S6: none known"),
        pytest.param(
            ServerTerms(),
            ["permessage-deflate; x", "permessage-deflate; client_no_context_takeover"],
            "permessage-deflate; client_no_context_takeover",
            id="D1 7692-7: an offer is declined, the next taken",
        ),
        pytest.param(ServerTerms(), "permessage-deflate; x", "", id="D1 7692-7: all offers are declined"),
    ],
)
def test_extension(terms, offered, answered):
    headers, agreement = check_request(request(Sec_WebSocket_Extensions=offered), terms)
    assert agreement.extensions == answered
    assert headers.get_all("Sec-WebSocket-Extensions") == ([answered] if answered else [])
    assert (agreement.deflate is not None) == bool(answered)


def test_request_line_is_read():
    demand = parse_request([b"GET /chat?a HTTP/1.1", b"Host: h"])
    assert (demand.method, demand.path, demand.protocol) == ("GET", "/chat?a", "HTTP/1.1")
    assert demand.headers["host"] == "h"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param([], "invalid HTTP request line", id="S1 4.2.1: no line"),
        pytest.param([b"GET /"], "invalid HTTP request line", id="S1 4.2.1: no version"),
        pytest.param([b"GET  / HTTP/1.1"], "invalid HTTP request line", id="S1 4.2.1: two spaces"),
        pytest.param([b"GET / HTTP/1.1 "], "invalid HTTP request line", id="S1 4.2.1: space behind it"),
        pytest.param([b"GET /\xff HTTP/1.1"], "invalid HTTP request line", id="S1 4.2.1: not ASCII"),
        pytest.param([b"\x16\x03\x01"], "invalid HTTP request line", id="S1 4.2.1: TLS"),
        pytest.param([b"GET / HTTP/1.1", b"x"], "invalid header line", id="S1 4.2.1: header"),
        pytest.param([b"GET / HTTP/1.1", b"Content-Length: 1"], "has no body", id="V10: body"),
        pytest.param([b"GET / HTTP/1.1", b"Content-Length: 0", b"Content-Length: 0"], "has no body", id="V10: twice"),
        pytest.param([b"GET / HTTP/1.1", b"Transfer-Encoding: chunked"], "has no body", id="V10: chunks"),
    ],
)
def test_request_head_that_is_none(lines, words):
    with pytest.raises(BadHead, match=words):
        parse_request(lines)


@pytest.mark.parametrize(
    ("line", "status", "phrase"),
    [
        (b"HTTP/1.1 101 Switching Protocols", 101, "Switching Protocols"),
        (b"HTTP/1.1 101", 101, ""),
        (b"HTTP/1.1 101 ", 101, ""),
        (b"HTTP/1.0 403 No\xe9", 403, "Noé"),
    ],
)
def test_status_line(line, status, phrase):
    answer = parse_response([line, b"A: b"])
    assert (answer.status_code, answer.reason_phrase, answer.headers["A"]) == (status, phrase, "b")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param([], "invalid HTTP status line", id="H11 4.1: no line"),
        pytest.param([b"HTTP/1.0 101 OK"], "HTTP/1.0 cannot be upgraded", id="H11 4.1: HTTP/1.0"),
        pytest.param([b"HTTP/2 101 OK"], "invalid HTTP status line", id="H11 4.1: HTTP/2"),
        pytest.param([b"HTTP/1.1 1O1 OK"], "invalid HTTP status line", id="H11 4.1: status is no number"),
        pytest.param([b"HTTP/1.1 101 a\x00"], "invalid HTTP status line", id="H11 4.1: NUL"),
        pytest.param([b"SSH-2.0-OpenSSH_9.2"], "invalid HTTP status line", id="H11 4.1: not HTTP"),
    ],
)
def test_status_line_that_is_none(lines, words):
    with pytest.raises(BadHead, match=re.escape(words)):
        parse_response(lines)


@pytest.mark.parametrize(
    ("limit", "what", "kind", "status"),
    [
        ("first line", "request", RequestLineTooLong, 414),
        ("header line", "request", HeaderLineTooLong, 431),
        ("headers", "request", TooManyHeaders, 431),
        ("head", "request", SecurityError, 431),
        ("first line", "response", StatusLineTooLong, 431),
    ],
)
def test_a_limit_becomes_what_is_raised(limit, what, kind, status):
    cause = BadHead("too long", 414, limit=limit)
    error = bad_head(cause, what)
    assert type(error) is kind
    assert (str(error), error.status, error.__cause__) == ("too long", status, cause)


@pytest.mark.parametrize(
    ("limit", "kind"), [("header line", HeaderLineTooLong), ("headers", TooManyHeaders), ("head", SecurityError)]
)
def test_a_limit_behind_the_status_line_is_a_cause(limit, kind):
    """As in websockets: what catches InvalidMessage there catches it here."""
    cause = BadHead("too long", 431, limit=limit)
    error = bad_head(cause, "response")
    assert (type(error), str(error)) == (InvalidMessage, "did not receive a valid HTTP response")
    assert (type(error.__cause__), str(error.__cause__), error.__cause__.__cause__) == (kind, "too long", cause)


def test_faulty_head_becomes_what_connect_raises():
    cause = BadHead("invalid header line: b'x'")
    error = bad_head(cause, "response")
    assert isinstance(error, InvalidMessage)
    assert (str(error), error.__cause__) == ("did not receive a valid HTTP response", cause)
