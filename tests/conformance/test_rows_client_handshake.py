"""RELIABILITY 1.1, row by row: the client's opening handshake (RFC 6455 3, 4.1). Its code is helpers/openings.py."""

from __future__ import annotations

import base64

import pytest

from framescope import connect
from framescope.engine.connection import Connection
from framescope.engine.errors import (
    InvalidHandshake,
    InvalidHeader,
    InvalidHeaderFormat,
    InvalidHeaderValue,
    InvalidMessage,
    InvalidState,
    InvalidStatus,
    InvalidUpgrade,
    InvalidURI,
    NegotiationError,
)
from framescope.engine.events import Part
from framescope.engine.frames import Opcode
from framescope.engine.handshake import ClientOffer, accept_key, build_request, new_key
from framescope.engine.settings import Timeouts
from framescope.engine.url import parse_url
from helpers.conversation import connecting, play, raw, tick
from helpers.ledger import cases
from helpers.openings import SWITCHING, asking, fails, opens, response

EXTENSIONS, PROTOCOL, ACCEPT = "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", "Sec-WebSocket-Accept"


# --- the address (H1, H2) ------------------------------------------------------------------------------------

# H1, RFC 6455 3: "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT be used on these
# URIs. As with any URI scheme, the character "#", when not indicating the start of a fragment, MUST be escaped as %23."
ADDRESSES = [
    ("H1-client-empty-path", "ws://h", (False, "h", 80, "/")),
    ("H1-client-empty-path-with-a-query", "ws://h?a=b", (False, "h", 80, "/?a=b")),
    ("H1-client-secure", "wss://h/a", (True, "h", 443, "/a")),
    ("H1-client-case-of-the-scheme", "WsS://H/A", (True, "h", 443, "/A")),
    ("H1-client-port", "ws://h:8080/", (False, "h", 8080, "/")),
    ("H1-client-port-of-the-other-scheme", "ws://h:443/", (False, "h", 443, "/")),
    ("H1-client-query-is-kept", "ws://h/a?b=c&d=%20?", (False, "h", 80, "/a?b=c&d=%20?")),
    ("H1-client-empty-query", "ws://h/a?", (False, "h", 80, "/a")),
    ("H1-client-number-sign-escaped", "ws://h/%23?%23", (False, "h", 80, "/%23?%23")),
    ("H1-client-ipv6", "ws://[::1]:9/", (False, "::1", 9, "/")),
    ("H1-client-other-letters", "ws://h/ü?ü", (False, "h", 80, "/%C3%BC?%C3%BC")),
]


@pytest.mark.parametrize(("uri", "parts"), cases(ADDRESSES))
def test_valid_addresses(uri, parts):
    assert parse_url(uri)[:4] == parts


# H2, RFC 6455 4.1: "If any of the components are invalid, the client MUST _Fail the WebSocket Connection_ and abort
# these steps."
NO_ADDRESSES = [
    ("H1-client-fragment", "ws://h/#a"),
    ("H1-client-bare-number-sign", "ws://h/#"),
    ("H1-client-number-sign-in-the-query", "ws://h/?a#b"),
    ("H2-client-http", "http://h/"),
    ("H2-client-no-scheme", "h/"),
    ("H2-client-no-host", "ws:///a"),
    ("H2-client-port-that-is-no-number", "ws://h:a/"),
    ("H2-client-port-65536", "ws://h:65536/"),
    ("H2-client-port-0", "ws://h:0/"),
    ("H2-client-port-minus-1", "ws://h:-1/"),
    ("H2-client-space-in-the-path", "ws://h/a b"),
    ("H2-client-space-in-the-host", "ws://a b/"),
    ("H2-client-line-break-in-the-path", "ws://h/ HTTP/1.1\r\nX: y"),
    ("H2-client-NUL", "ws://h/\x00"),
    ("H2-client-broken-escape", "ws://h/%4"),
    ("H2-client-open-bracket", "ws://[::1/"),
    ("H2-client-host-of-65-letters", f"ws://{'a' * 64}.de/"),
    ("H2-client-user-without-password", "ws://u@h/"),
    ("H2-client-slash-in-the-host", "ws://a\\b/"),
]


