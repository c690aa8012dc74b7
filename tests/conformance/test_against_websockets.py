"""Do our protocol and that of `websockets` give the same verdicts, close frames, refusals and sentences?

Both sans-I/O protocols get the same bytes. Where they differ, the table says how, and why ours is meant so.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidURI as TheirInvalidURI
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Frame as TheirFrame
from websockets.http11 import Request as TheirRequest
from websockets.protocol import Protocol
from websockets.protocol import State as TheirState
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from framescope.engine.connection import Connection
from framescope.engine.deflate import DeflateOffer, Deflater
from framescope.engine.errors import InvalidHandshake, InvalidURI
from framescope.engine.events import Ended, HandshakeFailed, Opened, Part
from framescope.engine.frames import FIN, RSV1, Opcode, serialise
from framescope.engine.handshake import ClientOffer, ServerTerms, accept_key
from framescope.engine.http import Response
from framescope.engine.opening import refusal
from framescope.engine.settings import Limits
from framescope.engine.url import parse_url
from helpers.conversation import KEY, REQUEST, client, connecting, lost, play, raw, server
from helpers.wire import frames_in

LIMIT = 1000
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"


class Outcome(NamedTuple):
    """What one of the two made of the peer's bytes and of the end of the stream behind them."""

    messages: list[bytes]
    written: list[tuple[int, bytes]]  #: control frames it sent
    sentence: str  #: what `recv()` raises


def ours(data: bytes, *, is_client: bool, closes: bool = False) -> Outcome:
    limits = Limits(max_message=LIMIT)
    if is_client:
        connection = client(limits=limits, extra=DEFLATE)
    else:
        connection = server(limits=limits, request=REQUEST.replace(b"\r\n\r\n", b"\r\n" + DEFLATE.encode() + b"\r\n"))
    player = play(connection)
    if closes:
        connection.close(1000, "bye", 0.0)
        player.settle()
    player >> raw(data)
    connection.receive_eof(0.0)
    player >> lost
    (ended,) = player.of(Ended)
    messages, pieces = [], b""
    for part in player.of(Part):
        pieces += part.payload
        if part.ends:
            messages.append(pieces)
            pieces = b""
    return Outcome(messages, [(frame.opcode, frame.payload) for frame in player.frames], ended.sentence)


def theirs(data: bytes, *, is_client: bool, closes: bool = False) -> Outcome:
    protocol: Protocol
    if is_client:
        protocol = ClientProtocol(parse_uri("ws://h/"), state=TheirState.OPEN, max_size=LIMIT)
    else:
        protocol = ServerProtocol(state=TheirState.OPEN, max_size=LIMIT)
    protocol.extensions = [PerMessageDeflate(False, False, 15, 15)]
    if closes:
        protocol.send_close(1000, "bye")
    protocol.receive_data(data)
    if not protocol.reader.eof:
        protocol.receive_eof()
    messages, pieces = [], b""
    for event in protocol.events_received():
        assert isinstance(event, TheirFrame)
        if event.opcode < 8:
            pieces += event.data
            if event.fin:
                messages.append(pieces)
                pieces = b""
    written = frames_in(b"".join(protocol.data_to_send()))
    return Outcome(messages, [(frame.opcode, frame.payload) for frame in written], str(protocol.close_exc))


def close(code: int, reason: str = "") -> bytes:
    return code.to_bytes(2, "big") + reason.encode()


def deflated(payload: bytes) -> bytes:
    return Deflater(15, is_reset=True).deflate(payload, ends=True)


