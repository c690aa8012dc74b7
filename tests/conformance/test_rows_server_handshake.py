"""RELIABILITY 1.2, row by row: the server's opening handshake (RFC 6455 4.2, 4.4). Its code is helpers/openings.py."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from framescope import serve
from framescope.engine.connection import Connection
from framescope.engine.deflate import DeflateOffer
from framescope.engine.errors import NegotiationError
from framescope.engine.events import Part, Requested, ViolationSeen
from framescope.engine.frames import serialise
from framescope.engine.handshake import ServerTerms
from framescope.engine.lifecycle import Transport
from framescope.engine.opening import plain_response
from framescope.engine.settings import Limits
from framescope.engine.state import State
from helpers.conversation import KEY, Counter, play, raw
from helpers.ledger import cases
from helpers.loops import in_loop
from helpers.openings import ACCEPT, CLIENT_KEY, accepted, refused, request, served

EXTENSIONS, PROTOCOL = "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"
NONCE, VERSION = "Sec-WebSocket-Key", "Sec-WebSocket-Version"


def named(prefix: str, *values: object) -> list[tuple[object, ...]]:
    """Lines of a table whose values name themselves."""
    return [(f"{prefix}-{value!r:.40}", value) for value in values]


# --- S1, S2: the request --------------------------------------------------------------------------------------

# S1, RFC 6455 4.2.1: "including but not limited to any violations of the ABNF grammar specified for the components of
# the handshake, the server MUST stop processing the client's handshake and return an HTTP response with an appropriate
# error code (such as 400 Bad Request)."
HEADS = [
    ("S1-server-nonsense", b"hello\r\n\r\n"),
    ("S1-server-TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    ("S1-server-empty-line-first", b"\r\n" + request()),
    ("S1-server-no-version", request(line="GET /chat")),
    ("S1-server-two-spaces", request(line="GET  /chat HTTP/1.1")),
    ("S1-server-space-in-the-path", request(line="GET /a b HTTP/1.1")),
    ("S1-server-tab-in-the-line", request(line="GET\t/a HTTP/1.1")),
    ("S1-server-bytes-in-the-path", request(line="GET /ü HTTP/1.1")),
    ("S1-server-path-without-a-slash", request(line="GET chat HTTP/1.1")),
    ("S1-server-star", request(line="GET * HTTP/1.1")),
    ("S1-server-authority", request(line="GET 127.0.0.1:9001 HTTP/1.1")),
    ("S1-server-another-scheme", request(line="GET ftp://127.0.0.1/chat HTTP/1.1")),
    ("S1-server-absolute-without-a-host", request(line="GET http:///chat HTTP/1.1")),
    ("S1-server-fragment", request(line="GET /chat#a HTTP/1.1")),
    ("S1-server-lower-case-http", request(line="GET / http/1.1")),
    ("S1-server-space-before-the-colon", request().replace(b"Upgrade:", b"Upgrade :")),
    ("S1-server-folded-line", request().replace(b"Upgrade: ", b"Upgrade:\r\n ")),
    ("S1-server-line-without-a-colon", request({"A": "b"}).replace(b"A: b", b"A")),
    ("S1-server-empty-name", request({"A": "b"}).replace(b"A: b", b": b")),
    ("S1-server-bare-line-feed", request().replace(b"\r\n", b"\n")),
    ("S1-server-one-bare-line-feed", request().replace(b"13\r\n", b"13\n")),
    ("S1-server-bare-carriage-return", request({"A": "b\rUpgrade: x"})),
    ("S1-server-NUL-in-a-value", request({"A": "b\x00"})),
    ("S1-server-bytes-in-a-name", request({"ü": "a"})),
    ("S1-server-body", request({"Content-Length": "5"})),
    ("S1-server-two-lengths", request({"Content-Length": ["0", "5"]})),
    ("S1-server-chunked-body", request({"Transfer-Encoding": "chunked"})),
]


@pytest.mark.parametrize("data", cases(HEADS))
def test_invalid_heads(data):
    refused(data, 400)


# S2, RFC 6455 4.2.1: "An HTTP/1.1 or higher GET request", |Host|, |Upgrade| "containing the value "websocket"",
# |Connection| "that includes the token "Upgrade"", |Sec-WebSocket-Key| "that, when decoded, is 16 bytes in length",
# |Sec-WebSocket-Version| "with a value of 13"
WRONG = [
    ("S2-server-no-Host", {"Host": None}, 400),
    ("S2-server-two-Hosts", {"Host": ["a", "b"]}, 400),
    *[
        (f"S1-server-Host-{host!r}", {"Host": host}, 400)
        for host in ("", "a b", "a/b", "a@b", "http://a", "a:b", "a:1:2", "[::1", "::1", "ü", "a#", "%4", b"\xff")
    ],
    ("S2-server-no-Upgrade", {"Upgrade": None}, 426),
    ("S2-server-another-Upgrade", {"Upgrade": "h2c"}, 426),
    ("S2-server-Upgrade-notwebsocket", {"Upgrade": "notwebsocket"}, 426),
    ("S2-server-two-Upgrades", {"Upgrade": ["h2c", "websocket"]}, 426),
    ("S2-server-no-Connection", {"Connection": None}, 426),
    ("S2-server-Connection-notupgrade", {"Connection": "notupgrade"}, 426),
    ("S2-server-Connection-keep-alive", {"Connection": "keep-alive"}, 426),
    ("S2-server-Connection-Upgrade-websocket", {"Connection": "Upgrade-websocket"}, 426),
    ("S1-server-Connection-with-a-space", {"Connection": "not upgrade"}, 400),
    ("S1-server-Connection-quoted", {"Connection": '"Upgrade"'}, 400),
    ("S1-server-empty-Upgrade", {"Upgrade": ""}, 400),
    ("S2-server-no-key", {NONCE: None}, 400),
    ("S2-server-two-keys", {NONCE: [CLIENT_KEY] * 2}, 400),
    ("S2-server-empty-key", {NONCE: ""}, 400),
    *[
        (f"S2-server-key-of-{size}", {NONCE: base64.b64encode(bytes(size)).decode()}, 400)
        for size in (1, 15, 17, 32, 1000)
    ],
    ("S2-server-key-without-padding", {NONCE: CLIENT_KEY[:-2]}, 400),
    ("S2-server-key-with-more-padding", {NONCE: CLIENT_KEY + "=="}, 400),
    ("S2-server-key-of-the-other-alphabet", {NONCE: "-_" * 11 + "=="}, 400),
    ("S2-server-key-with-a-space", {NONCE: CLIENT_KEY[:9] + " " + CLIENT_KEY[9:]}, 400),
    ("S2-server-key-beyond-ASCII", {NONCE: "ü" + CLIENT_KEY[2:]}, 400),
    ("S2-server-no-version", {VERSION: None}, 400),
    ("S2-server-two-versions", {VERSION: ["13", "8"]}, 400),
    ("S1-server-two-Origins", {"Origin": ["http://a", "http://b"]}, 400),
    ("S1-server-empty-subprotocol", {PROTOCOL: ""}, 400),
    ("S1-server-subprotocol-with-a-space", {PROTOCOL: "a b"}, 400),
    ("S1-server-subprotocol-beyond-ASCII", {PROTOCOL: "ü"}, 400),
    ("S1-server-subprotocol-of-bytes", {PROTOCOL: b"\xff\xfe"}, 400),
]


@pytest.mark.parametrize(("changes", "status"), cases(WRONG))
def test_invalid_requests(changes, status):
    headers = refused(request(changes), status)
    if status == 426:
        assert headers["Upgrade"] == "websocket"  # RFC 9110 15.5.22


@pytest.mark.parametrize(
    ("line", "status"),
    cases(
        [
            *[
                (f"S2-server-{method}", f"{method} /chat HTTP/1.1", 405)
                for method in ("POST", "HEAD", "CONNECT", "get")
            ],
            *[
                (f"S2-server-{version}", f"GET /chat {version}", 505)
                for version in ("HTTP/1.0", "HTTP/2.0", "HTTP/0.9")
            ],
        ]
    ),
)
def test_invalid_request_lines(line, status):
    headers = refused(request(line=line), status)
    assert headers.get("Allow") == ("GET" if status == 405 else None)


RIGHT = [
    ("S1-server-as-it-should-be", {}),
    ("S1-server-unknown-headers", {"X-A": "b", "Cookie": ["a=b", "c=d"]}),
    ("S1-server-bytes-in-other-values", {"X-A": b"\xff\xfe"}),
    ("S1-server-no-body", {"Content-Length": "0"}),
    ("S2-server-case-of-values", {"Upgrade": "WebSocket", "Connection": "UPGRADE"}),
    ("S2-server-case-of-names", {"uPGRADE": "websocket", "Upgrade": None}),
    ("S2-server-Connection-in-a-list", {"Connection": "keep-alive,, Upgrade"}),
    ("S2-server-Connection-on-two-lines", {"Connection": ["keep-alive", "Upgrade"]}),
    *[
        (f"S2-server-Host-{host}", {"Host": host})
        for host in ("another.example:1", "a:", "[::1]", "[::1]:9", "1.2.3.4", "a_b", "%41", "xn--bcher-kva.example")
    ],
    ("S2-server-key-of-16", {NONCE: base64.b64encode(bytes(16)).decode()}),
    ("S2-server-space-around-values", {NONCE: f" \t{CLIENT_KEY} ", VERSION: " 13\t"}),
]


@pytest.mark.parametrize("changes", cases(RIGHT))
def test_valid_requests(changes):
    headers = accepted(request(changes))
    assert (headers["Upgrade"], headers["Connection"]) == ("websocket", "Upgrade")
    assert EXTENSIONS not in headers
    assert PROTOCOL not in headers


@pytest.mark.parametrize(
    "line",
    cases(
        [
            ("S2-server-resource", "GET / HTTP/1.1"),
            ("S2-server-query", "GET /a?b=c HTTP/1.1"),
            ("S2-server-absolute-URI", "GET http://127.0.0.1:9001/chat HTTP/1.1"),
            ("S2-server-absolute-URI-secure", "GET HTTPS://127.0.0.1:9001?a HTTP/1.1"),
            ("S2-server-two-slashes", "GET //chat HTTP/1.1"),
        ]
    ),
)
def test_valid_request_lines(line):
    accepted(request(line=line))


# --- S3, S4: what is not understood or not wanted ------------------------------------------------------------

# S3, RFC 6455 4.4: "If the server doesn't support the requested version, it MUST respond with a
# |Sec-WebSocket-Version| header field ... containing all versions it is willing to use."
VERSIONS = ("0", "8", "12", "14", "25", "255", "013", "13.0", "+13", "", "13, 8", "x", "٣")


@pytest.mark.parametrize("version", cases(named("S3-server", *VERSIONS)))
def test_invalid_versions(version):
    headers = refused(request({VERSION: version}), 426)
    assert headers.get_all(VERSION) == ["13"]


@pytest.mark.parametrize("version", cases(named("S3-server", "13")))
def test_valid_version(version):
    assert VERSION not in accepted(request({VERSION: version}))


# S4, RFC 6455 4.2.2: "If the server does not wish to accept this connection, it MUST return an appropriate HTTP error
# code (e.g., 403 Forbidden)"
GOOD = ["http://good.example", re.compile(r"https://\w+\.good\.example")]


@pytest.mark.parametrize(
    "origin",
    cases(
        named("S4-server", None, "http://evil.example", "http://good.example.evil", "null", "HTTP://GOOD.EXAMPLE")
        + named("S4-server", "https://a.good.example.evil", "https://good.example", "http://good.example:80", "")
    ),
)
def test_invalid_origins(origin):
    refused(request({"Origin": origin}), 403, ServerTerms(origins=GOOD))


@pytest.mark.parametrize("origin", cases(named("S4-server", "http://good.example", "https://a.good.example")))
def test_valid_origins(origin):
    accepted(request({"Origin": origin}), ServerTerms(origins=GOOD))
    accepted(request({"Origin": None}), ServerTerms(origins=[*GOOD, None]))
    accepted(request({"Origin": "http://evil.example"}), ServerTerms(origins=None))


@pytest.mark.parametrize("status", cases(named("S4-server", 401, 403, 404, 503)))
def test_invalid_resources(status):
    """S4: "If the requested service is not available, the server MUST send an appropriate HTTP error code"."""
    connection = Connection(ServerTerms(), now=0.0, random=Counter())
    player = play(connection) >> raw(request()) << Requested
    connection.reject(plain_response(status, "No.\n"), NegotiationError("no"), 0.0)
    assert connection.take(1000, 0.0).startswith(b"HTTP/1.1 %d " % status)
    assert (connection.state, connection.transport) == (State.CLOSED, Transport.CLOSE)
    player >> raw(serialise(0x81, b"hi", KEY))
    assert player.of(Part) == []


@pytest.mark.parametrize("path", cases([("S4-server-404-of-the-application", "/nowhere"), ("S4-server-101", "/chat")]))
@in_loop
async def test_valid_resources(path):
    """S4: the application says which resources there are."""
    from framescope import connect

    def judge(connection, asked):
        return None if asked.path == "/chat" else connection.respond(404, "There is no such thing.\n")

    async def handler(connection):
        await connection.send("hello")

    async with serve(handler, "127.0.0.1", 0, process_request=judge) as server:
        port = server.sockets[0].getsockname()[1]
        if path == "/chat":
            async with connect(f"ws://127.0.0.1:{port}{path}") as connection:
                assert await connection.recv() == "hello"
        else:
            with pytest.raises(Exception, match="HTTP 404"):
                await connect(f"ws://127.0.0.1:{port}{path}")


# --- S5 to S8: what is agreed on -----------------------------------------------------------------------------


# S5, RFC 6455 4.2.2: "if the server does not wish to agree to one of the suggested subprotocols, it MUST NOT send back
# a |Sec-WebSocket-Protocol| header field in its response ... The empty string ... is not a legal value for this field."
@pytest.mark.parametrize(
    ("terms", "offered", "chosen"),
    cases(
        [
            ("S5-server-none-wanted", ServerTerms(), "a, b", None),
            ("S5-server-none-offered", ServerTerms(), None, None),
            ("S5-server-one-of-two", ServerTerms(subprotocols=["b"]), "a, b", "b"),
            ("S5-server-preference-of-the-server", ServerTerms(subprotocols=["b", "a"]), "a, b", "b"),
            (
                "S5-server-chosen-by-the-application",
                ServerTerms(select_subprotocol=lambda names: names[-1]),
                "a, b",
                "b",
            ),
            ("S5-server-declined-by-the-application", ServerTerms(select_subprotocol=lambda names: None), "a, b", None),
            ("S6-server-two-lines-of-subprotocols", ServerTerms(subprotocols=["b"]), ["a", "b"], "b"),
            ("S6-server-empty-elements", ServerTerms(subprotocols=["b"]), ",a,, b,", "b"),
        ]
    ),
)
def test_valid_subprotocols(terms, offered, chosen):
    headers = accepted(request({PROTOCOL: offered}), terms)
    assert headers.get_all(PROTOCOL) == ([] if chosen is None else [chosen])


@pytest.mark.parametrize(
    ("terms", "offered"),
    cases(
        [
            ("S5-server-none-in-common", ServerTerms(subprotocols=["c"]), "a, b"),
            ("S5-server-another-case", ServerTerms(subprotocols=["A"]), "a"),
            ("S5-server-none-offered-but-wanted", ServerTerms(subprotocols=["a"]), None),
            ("S5-server-choice-that-was-not-offered", ServerTerms(select_subprotocol=lambda names: "c"), "a, b"),
            ("S5-server-empty-choice", ServerTerms(select_subprotocol=lambda names: ""), "a, b"),
        ]
    ),
)
def test_invalid_subprotocols(terms, offered):
    refused(request({PROTOCOL: offered}), 400, terms)


# S6, RFC 6455 4.2.2: "Extensions not listed by the client MUST NOT be listed."; 9.1: two lines are "exactly equivalent"
# to one with a comma
@pytest.mark.parametrize(
    ("offered", "ours", "answer"),
    cases(
        [
            ("S6-server-none-offered", None, DeflateOffer(), None),
            ("S6-server-offered", "permessage-deflate", DeflateOffer(), "permessage-deflate"),
            ("S6-server-offered-but-not-wanted", "permessage-deflate", None, None),
            ("S6-server-another", "x-webkit-deflate-frame", DeflateOffer(), None),
            ("S6-server-among-others", "x; a=1, permessage-deflate, y", DeflateOffer(), "permessage-deflate"),
            ("S6-server-two-lines", ["x; a=1", "permessage-deflate"], DeflateOffer(), "permessage-deflate"),
            ("S6-server-one-of-two-offers", ["permessage-deflate"] * 2, DeflateOffer(), "permessage-deflate"),
            ("S6-server-case-of-the-name", "Permessage-Deflate", DeflateOffer(), None),
            ("S8-server-quoted-token", 'x; a="b"', DeflateOffer(), None),
            ("S8-server-quoted-pair", r'x; a="\b"', DeflateOffer(), None),
            ("S8-server-space-everywhere", "x ;\ta = 1 , permessage-deflate", DeflateOffer(), "permessage-deflate"),
            ("S8-server-empty-elements", ",, permessage-deflate ,,", DeflateOffer(), "permessage-deflate"),
        ]
    ),
)
def test_valid_extensions(offered, ours, answer):
    headers = accepted(request({EXTENSIONS: offered}), ServerTerms(deflate=ours))
    assert headers.get_all(EXTENSIONS) == ([] if answer is None else [answer])


# S8, RFC 6455 9.1: "If a value is received ... that does not conform to the ABNF below, the recipient of such malformed
# data MUST immediately _Fail the WebSocket Connection_."; "the value after quoted-string unescaping MUST conform to
# the 'token' ABNF"
MALFORMED = (
    *(
        "",
        ",",
        "x;",
        "x; a=",
        "x; =b",
        "x; a=b c",
        "x y",
        "x/y",
        "; a",
        "x;; a",
        "x: a",
        'x; a="b',
        'x; a="b c"',
        'x; a=""',
    ),
    *(r'x; a="b\"', 'x; a="b"c', '"x"', "x; a='b c'", "ü", "x; a=ü", "x=1", "permessage-deflate, x;", "(x)", "x\x7f"),
)


@pytest.mark.parametrize("value", cases(named("S8-server", *MALFORMED)))
def test_invalid_extensions(value):
    """Whether or not the server wants any, and on either of two lines."""
    for terms in (ServerTerms(), ServerTerms(deflate=None)):
        refused(request({EXTENSIONS: value}), 400, terms)
    if value.strip(","):
        refused(request({EXTENSIONS: ["permessage-deflate", value]}), 400)


# S7, RFC 6455 4.2.2: /key/ is concatenated "with the string "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"", and "It is not
# necessary for the server to base64-decode" it: the string counts, not what it stands for.
@pytest.mark.parametrize(
    "key",
    cases(
        [
            ("S7-server-example-of-the-RFC", CLIENT_KEY),
            ("S7-server-other-spelling-of-the-same-bytes", CLIENT_KEY[:-3] + "R=="),
            ("S7-server-zeros", "A" * 22 + "=="),
        ]
    ),
)
def test_valid_accepts(key):
    digest = hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
    accept = accepted(request({NONCE: key}))["Sec-WebSocket-Accept"]
    assert accept == base64.b64encode(digest).decode()
    assert (accept == ACCEPT) is (key == CLIENT_KEY)


# --- S9: frames behind the request ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "frames", cases([("S9-server-every-cut", serialise(0x81, b"a", KEY) + serialise(0x89, b"", KEY))])
)
def test_valid_frames_behind_the_request(frames):
    """S9: they wait for the 101, wherever the reads cut them, and their answers leave behind it."""
    data = request() + frames
    for place in range(len(request()) - 3, len(data) + 1):
        connection = Connection(ServerTerms(), now=0.0, random=Counter())
        player = play(connection) >> raw(data[:place]) >> raw(data[place:])
        assert player.of(Part) == []
        connection.accept(0.0)
        assert connection.take(4, 0.0) == b"HTTP"
        connection.written(4, 0.0)
        player.settle()
        assert [part.text for part in player.of(Part)] == ["a"]
        assert [frame.opcode for frame in player.frames] == [10]


@pytest.mark.parametrize(
    ("frames", "rule"),
    cases(
        [
            ("S9-server-unmasked-frame", b"\x81\x01a", "unmasked frame from a client"),
            ("S9-server-second-request", request(), "reserved bit set without an extension"),
        ]
    ),
)
def test_invalid_frames_behind_the_request(frames, rule):
    """S9: what is no frame fails the connection behind its 101; it is never read as another request."""
    connection = Connection(ServerTerms(), now=0.0, random=Counter())
    player = play(connection) >> raw(request() + frames)
    connection.accept(0.0)
    player.settle()
    (seen,) = player.of(ViolationSeen)
    assert (seen.violation.rule, seen.violation.offset) == (rule, len(request()))
    assert len(player.of(Requested)) == 1


@pytest.mark.parametrize("size", cases(named("S9-server", 64 * 1024 + 1)))
def test_invalid_flood_behind_the_request(size):
    """S9 and RELIABILITY 6: a client that does not wait for its answer can make us keep as much as a head may have."""
    assert size == Limits().max_head + 1
    answer = served(request() + bytes(size), ServerTerms())
    assert answer.status == 400
    assert len(answer.player.connection.opening.rest) == Limits().max_head