@pytest.mark.parametrize("uri", cases(NO_ADDRESSES))
def test_invalid_addresses(uri):
    """Before anything is connected: `connect` raises when it is called, not when it is awaited."""
    with pytest.raises(InvalidURI) as raised:
        connect(uri)
    assert uri in str(raised.value)


@pytest.mark.parametrize("uri", [pytest.param("ws://127.0.0.1:9001/", id="H2-client-good")])
def test_valid_address_connects(uri):
    assert connect(uri) is not None


# --- the request (H6 to H10) ---------------------------------------------------------------------------------


def head_of(uri: str = "ws://h/", **offer: object) -> tuple[str, dict[str, str]]:
    player = asking(uri, **offer)
    first, *lines = build_request(player.connection.opening._offer, "key").serialise().decode().split("\r\n")[:-2]
    names = [line.partition(":")[0].lower() for line in lines]
    assert len(set(names)) == len(names)
    return first, dict(line.split(": ", 1) for line in lines)


# H6, RFC 6455 4.1: "The method of the request MUST be GET, and the HTTP version MUST be at least 1.1."
# H7: "The request MUST contain a |Host| header field whose value contains /host/ plus optionally ":" followed by
# /port/ (when not using the default port)."
REQUESTS = [
    ("H6-client-resource", "ws://h/a/b?c=d", "GET /a/b?c=d HTTP/1.1", "h"),
    ("H6-client-no-path", "ws://h", "GET / HTTP/1.1", "h"),
    ("H7-client-default-port", "ws://h:80/", "GET / HTTP/1.1", "h"),
    ("H7-client-default-port-secure", "wss://h:443/", "GET / HTTP/1.1", "h"),
    ("H7-client-port", "ws://h:81/", "GET / HTTP/1.1", "h:81"),
    ("H7-client-port-of-the-other-scheme", "wss://h:80/", "GET / HTTP/1.1", "h:80"),
    ("H7-client-ipv6", "ws://[::1]/", "GET / HTTP/1.1", "[::1]"),
    ("H7-client-ipv6-with-a-port", "ws://[::1]:81/", "GET / HTTP/1.1", "[::1]:81"),
    ("H7-client-zone-stays-here", "ws://[fe80::1%25eth0]:81/", "GET / HTTP/1.1", "[fe80::1]:81"),
    ("H7-client-no-user-in-host", "ws://u:p@h/", "GET / HTTP/1.1", "h"),
]


@pytest.mark.parametrize(("uri", "line", "host"), cases(REQUESTS))
def test_valid_requests(uri, line, host):
    first, headers = head_of(uri)
    assert first == line
    assert (headers["Host"], headers["Upgrade"], headers["Connection"]) == (host, "websocket", "Upgrade")
    assert headers["Sec-WebSocket-Version"] == "13"


@pytest.mark.parametrize("count", [pytest.param(200, id="H8-client-nonce")])
def test_valid_keys(count):
    """H8, RFC 6455 4.1: "a nonce consisting of a randomly selected 16-byte value that has been base64-encoded"."""
    offer = ClientOffer(parse_url("ws://h/"))
    keys = {connecting().opening.request.headers["Sec-WebSocket-Key"]}
    for _ in range(count):
        keys.add(Connection(offer, now=0.0).opening.request.headers["Sec-WebSocket-Key"])
    assert len(keys) == count + 1
    assert {len(base64.b64decode(key, validate=True)) for key in keys} == {16}
    assert new_key(bytes) == base64.b64encode(bytes(16)).decode()