# (first byte, payload) of the peer's frames; whether we have closed before
FRAMES: dict[str, tuple[list[tuple[int, bytes]], bool]] = {
    "nothing": ([], False),
    "message": ([(0x81, b"Hello")], False),
    "fragments around a ping": ([(0x01, b"Hel"), (0x89, b"p"), (0x80, b"lo")], False),
    "compressed message": ([(FIN | RSV1 | 1, deflated(b"Hello"))], False),
    "empty compressed message": ([(FIN | RSV1 | 1, b"\x00")], False),
    "pong that nobody asked for": ([(0x8A, b"p")], False),
    "message of the limit": ([(0x82, bytes(LIMIT))], False),
    "we have closed, the peer has not": ([], True),
    "we have closed, the peer answers": ([(0x88, close(1000, "bye"))], True),
    "we have closed, the peer says something else": ([(0x81, b"x"), (0x88, close(1001))], True),
    "we have closed, the peer breaks a rule": ([(0x83, b"")], True),
    "data behind Close": ([(0x88, close(1000)), (0x81, b"late")], False),
    "close of one byte": ([(0x88, b"\x03")], False),
    "close whose reason is no UTF-8": ([(0x88, close(1000) + b"a\xff")], False),
    "close with neither a code nor UTF-8": ([(0x88, b"\x00\x00\xff")], False),
    **{f"close {code}": ([(0x88, close(code, "why"))], False) for code in (1000, 1001, 1003, 1011, 1014, 3000, 4999)},
    **{f"close {code}": ([(0x88, close(code))], False) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000)},
    "close without a code": ([(0x88, b"")], False),
    **{f"opcode {code:x}": ([(0x80 | code, b"")], False) for code in (3, 7, 11, 15)},
    **{f"RSV {bits >> 4:03b}": ([(0x81 | bits, b"")], False) for bits in (0x10, 0x20, 0x30)},
    "ping over 125 bytes": ([(0x89, bytes(126))], False),
    "ping in fragments": ([(0x09, b"")], False),
    "RSV1 on a ping": ([(0xC9, b"")], False),
    "nothing to continue": ([(0x80, b"x")], False),
    "new message inside a message": ([(0x01, b"x"), (0x81, b"y")], False),
    "frame over the limit": ([(0x82, bytes(LIMIT + 1))], False),
    "fragments over the limit": ([(0x02, bytes(LIMIT)), (0x80, b"x")], False),
    "compressed message over the limit": ([(FIN | RSV1 | 2, deflated(bytes(LIMIT + 1)))], False),
    "compressed fragment over the limit": (
        [(RSV1 | 2, deflated(bytes(10)) + b"\x00\x00\xff\xff"), (FIN, deflated(bytes(LIMIT)))],
        False,
    ),
    "data that does not inflate": ([(FIN | RSV1 | 2, b"\x07")], False),
    "RSV1 on a continuation": ([(RSV1 | 1, b""), (FIN | RSV1, b"")], False),
    "close inside a message": ([(0x01, b"x"), (0x88, close(1000))], False),
}
# name: (what we send, what they send, why)
DIFFERENT: dict[str, tuple[bytes, bytes, str]] = {
    "RSV1 on a continuation": (
        close(1002, "reserved bits must be 0"),
        close(1002, "RSV1 bit set in continuation frame"),
        "one wording for every reserved bit",
    ),
    "data that does not inflate": (
        close(1007, "decompression failed"),
        close(1002, "decompression failed"),
        "RFC 6455 7.4.1: 1007 is for data that does not fit the message's type; the framing was right",
    ),
    "close inside a message": (
        close(1000),
        close(1002, "incomplete fragmented message"),
        "RFC 6455 5.5.1 lets a peer close at any time; Autobahn 7.1.5 wants it answered",
    ),
}


@pytest.mark.parametrize("is_client", [True, False], ids=["client", "server"])
@pytest.mark.parametrize("name", FRAMES)
def test_frames(name, is_client):
    frames, closes = FRAMES[name]
    data = b"".join(serialise(first, payload, None if is_client else KEY) for first, payload in frames)
    mine = ours(data, is_client=is_client, closes=closes)
    other = theirs(data, is_client=is_client, closes=closes)
    if name in DIFFERENT:
        our_body, their_body, _ = DIFFERENT[name]
        assert (mine.written, other.written) == ([(8, our_body)], [(8, their_body)])
    else:
        assert mine == other


@pytest.mark.parametrize("is_client", [True, False], ids=["client", "server"])
def test_masking(is_client):
    data = serialise(0x81, b"x", KEY if is_client else None)
    assert ours(data, is_client=is_client) == theirs(data, is_client=is_client)


@pytest.mark.parametrize("is_client", [True, False], ids=["client", "server"])
@pytest.mark.parametrize("size", [1, 3, 8])
def test_stream_that_ends_inside_a_frame(size, is_client):
    data = serialise(0x81, b"Hello", None if is_client else KEY)[:size]
    mine = ours(data, is_client=is_client)
    assert mine == theirs(data, is_client=is_client)
    if is_client and size < 7:
        assert mine.sentence == "no close frame received or sent"


