"""Is an opening handshake accepted exactly where RFC 6455 4 lets it be? Both sides' judgements."""

from __future__ import annotations

import base64
import re

import pytest

from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import (
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
    SecurityError,
)
from framescope.engine.handshake import (
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

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
EXTENSIONS, PROTOCOL = "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"


def offer(url: str = "ws://h:9001/chat?x=1", **fields) -> ClientOffer:
    return ClientOffer(parse_url(url), **fields)


def changed(base: list[tuple[str, str]], changes: dict[str, str | list[str] | None]) -> Headers:
    """Headers in which `changes` replace, add, repeat or (None) remove lines."""
    lines = [(name, value) for name, value in base if name not in changes]
    for name, value in changes.items():
        lines += [(name, each) for each in ([] if value is None else [value] if isinstance(value, str) else value)]
    return Headers(lines)


def answer(changes: dict | None = None, *, status: int = 101) -> Response:
    base = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept_key(KEY))]
    return Response(status, "Switching Protocols", changed(base, changes or {}))


def request(changes: dict | None = None, method: str = "GET", protocol: str = "HTTP/1.1") -> Request:
    base = [
        ("Host", "h"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", KEY),
        ("Sec-WebSocket-Version", "13"),
    ]
    return Request("/", changed(base, changes or {}), method, protocol)


def test_accept_is_that_of_the_standards_example():
    # S7, RFC 6455 1.3
    assert accept_key(KEY) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def test_key_is_16_fresh_bytes():
    # H8
    drawn = iter([bytes(16), bytes(range(16))])
    keys = [new_key(lambda size: next(drawn)[:size]) for _ in range(2)]
    assert [base64.b64decode(key) for key in keys] == [bytes(16), bytes(range(16))]


def test_request_of_a_client():
    # H6, H7, H9
    wanted = offer(origin="https://o", subprotocols=["a", "b"], headers=[("X-Y", "z")], user_agent="Framescope")
    assert list(build_request(wanted, KEY).headers.raw_items()) == [
        ("Host", "h:9001"),
        ("Origin", "https://o"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", KEY),
        ("Sec-WebSocket-Version", "13"),
        (EXTENSIONS, "permessage-deflate; client_max_window_bits"),
        (PROTOCOL, "a, b"),
        ("X-Y", "z"),
        ("User-Agent", "Framescope"),
    ]
    assert build_request(wanted, KEY).path == "/chat?x=1"


def test_request_with_credentials_own_host_and_agent_and_without_extensions():
    wanted = offer("ws://u:p@h/", deflate=None, headers=[("host", "other"), ("user-agent", "mine")], user_agent="no")
    headers = build_request(wanted, KEY).headers
    assert headers["Authorization"] == "Basic dTpw"
    assert headers.get_all("Host") == ["other"]
    assert headers.get_all("User-Agent") == ["mine"]
    assert EXTENSIONS not in headers
    assert PROTOCOL not in headers


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"subprotocols": ["a", "a"]}, "named twice"),
        ({"subprotocols": ["a b"]}, "no valid subprotocol"),
        ({"subprotocols": [""]}, "no valid subprotocol"),
        ({"headers": [("A", "x\r\nB: y")]}, "line break"),
        ({"origin": "x\ny"}, "line break"),
    ],
)
def test_request_that_cannot_be_sent(fields, words):
    # H9
    with pytest.raises(ValueError, match=words):
        build_request(offer(**fields), KEY)


def test_heads_are_parsed():
    assert parse_request([b"GET /x HTTP/1.1", b"Host: h"]) == Request("/x", Headers(Host="h"))
    assert parse_request([b"POST * HTTP/2.0", b"Content-Length: 0"]).method == "POST"
    assert parse_response([b"HTTP/1.1 101 Switching Protocols", b"A: 1"]) == Response(
        101, "Switching Protocols", Headers(A="1")
    )
    assert parse_response([b"HTTP/1.0 404"]).status_code == 404
    assert parse_response([b"HTTP/1.1 200 "]).reason_phrase == ""


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b""],
        [b"GET /"],
        [b"GET  / HTTP/1.1"],
        [b"GET / HTTP/11"],
        [b"GET / x HTTP/1.1"],
        [b"GET /\xff HTTP/1.1"],
        [b"GET / HTTP/1.1 "],
        [b"GET / HTTP/1.1", b"Content-Length: 5"],
        [b"GET / HTTP/1.1", b"Content-Length: 0", b"Content-Length: 0"],
        [b"GET / HTTP/1.1", b"Transfer-Encoding: chunked"],
    ],
)
def test_no_request(lines):
    # S1
    with pytest.raises(BadHead):
        parse_request(lines)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"HTTP/2 200 OK"],
        [b"HTTP/1.1 99 x"],
        [b"HTTP/1.1 1010 x"],
        [b"HTTP/1.1  101 x"],
        [b"HTTP/1.1 101 \x00"],
        [b"HTTP/1.0 101 Switching Protocols"],
        [b"SSH-2.0-x"],
    ],
)
def test_no_response(lines):
    with pytest.raises(BadHead):
        parse_response(lines)