# H9, RFC 6455 4.1: "The elements that comprise this value MUST be non-empty strings with characters in the range U+0021
# to U+007E not including separator characters ... and MUST all be unique strings."
@pytest.mark.parametrize(
    ("subprotocols", "line"),
    cases(
        [
            ("H9-client-none", [], None),
            ("H9-client-one", ["chat"], "chat"),
            ("H9-client-order", ["b", "a", "v2.chat!#$%&'*+-^_`|~"], "b, a, v2.chat!#$%&'*+-^_`|~"),
            ("H9-client-case-makes-two", ["a", "A"], "a, A"),
        ]
    ),
)
def test_valid_subprotocols_to_offer(subprotocols, line):
    assert head_of(subprotocols=subprotocols)[1].get(PROTOCOL) == line


@pytest.mark.parametrize(
    "subprotocols",
    cases(
        [
            (f"H9-client-{name}", [value])
            for name, value in (("empty", ""), ("space", "a b"), ("comma", "a,b"), ("slash", "a/b"), ("quote", '"a"'))
        ]
        + [
            ("H9-client-twice", ["a", "b", "a"]),
            ("H9-client-line-break", ["a\r\nX: y"]),
            ("H9-client-NUL", ["a\x00"]),
            ("H9-client-beyond-ASCII", ["ü"]),
            ("H9-client-DEL", ["\x7f"]),
        ]
    ),
)
def test_invalid_subprotocols_to_offer(subprotocols):
    with pytest.raises(ValueError, match="subprotocol"):
        asking(subprotocols=subprotocols)


ACTS = [
    ("H10-client-text", lambda c: c.send(Opcode.TEXT, b"a")),
    ("H10-client-ping", lambda c: c.ping(None, 0.0)),
    ("H10-client-pong", lambda c: c.pong(b"")),
]


@pytest.mark.parametrize("act", cases(ACTS))
def test_invalid_time_to_send(act):
    """H10, RFC 6455 4.1: "the client MUST wait for a response from the server before sending any further data"."""
    connection = connecting(timeouts=Timeouts(ping_interval=1.0))
    player = play(connection)
    assert connection.take(1000, 0.0) == b""  # not even the request before there is a stream
    connection.connected(0.0)
    request = connection.take(1000, 0.0)
    assert request.endswith(b"\r\n\r\n")
    answer = response(connection)
    for time in range(5):
        player >> tick(time)
        with pytest.raises(InvalidState, match="connecting"):
            act(connection)
        connection.receive_data(answer[:10], time) if time == 0 else None
        assert connection.take(1000, time) == b""


@pytest.mark.parametrize("act", cases(ACTS))
def test_valid_time_to_send(act):
    player = asking()
    opens(player, response(player.connection))
    act(player.connection)
    assert player.connection.take(1000, 0.0)


# --- the answer (H11 to H13, H15) ----------------------------------------------------------------------------