@pytest.mark.parametrize(
    ("header", "their_code", "why"),
    [
        pytest.param("827e0001", None, "RFC 6455 5.2 wants the shortest form; they take any", id="16 bits"),
        pytest.param("827f0000000000000001", None, "the same", id="64 bits"),
        pytest.param("827fffffffffffffffff", 1009, "RFC 6455 5.2: the bit MUST be 0; to them it is a size", id="MSB"),
    ],
)
def test_lengths_that_the_rfc_forbids(header, their_code, why):
    data = bytes.fromhex(header) + b"x"
    assert ours(data, is_client=True).written[0][1][:2] == close(1002), why
    written = theirs(data, is_client=True).written
    assert [body[:2] for _, body in written] == ([close(their_code)] if their_code else [])


@pytest.mark.parametrize("is_client", [True, False], ids=["client", "server"])
@pytest.mark.parametrize(
    "payloads", [[b"a\xffb"], [b"ab", b"c\xc3"], [b"\xed", b"\xa0\x80"], [b"a\xe2", b"("], [b"\xf4\x90"]]
)
def test_text_that_is_no_utf8(payloads, is_client):
    """Their asyncio layer decodes whole messages, and closes with these words; ours may do so earlier."""
    with pytest.raises(UnicodeDecodeError) as caught:
        b"".join(payloads).decode()
    expected = close(1007, f"{caught.value.reason} at position {caught.value.start}")
    firsts = [0x01] + [0x00] * (len(payloads) - 1)
    firsts[-1] |= FIN
    key = None if is_client else KEY
    data = b"".join(serialise(first, payload, key) for first, payload in zip(firsts, payloads, strict=True))
    assert ours(data, is_client=is_client).written == [(8, expected)]


# --- the opening handshake ---------------------------------------------------------------------------------