@pytest.mark.parametrize(("status", "kind"), [(400, InvalidMessage), (414, SecurityError), (431, SecurityError)])
def test_faulty_head_becomes_what_connect_raises(status, kind):
    cause = BadHead("why", status)
    error = bad_head(cause, "response")
    assert type(error) is kind
    assert error.__cause__ is cause


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"Upgrade": "WebSocket"},
        {"Connection": "keep-alive, UPGRADE"},
        {"Connection": ["keep-alive", "upgrade"]},
        {"Sec-WebSocket-Accept": f" {accept_key(KEY)}\t"},
    ],
)
def test_answer_is_accepted(changes):
    # H11
    agreement = check_response(answer(changes), offer(), KEY)
    assert (agreement.subprotocol, agreement.extensions, agreement.deflate) == (None, "", None)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"Upgrade": None}, InvalidUpgrade),
        ({"Upgrade": ""}, InvalidUpgrade),
        ({"Upgrade": "h2c"}, InvalidUpgrade),
        ({"Upgrade": "websocket, h2c"}, InvalidUpgrade),
        ({"Connection": None}, InvalidUpgrade),
        ({"Connection": "close"}, InvalidUpgrade),
        ({"Connection": "notupgrade"}, InvalidUpgrade),
        ({"Sec-WebSocket-Accept": None}, InvalidHeader),
        ({"Sec-WebSocket-Accept": [accept_key(KEY)] * 2}, InvalidHeader),
        ({"Sec-WebSocket-Accept": accept_key(KEY).lower()}, InvalidHeaderValue),
        ({EXTENSIONS: "x-other"}, NegotiationError),
        ({EXTENSIONS: "permessage-deflate, permessage-deflate"}, NegotiationError),
        ({EXTENSIONS: "permessage-deflate; unknown"}, NegotiationError),
        ({EXTENSIONS: "permessage-deflate;"}, InvalidHeaderFormat),
        ({EXTENSIONS: ""}, InvalidHeaderFormat),
        ({PROTOCOL: "c"}, NegotiationError),
        ({PROTOCOL: "a, b"}, InvalidHeader),
        ({PROTOCOL: ["a", "a"]}, InvalidHeader),
        ({PROTOCOL: ""}, InvalidHeader),
    ],
)
def test_answer_is_refused(changes, kind):
    # H11, H12, D2
    with pytest.raises(kind) as caught:
        check_response(answer(changes), offer(subprotocols=["a", "b"]), KEY)
    assert isinstance(caught.value, InvalidHandshake)
    assert str(caught.value)


@pytest.mark.parametrize("status", [100, 200, 301, 401, 404, 500])
def test_answer_with_another_status_is_refused(status):
    # H11, H14
    with pytest.raises(InvalidStatus, match=f"HTTP {status}"):
        check_response(answer(status=status), offer(), KEY)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({EXTENSIONS: "permessage-deflate"}, "no extensions supported"), ({PROTOCOL: "a"}, "no subprotocols supported")],
)
def test_answer_to_what_was_not_asked_is_refused(changes, words):
    # H12
    with pytest.raises(NegotiationError, match=words):
        check_response(answer(changes), offer(deflate=None), KEY)


def test_answer_says_what_is_agreed():
    agreement = check_response(
        answer({EXTENSIONS: 'permessage-deflate; client_max_window_bits="12"', PROTOCOL: "b"}),
        offer(subprotocols=["a", "b"]),
        KEY,
    )
    assert agreement.subprotocol == "b"
    assert agreement.extensions == "permessage-deflate; client_max_window_bits=12"
    assert agreement.deflate is not None
    assert agreement.deflate.client_max_window_bits == 12