RIGHT = accept_key(asking().connection.opening.request.headers["Sec-WebSocket-Key"])
# H11, RFC 6455 4.1: the client fails the connection where |Upgrade| "contains a value that is not an ASCII
# case-insensitive match for the value "websocket"", |Connection| "doesn't contain a token that is an ASCII
# case-insensitive match for the value "Upgrade"", |Sec-WebSocket-Accept| "contains a value other than" that of the key.
# H12: "... an extension that was not present in the client's handshake", "... a subprotocol that was not present"
# H15, RFC 6455 8.1: the rule on bytes that are no UTF-8 "applies both during the opening handshake and ..."
WRONG = [
    ("H11-client-no-Upgrade", {"Upgrade": None}, InvalidUpgrade, "missing Upgrade"),
    ("H11-client-empty-Upgrade", {"Upgrade": ""}, InvalidHeaderFormat, "Upgrade"),
    ("H11-client-another-Upgrade", {"Upgrade": "h2c"}, InvalidUpgrade, "h2c"),
    ("H11-client-Upgrade-notwebsocket", {"Upgrade": "notwebsocket"}, InvalidUpgrade, "notwebsocket"),
    ("H11-client-Upgrade-with-a-version", {"Upgrade": "websocket/13"}, InvalidUpgrade, "websocket/13"),
    ("H11-client-Upgrade-in-a-list", {"Upgrade": "websocket, h2c"}, InvalidUpgrade, "websocket, h2c"),
    ("H11-client-two-Upgrades", {"Upgrade": ["websocket", "h2c"]}, InvalidUpgrade, "websocket, h2c"),
    ("H11-client-Upgrade-twice", {"Upgrade": ["websocket", "websocket"]}, InvalidUpgrade, "websocket, websocket"),
    ("H11-client-Upgrade-with-a-space", {"Upgrade": "web socket"}, InvalidHeaderFormat, "expected comma"),
    ("H11-client-Upgrade-dotless-i-and-Kelvin", {"Upgrade": "webso\u212aet"}, InvalidHeaderFormat, "Upgrade"),
    ("H11-client-no-Connection", {"Connection": None}, InvalidUpgrade, "missing Connection"),
    ("H11-client-Connection-notupgrade", {"Connection": "notupgrade"}, InvalidUpgrade, "notupgrade"),
    ("H11-client-Connection-upgrade-2", {"Connection": "upgrade2"}, InvalidUpgrade, "upgrade2"),
    ("H11-client-Connection-close", {"Connection": "close"}, InvalidUpgrade, "close"),
    ("H11-client-Connection-with-a-space", {"Connection": "keep-alive upgrade"}, InvalidHeaderFormat, "expected comma"),
    ("H11-client-Connection-quoted", {"Connection": '"upgrade"'}, InvalidHeaderFormat, "expected token"),
    ("H11-client-no-Accept", {ACCEPT: None}, InvalidHeader, "missing"),
    ("H11-client-empty-Accept", {ACCEPT: ""}, InvalidHeader, "empty"),
    ("H11-client-another-Accept", {ACCEPT: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}, InvalidHeaderValue, "invalid"),
    ("H11-client-Accept-in-lower-case", {ACCEPT: RIGHT.lower()}, InvalidHeaderValue, "invalid"),
    ("H11-client-Accept-without-padding", {ACCEPT: RIGHT[:-1]}, InvalidHeaderValue, "invalid"),
    ("H11-client-Accept-and-more", {ACCEPT: RIGHT + "x"}, InvalidHeaderValue, "invalid"),
    ("H11-client-Accept-with-a-space", {ACCEPT: RIGHT[:9] + " " + RIGHT[9:]}, InvalidHeaderValue, "invalid"),
    ("H11-client-Accept-twice", {ACCEPT: [RIGHT, RIGHT]}, InvalidHeader, "multiple"),
    ("H11-client-two-Accepts", {ACCEPT: [RIGHT, "x"]}, InvalidHeader, "multiple"),
    ("H12-client-extension-not-offered", {EXTENSIONS: "x-foo"}, NegotiationError, "x-foo"),
    ("H12-client-extension-beside", {EXTENSIONS: "permessage-deflate, x-foo"}, NegotiationError, "x-foo"),
    ("H12-client-extension-twice", {EXTENSIONS: ["permessage-deflate"] * 2}, NegotiationError, "permessage-deflate"),
    ("H12-client-extension-in-upper-case", {EXTENSIONS: "Permessage-Deflate"}, NegotiationError, "Permessage"),
    ("H12-client-empty-extension", {EXTENSIONS: ""}, InvalidHeaderFormat, "token"),
    ("H12-client-malformed-extension", {EXTENSIONS: "permessage-deflate;"}, InvalidHeaderFormat, "token"),
    ("H12-client-subprotocol-not-offered", {PROTOCOL: "c"}, NegotiationError, "unsupported subprotocol: c"),
    ("H12-client-subprotocol-in-upper-case", {PROTOCOL: "A"}, NegotiationError, "unsupported subprotocol: A"),
    ("H12-client-two-subprotocols", {PROTOCOL: "a, b"}, InvalidHeader, "multiple values"),
    ("H12-client-two-lines-of-subprotocols", {PROTOCOL: ["a", "b"]}, InvalidHeader, "multiple values"),
    ("H12-client-same-subprotocol-twice", {PROTOCOL: ["a", "a"]}, InvalidHeader, "multiple values"),
    ("H12-client-empty-subprotocol", {PROTOCOL: ""}, InvalidHeaderFormat, "token"),
    ("H12-client-malformed-subprotocol", {PROTOCOL: "a b"}, InvalidHeaderFormat, "expected comma"),
    *[
        (f"H15-client-{name}", {name: b"\xff\xfe"}, InvalidHandshake, name)
        for name in ("Upgrade", "Connection", ACCEPT, EXTENSIONS, PROTOCOL)
    ],
    ("H15-client-half-a-character", {PROTOCOL: b"a\xe2\x82"}, InvalidHeaderFormat, "comma"),
    ("H15-client-beyond-ASCII", {PROTOCOL: "ü"}, InvalidHeaderFormat, "token"),
]