LINES = {
    "Host": "h",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
REQUESTS: dict[str, dict[str, str | None]] = {
    "as it should be": {},
    "no Upgrade": {"Upgrade": None},
    "another Upgrade": {"Upgrade": "h2c"},
    "two Upgrades": {"Upgrade": "h2c, websocket"},
    "empty Upgrade": {"Upgrade": ""},
    "Upgrade that is none": {"Upgrade": "web socket"},
    "no Connection": {"Connection": None},
    "another Connection": {"Connection": "close"},
    "Connection in a list": {"Connection": "keep-alive ,, UPGRADE"},
    "malformed Connection": {"Connection": "a b"},
    "no key": {"Sec-WebSocket-Key": None},
    "key that is no base64": {"Sec-WebSocket-Key": "?"},
    "short key": {"Sec-WebSocket-Key": "YQ=="},
    "no version": {"Sec-WebSocket-Version": None},
    "origin": {"Origin": "http://good"},
    "another origin": {"Origin": "http://evil"},
    "subprotocol": {"Sec-WebSocket-Protocol": "b, a"},
    "another subprotocol": {"Sec-WebSocket-Protocol": "c"},
    "malformed subprotocol": {"Sec-WebSocket-Protocol": "a b"},
    "empty subprotocol": {"Sec-WebSocket-Protocol": ""},
    "deflate": {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"},
    "deflate with every parameter": {
        "Sec-WebSocket-Extensions": "permessage-deflate; server_no_context_takeover; client_no_context_takeover;"
        " server_max_window_bits=10; client_max_window_bits=9"
    },
    "deflate with quotes": {"Sec-WebSocket-Extensions": 'permessage-deflate; server_max_window_bits="10"'},
    "second offer": {"Sec-WebSocket-Extensions": "permessage-deflate; x, permessage-deflate"},
    "window of 8": {"Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=8"},
    "another extension": {"Sec-WebSocket-Extensions": "x-foo; a=1"},
    "malformed extension": {"Sec-WebSocket-Extensions": "x; a="},
    "extension with a quote": {"Sec-WebSocket-Extensions": 'x; a="b c"'},
    "extension with an open quote": {"Sec-WebSocket-Extensions": 'x; a="b'},
    "extension without a comma": {"Sec-WebSocket-Extensions": "x y"},
}


def head(first_line: str, lines: dict[str, str], changes: dict[str, str | None]) -> bytes:
    merged = {**lines, **changes}
    text = "".join(f"{name}: {value}\r\n" for name, value in merged.items() if value is not None)
    return f"{first_line}\r\n{text}\r\n".encode("latin-1")


def answered(response: Response) -> tuple[int, str, dict[str, str], bytes]:
    headers = {name: value for name, value in response.headers.raw_items() if name != "Date"}
    return response.status_code, response.reason_phrase, headers, response.body


def our_answer(data: bytes, terms: ServerTerms) -> tuple[tuple[int, str, dict[str, str], bytes], str]:
    connection = Connection(terms, now=0.0)
    connection.receive_data(data, 0.0)
    try:
        connection.accept(0.0)
    except InvalidHandshake as error:
        return answered(refusal(error)), f"{type(error).__name__}: {error}"
    assert connection.opening.response is not None
    return answered(connection.opening.response), ""


def their_answer(data: bytes, protocol: ServerProtocol) -> tuple[tuple[int, str, dict[str, str], bytes], str]:
    protocol.receive_data(data)
    (request,) = protocol.events_received()
    assert isinstance(request, TheirRequest)
    response = protocol.accept(request)
    error = protocol.handshake_exc
    told = Response(response.status_code, response.reason_phrase, response.headers, bytes(response.body))
    return answered(told), "" if error is None else f"{type(error).__name__}: {error}"


@pytest.mark.parametrize(
    ("origins", "subprotocols"),
    [(None, []), (["http://good", None], []), (None, ["a", "b"])],
    ids=["any", "origin", "sub"],
)
@pytest.mark.parametrize("name", REQUESTS)
def test_requests(name, origins, subprotocols):
    data = head("GET /chat HTTP/1.1", LINES, REQUESTS[name])
    mine = our_answer(data, ServerTerms(origins, subprotocols, DeflateOffer()))
    factory = ServerPerMessageDeflateFactory()
    their_protocol = ServerProtocol(origins=origins, extensions=[factory], subprotocols=subprotocols or None)
    assert mine == their_answer(data, their_protocol)


@pytest.mark.parametrize("line", ["POST / HTTP/1.1", "GET / HTTP/1.0"])
def test_request_lines(line):
    data = head(line, LINES, {})
    assert our_answer(data, ServerTerms()) == their_answer(data, ServerProtocol())


@pytest.mark.parametrize(
    ("changes", "status", "their_status", "why"),
    [
        pytest.param({"Host": None}, 400, 101, "RFC 6455 4.2.1-2 wants a Host; they leave it to others", id="no Host"),
        pytest.param(
            {"Sec-WebSocket-Version": "12"}, 426, 400, "RFC 6455 4.4: say which version is ours", id="version"
        ),
    ],
)
def test_requests_that_we_judge_otherwise(changes, status, their_status, why):
    data = head("GET /chat HTTP/1.1", LINES, changes)
    assert our_answer(data, ServerTerms())[0][0] == status, why
    assert their_answer(data, ServerProtocol())[0][0] == their_status


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", b"414", id="request line"),
        pytest.param(b"GET / HTTP/1.1\r\nA: " + b"x" * 9000 + b"\r\n\r\n", b"431", id="header line"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 129 + b"\r\n", b"431", id="129 headers"),
        pytest.param(b"SSH-2.0\r\n\r\n", b"400", id="not HTTP: RFC 6455 4.2.1 wants an error code; they only close"),
    ],
)
def test_requests_that_are_refused_unread(data, status):
    connection = Connection(ServerTerms(), now=0.0)
    connection.receive_data(data, 0.0)
    assert connection.take(100, 0.0).startswith(b"HTTP/1.1 " + status)
    protocol = ServerProtocol()
    protocol.receive_data(data)
    written = b"".join(protocol.data_to_send())
    assert written.startswith(b"HTTP/1.1 " + status) or (status == b"400" and written == b"")