def test_request_is_answered():
    # S5, S7
    headers, agreement = check_request(request({EXTENSIONS: "permessage-deflate", PROTOCOL: "b"}), ServerTerms())
    assert dict(headers) == {
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-accept": accept_key(KEY),
        "sec-websocket-extensions": "permessage-deflate",
    }
    assert agreement.subprotocol is None


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"Host": None}, InvalidHeader),
        ({"Host": ["a", "b"]}, InvalidHeader),
        ({"Upgrade": None}, InvalidUpgrade),
        ({"Connection": None}, InvalidUpgrade),
        ({"Connection": "notupgrade"}, InvalidUpgrade),
        ({"Connection": "keep-alive"}, InvalidUpgrade),
        ({"Sec-WebSocket-Key": None}, InvalidHeader),
        ({"Sec-WebSocket-Key": [KEY, KEY]}, InvalidHeader),
        ({"Sec-WebSocket-Key": ""}, InvalidHeaderValue),
        ({"Sec-WebSocket-Key": "ü"}, InvalidHeaderValue),
        ({"Sec-WebSocket-Key": "\udcff"}, InvalidHeaderValue),
        ({"Sec-WebSocket-Key": KEY[:-1]}, InvalidHeaderValue),
        ({"Sec-WebSocket-Key": base64.b64encode(bytes(15)).decode()}, InvalidHeaderValue),
        ({"Sec-WebSocket-Key": base64.b64encode(bytes(17)).decode()}, InvalidHeaderValue),
        ({"Sec-WebSocket-Version": None}, InvalidHeader),
        ({"Sec-WebSocket-Version": "8"}, InvalidHeaderValue),
        ({"Sec-WebSocket-Version": "13, 8"}, InvalidHeaderValue),
        ({"Sec-WebSocket-Version": ["13", "13"]}, InvalidHeader),
        ({EXTENSIONS: "permessage-deflate; a="}, InvalidHeaderFormat),
        ({EXTENSIONS: 'permessage-deflate; a="b c"'}, InvalidHeaderFormat),
        ({PROTOCOL: ""}, InvalidHeader),
        ({PROTOCOL: "a b"}, InvalidHeader),
        ({PROTOCOL: "\udcff"}, InvalidHeader),
        ({"Origin": ["https://a", "https://b"]}, InvalidHeader),
    ],
)
@pytest.mark.parametrize("terms", [ServerTerms(), ServerTerms(deflate=None)], ids=["deflate", "plain"])
def test_request_is_refused(terms, changes, kind):
    # S1, S2, S3, S8, H15
    with pytest.raises(kind):
        check_request(request(changes), terms)


def test_only_get_with_http_1_1_is_accepted():
    # S2
    with pytest.raises(InvalidMethod, match="unsupported HTTP method: POST"):
        check_request(request(method="POST"), ServerTerms())
    with pytest.raises(InvalidProtocol, match=r"unsupported HTTP version: HTTP/1\.0"):
        check_request(request(protocol="HTTP/1.0"), ServerTerms())


@pytest.mark.parametrize(
    ("origins", "origin", "is_accepted"),
    [
        (None, "https://any", True),
        (["https://a"], "https://a", True),
        (["https://a"], "https://a.evil", False),
        (["https://a"], None, False),
        (["https://a", None], None, True),
        ([re.compile(r"https://\w+\.a")], "https://x.a", True),
        ([re.compile(r"https://\w+\.a")], "https://x.a.evil", False),
        ([re.compile(r".*")], None, False),
        ([], "https://a", False),
    ],
)
def test_origin(origins, origin, is_accepted):
    # S4
    asked = request({"Origin": origin})
    if is_accepted:
        check_request(asked, ServerTerms(origins=origins))
    else:
        with pytest.raises(InvalidOrigin):
            check_request(asked, ServerTerms(origins=origins))


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [
        (["x-other"], ""),
        (["permessage-deflate"], "permessage-deflate"),
        (["x-other, permessage-deflate; server_no_context_takeover"], "permessage-deflate; server_no_context_takeover"),
        (["permessage-deflate; unknown"], ""),
        (["permessage-deflate; server_max_window_bits=7, permessage-deflate"], "permessage-deflate"),
        (["permessage-deflate; server_max_window_bits=8", "permessage-deflate"], "permessage-deflate"),
        (
            ["permessage-deflate; server_max_window_bits=10, permessage-deflate"],
            "permessage-deflate; server_max_window_bits=10",
        ),
    ],
)
def test_extension_is_chosen_or_declined(lines, chosen):
    # S6, D1, D5, D8
    headers, agreement = check_request(request({EXTENSIONS: lines}), ServerTerms())
    assert agreement.extensions == chosen
    assert (agreement.deflate is not None) == bool(chosen)
    assert headers.get_all(EXTENSIONS) == ([chosen] if chosen else [])


def test_server_without_deflate_answers_without_extension():
    headers, agreement = check_request(request({EXTENSIONS: "permessage-deflate"}), ServerTerms(deflate=None))
    assert EXTENSIONS not in headers
    assert agreement.deflate is None


@pytest.mark.parametrize(
    ("terms", "offered", "chosen"),
    [
        (ServerTerms(), "a, b", None),
        (ServerTerms(subprotocols=["b", "a"]), "a, b", "b"),
        (ServerTerms(subprotocols=["b"]), ["a", "b"], "b"),
        (ServerTerms(select_subprotocol=lambda names: names[-1]), "a, b", "b"),
        (ServerTerms(select_subprotocol=lambda names: None), None, None),
    ],
)
def test_subprotocol_is_chosen(terms, offered, chosen):
    # S5
    headers, agreement = check_request(request({PROTOCOL: offered}), terms)
    assert agreement.subprotocol == chosen
    assert headers.get_all(PROTOCOL) == ([chosen] if chosen else [])


@pytest.mark.parametrize(("offered", "words"), [("c", "no common subprotocol"), (None, "missing subprotocol")])
def test_no_common_subprotocol_fails(offered, words):
    with pytest.raises(NegotiationError, match=words):
        check_request(request({PROTOCOL: offered}), ServerTerms(subprotocols=["a"]))


def test_default_offer_is_deflate():
    assert ClientOffer(parse_url("ws://h")).deflate == DeflateOffer()