@pytest.mark.parametrize(("changes", "error", "words"), cases(WRONG))
def test_invalid_answers(changes, error, words):
    player = asking(subprotocols=["a", "b"])
    data = response(player.connection, changes)
    failed = fails(player, data, error, words)
    assert failed.response.status_code == 101  # kept, to be shown
    assert len(list(failed.response.headers.raw_items())) == data.count(b"\r\n") - 2


@pytest.mark.parametrize(
    ("offer", "changes"),
    cases(
        [
            ("H12-client-extension-where-none-was-offered", {"deflate": None}, {EXTENSIONS: "permessage-deflate"}),
            ("H12-client-subprotocol-where-none-was-offered", {"subprotocols": ()}, {PROTOCOL: "a"}),
        ]
    ),
)
def test_invalid_answers_to_nothing(offer, changes):
    player = asking(**offer)
    fails(player, response(player.connection, changes), NegotiationError, "no ")


# RFC 9112 4: "status-line = HTTP-version SP status-code SP [ reason-phrase ]"; 5.1, 5.2, 2.2: no space before the
# colon, no folding, no bare line feed, no control characters.
NO_HEADS = [
    ("H11-client-status-line-of-another-protocol", b"SSH-2.0-OpenSSH\r\n\r\n"),
    ("H11-client-HTTP-1.0", b"HTTP/1.0 101 Switching Protocols\r\n\r\n"),
    ("H11-client-HTTP-2", b"HTTP/2 101 Switching Protocols\r\n\r\n"),
    ("H11-client-status-of-two-digits", b"HTTP/1.1 10 x\r\n\r\n"),
    ("H11-client-status-of-four-digits", b"HTTP/1.1 1010 x\r\n\r\n"),
    ("H11-client-two-spaces", b"HTTP/1.1  101 x\r\n\r\n"),
    ("H11-client-empty-line-first", b"\r\nHTTP/1.1 101 x\r\n\r\n"),
    ("H11-client-space-before-the-colon", b"HTTP/1.1 101 x\r\nUpgrade : websocket\r\n\r\n"),
    ("H11-client-folded-line", b"HTTP/1.1 101 x\r\nUpgrade:\r\n websocket\r\n\r\n"),
    ("H11-client-line-without-a-colon", b"HTTP/1.1 101 x\r\nUpgrade\r\n\r\n"),
    ("H11-client-bare-line-feed", b"HTTP/1.1 101 x\nUpgrade: websocket\n\n"),
    ("H11-client-bare-carriage-return", b"HTTP/1.1 101 x\r\nA: b\rUpgrade: websocket\r\n\r\n"),
    ("H11-client-NUL", b"HTTP/1.1 101 x\r\nA: b\x00c\r\n\r\n"),
    ("H11-client-control-character-in-the-reason", b"HTTP/1.1 101 \x1b[2J\r\n\r\n"),
    ("H15-client-bytes-in-a-name", b"HTTP/1.1 101 x\r\n\xc3\xbc: b\r\n\r\n"),
]