ANSWERS: dict[str, dict[str, str | None]] = {
    "as it should be": {},
    "no Upgrade": {"Upgrade": None},
    "another Upgrade": {"Upgrade": "h2c"},
    "no Connection": {"Connection": None},
    "another Connection": {"Connection": "notupgrade"},
    "malformed Connection": {"Connection": "a b"},
    "no accept": {"Sec-WebSocket-Accept": None},
    "another accept": {"Sec-WebSocket-Accept": "x"},
    "subprotocol": {"Sec-WebSocket-Protocol": "a"},
    "another subprotocol": {"Sec-WebSocket-Protocol": "c"},
    "two subprotocols": {"Sec-WebSocket-Protocol": "a, b"},
    "deflate": {"Sec-WebSocket-Extensions": "permessage-deflate"},
    "another extension": {"Sec-WebSocket-Extensions": "x-foo; a=1"},
    "malformed extension": {"Sec-WebSocket-Extensions": "x; a="},
    # The same verdict; ours names the parameter, theirs the whole extension.
    "deflate twice": {"Sec-WebSocket-Extensions": "permessage-deflate, permessage-deflate"},
    "unknown parameter": {"Sec-WebSocket-Extensions": "permessage-deflate; x"},
    "window of 7": {"Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=7"},
}
WORDED_OTHERWISE = {"unknown parameter", "window of 7"}


def our_verdict(line: str, changes: dict[str, str | None]) -> tuple[str, str]:
    connection = Connection(ClientOffer(parse_url("ws://h/"), subprotocols=["a", "b"]), now=0.0)
    accept = accept_key(connection.opening.request.headers["Sec-WebSocket-Key"])
    lines = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept}
    player = play(connection) >> raw(head(line, lines, changes))
    if player.of(Opened):
        return "", ""
    (failed,) = player.of(HandshakeFailed)
    return type(failed.error).__name__, str(failed.error)


def their_verdict(line: str, changes: dict[str, str | None]) -> tuple[str, str]:
    factory = ClientPerMessageDeflateFactory()
    protocol = ClientProtocol(parse_uri("ws://h/"), extensions=[factory], subprotocols=["a", "b"])
    lines = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept_key(protocol.key)}
    protocol.receive_data(head(line, lines, changes))
    error = protocol.handshake_exc
    return ("", "") if error is None else (type(error).__name__, str(error))


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name):
    line = "HTTP/1.1 101 Switching Protocols"
    mine, other = our_verdict(line, ANSWERS[name]), their_verdict(line, ANSWERS[name])
    if name in WORDED_OTHERWISE:
        assert mine[0]
        assert other[0] == "NegotiationError"
    else:
        assert mine == other


@pytest.mark.parametrize(
    "line", ["HTTP/1.1 403 Forbidden", "HTTP/1.1 200 OK", "HTTP/1.1 204 ", "SSH-2.0", "HTTP/1.0 101 OK"]
)
def test_status_lines(line):
    changes: dict[str, str | None] = {"Content-Length": "0"}
    assert our_verdict(line, changes) == their_verdict(line, changes)


@pytest.mark.parametrize("size", [0, 10, 60])
def test_server_that_leaves_early(size):
    data = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"[:size]
    player = play(connecting()) >> raw(data)
    player.connection.receive_eof(0.0)
    player.settle()
    (failed,) = player.of(HandshakeFailed)
    protocol = ClientProtocol(parse_uri("ws://h/"))
    protocol.receive_data(data)
    protocol.receive_eof()
    other = protocol.handshake_exc
    assert other is not None
    assert (str(failed.error), str(failed.error.__cause__)) == (str(other), str(other.__cause__))


@pytest.mark.parametrize(
    "uri",
    [
        "ws://h",
        "wss://h:1/a?b",
        "ws://H/%23?a=b",
        "ws://[::1]:9/",
        "ws://u:p%40@h/",
        "ws://bücher.de/ü?ü",
        "http://h/",
        "ws:///x",
        "ws://h/#f",
        "ws://u@h/",
    ],
)
def test_addresses(uri):
    try:
        other = parse_uri(uri)
    except TheirInvalidURI:
        with pytest.raises(InvalidURI):
            parse_url(uri)
        return
    mine = parse_url(uri)
    assert (mine.is_secure, mine.host, mine.port, mine.resource, mine.username, mine.password) == (
        other.secure,
        other.host,
        other.port,
        other.resource_name,
        other.username,
        other.password,
    )


def test_opcodes_are_theirs():
    from websockets.frames import Opcode as Theirs

    assert sorted(Opcode) == sorted(Theirs)