@pytest.mark.parametrize("data", cases(NO_HEADS))
def test_invalid_heads(data):
    fails(asking(), data, InvalidMessage, "did not receive a valid HTTP response")


RIGHT_ONES = [
    ("H11-client-as-it-should-be", {}, SWITCHING),
    ("H11-client-case-of-Upgrade", {"Upgrade": "WebSocket"}, SWITCHING),
    ("H11-client-case-of-Connection", {"Connection": "uPGRADE"}, SWITCHING),
    ("H11-client-Connection-in-a-list", {"Connection": "keep-alive,, Upgrade ,"}, SWITCHING),
    ("H11-client-Connection-on-two-lines", {"Connection": ["keep-alive", "Upgrade"]}, SWITCHING),
    ("H11-client-space-around-Accept", {ACCEPT: f" \t{RIGHT}\t "}, SWITCHING),
    ("H11-client-any-reason", {}, "HTTP/1.1 101 Whatever you say"),
    ("H11-client-no-reason", {}, "HTTP/1.1 101 "),
    ("H11-client-case-of-names", {"upgrade": "websocket", "Upgrade": None}, SWITCHING),
    ("H11-client-unknown-headers", {"X-A": "b", "Server": ["c", "d"]}, SWITCHING),
    ("H12-client-extension-offered", {EXTENSIONS: "permessage-deflate"}, SWITCHING),
    ("H12-client-subprotocol-offered", {PROTOCOL: "b"}, SWITCHING),
    ("H12-client-neither", {}, SWITCHING),
    ("H15-client-bytes-that-are-not-interpreted", {"X-A": b"\xff\xfe"}, SWITCHING),
]


@pytest.mark.parametrize(("changes", "line"), cases(RIGHT_ONES))
def test_valid_answers(changes, line):
    player = asking(subprotocols=["a", "b"])
    opened = opens(player, response(player.connection, changes, line))
    assert opened.subprotocol == changes.get(PROTOCOL)


@pytest.mark.parametrize("frames", [pytest.param(b"\x81\x01a\x89\x00\x81\x01b", id="H13-client-every-cut")])
def test_valid_frames_behind_the_answer(frames):
    """H13: frames that come with the 101, wherever the reads cut them."""
    data = response(asking().connection) + frames
    for place in range(len(data) - len(frames) - 20, len(data) + 1):
        player = asking() >> raw(data[:place]) >> raw(data[place:])
        assert [part.text for part in player.of(Part)] == ["a", "b"]
        assert [frame.opcode for frame in player.frames] == [10]


@pytest.mark.parametrize("frames", [pytest.param(b"\x83\x00", id="H13-client-faulty-frame")])
def test_invalid_frames_behind_the_answer(frames):
    """H13: the connection is OPEN, then it fails: the offset counts the handshake, too."""
    player = asking()
    data = response(player.connection)
    player >> raw(data + frames)
    kinds = [type(event).__name__ for event in player.said()]
    assert kinds == ["Opened", "ViolationSeen"]
    assert player.said()[1].violation.offset == len(data)


# H14, RFC 6455 4.1: "If the status code received from the server is not 101, the client handles the response per HTTP"
@pytest.mark.parametrize(
    ("line", "status"),
    cases([(f"H14-client-{code}", f"HTTP/1.1 {code} x", code) for code in (200, 204, 301, 400, 401, 403, 404, 426, 503)]
          + [("H11-client-100", "HTTP/1.1 100 Continue", 100), ("H11-client-102", "HTTP/1.1 102 x", 102)]),
)  # fmt: skip
def test_invalid_statuses(line, status):
    player = asking()
    changes = {"Content-Length": "0", "WWW-Authenticate": "Basic"}
    failed = fails(player, response(player.connection, changes, line), InvalidStatus, f"HTTP {status}")
    assert failed.response.headers["WWW-Authenticate"] == "Basic"
