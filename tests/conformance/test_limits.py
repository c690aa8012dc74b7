"""RELIABILITY 6, V5 and V11: does each limit of handshakes and messages hold to the byte, and is it a setting?"""

from __future__ import annotations

import time
import zlib

import pytest

from framescope.engine.connection import Connection
from framescope.engine.errors import InvalidHandshake, InvalidURI
from framescope.engine.events import Ended, Ending, HandshakeFailed, Part, Requested, ViolationSeen, Which
from framescope.engine.frames import FIN, RSV1
from framescope.engine.handshake import ServerTerms
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State
from helpers.conversation import Counter, lost, play, raw, tick
from helpers.ledger import DEFLATE, Bits, cases, close, key_of, messages_of, opened, rows
from helpers.openings import asking, fails, head, opens, refused, request, response, served

SEC_HEADERS = (
    "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Accept",
)  # fmt: skip
#: limit - 1, limit, limit + 1
STEPS = [pytest.param(-1, id="limit-1"), pytest.param(0, id="limit"), pytest.param(1, id="limit+1")]
around = pytest.mark.parametrize("step", STEPS)
SMALL = Limits(max_line=200, max_headers=10, max_head=500, max_error_body=100, max_message=1000, max_fragments=5)
both = rows("limit-client", "limit-server")


def test_time_of_the_handshake_is_that_of_reliability_6():
    """The other defaults stand in tests/engine/test_settings.py."""
    assert Timeouts().open_timeout == 10


# --- the head ------------------------------------------------------------------------------------------------


def padded_line(line: bytes, size: int) -> bytes:
    """Make a line so long, its end not counted."""
    return line + b"x" * (size - len(line))


def with_lines(data: bytes, *lines: bytes) -> bytes:
    """Add lines to a head."""
    return data[:-2] + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


@pytest.mark.parametrize("limits", [Limits(), SMALL], ids=["default", "small"])
@around
def test_header_line(limits, step):
    line = padded_line(b"X-A: ", limits.max_line + step)
    data = with_lines(request(), line)
    if step <= 0:
        assert served(data, limits=limits).status == 101
    else:
        refused(data, 431, limits=limits)
    player = asking(limits=limits)
    data = with_lines(response(player.connection), line)
    if step <= 0:
        opens(player, data)
    else:
        fails(player, data, InvalidHandshake, f"a line is longer than {limits.max_line} bytes")


@pytest.mark.parametrize("limits", [Limits(), SMALL], ids=["default", "small"])
@around
def test_first_line(limits, step):
    """A status line without an end is the same: 414 says that it is the request's line that is too long."""
    size = limits.max_line + step
    data = request(line="GET /" + "x" * (size - len("GET / HTTP/1.1")) + " HTTP/1.1")
    if step <= 0:
        assert served(data, limits=limits).status == 101
    else:
        refused(data, 414, limits=limits)
    player = asking(limits=limits)
    reason = "x" * (size - len("HTTP/1.1 101 "))
    data = response(player.connection, line=f"HTTP/1.1 101 {reason}")
    if step <= 0:
        opens(player, data)
    else:
        fails(player, data, InvalidHandshake, "a line is longer")


@pytest.mark.parametrize("limits", [Limits(), SMALL], ids=["default", "small"])
@around
def test_number_of_headers(limits, step):
    data = request()
    count = limits.max_headers + step - data.count(b"\r\n") + 2
    data = with_lines(data, *[b"A: b"] * count)
    if step <= 0:
        assert served(data, limits=limits).status == 101
    else:
        refused(data, 431, limits=limits)
    player = asking(limits=limits)
    data = response(player.connection)
    data = with_lines(data, *[b"A: b"] * (limits.max_headers + step - data.count(b"\r\n") + 2))
    if step <= 0:
        opens(player, data)
    else:
        fails(player, data, InvalidHandshake, f"more than {limits.max_headers} header lines")


@pytest.mark.parametrize("limits", [Limits(), SMALL], ids=["default", "small"])
@around
def test_size_of_the_head(limits, step):
    def filled(data: bytes) -> bytes:
        wanted = limits.max_head + step - len(data)
        lines = []
        while wanted > 0:
            size = min(wanted, limits.max_line)
            if 0 < wanted - size < 10:
                size -= 10
            lines.append(padded_line(b"A: ", size - 2))
            wanted -= size
        filled = with_lines(data, *lines)
        assert len(filled) == limits.max_head + step
        return filled

    data = filled(request())
    if step <= 0:
        assert served(data, limits=limits).status == 101
    else:
        refused(data, 431, limits=limits)
    player = asking(limits=limits)
    data = filled(response(player.connection))
    if step <= 0:
        opens(player, data)
    else:
        fails(player, data, InvalidHandshake, f"the head is longer than {limits.max_head} bytes")


@pytest.mark.parametrize("limits", [Limits(), SMALL], ids=["default", "small"])
@around
def test_error_body(limits, step):
    """What is beyond it is not kept, and the handshake has failed by then."""
    for length in ({}, {"Content-Length": str(limits.max_error_body + step)}):
        player = asking(limits=limits)
        data = head("HTTP/1.1 403 Forbidden", {}, length) + b"x" * (limits.max_error_body + step)
        player >> raw(data)
        assert bool(player.of(HandshakeFailed)) is (step >= 0 or bool(length))
        player.connection.receive_eof(0.0)
        player >> lost
        (failed,) = player.of(HandshakeFailed)
        assert len(failed.response.body) == min(limits.max_error_body + step, limits.max_error_body)


# --- time: 10 s in all, never a read ----------------------------------------------------------------------------


@pytest.mark.parametrize("open_timeout", cases([("default", 10.0), ("one-second", 1.0), ("an-hour", 3600.0)]))
@both
def test_time_of_the_handshake(role, open_timeout):
    """V5: a byte now and then moves nothing."""
    timeouts = Timeouts(open_timeout=open_timeout)
    if role == "client":
        player = asking(timeouts=timeouts)
        data = response(player.connection, {"X-A": "x" * 100})
    else:
        player = play(Connection(ServerTerms(), now=0.0, timeouts=timeouts, random=Counter()))
        data = request({"X-A": "x" * 100})
    for step in range(100):
        player >> tick(open_timeout * step / 100) >> raw(data[step : step + 1])
        assert player.connection.next_deadline() == open_timeout
    assert player.connection.state is State.CONNECTING
    player >> tick(open_timeout - 0.001)
    assert player.connection.state is State.CONNECTING
    player >> tick(open_timeout)
    assert player.connection.state is State.CLOSED
    player >> raw(data[100:]) >> lost
    (ended,) = player.of(Ended)
    assert (ended.ending, ended.which, ended.exception_name) == (Ending.DEADLINE, Which.OPEN, "TimeoutError")
    assert player.of(Requested) == []


# --- V5: floods of headers, in linear time ----------------------------------------------------------------------

FLOODS = [
    ("2000-headers", lambda first: first + b"A: b\r\n" * 2000 + b"\r\n", "header lines"),
    ("header-of-1-MB", lambda first: first + b"A: " + b"x" * 2**20 + b"\r\n\r\n", "a line is longer"),
    ("endless-line", lambda first: first[:-2] + b"x" * 2**20, "a line is longer"),
    ("name-of-1-MB", lambda first: first + b"x" * 2**20, "a line is longer"),
    ("100-kB-of-empty-values", lambda first: first + b"A:\r\n" * 25_000, "header lines"),
    *[
        (f"100k-spaces-in-{name}", lambda first, name=name: first + f"{name}:{' ' * 100_000}x\r\n\r\n".encode(), "line")
        for name in SEC_HEADERS
    ],
]


@pytest.mark.parametrize(("flood", "words"), cases(FLOODS))
def test_flood_of_headers(flood, words):
    started = time.process_time()
    data = flood(b"GET / HTTP/1.1\r\n")
    refused(data, 431 if b"\r\n" in data else 414)
    fails(asking(), flood(b"HTTP/1.1 101 Switching Protocols\r\n"), InvalidHandshake, words)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", SEC_HEADERS)
def test_spaces_within_the_limit(name):
    """V5: as many as a line can have, in front of, inside, and behind a value."""
    for value in (" " * 8000 + "x", "x" + " " * 8000, "a" + " " * 8000 + "b", "a," + " " * 8000 + ",b", "\t" * 8000):
        answer = served(request({name: value}))
        assert answer.status in (101, 400, 426)
        player = asking(subprotocols=["x"])
        player >> raw(response(player.connection, {name: value}))
        assert player.connection.state in (State.OPEN, State.CLOSED)


@pytest.mark.parametrize("name", SEC_HEADERS)
def test_every_byte_from_128_on(name):
    """V5: in each header that is interpreted, alone and behind a letter. Granian's worker fell by one."""
    for byte in range(0x80, 0x100):
        for value in (bytes([byte]), "é".encode() + bytes([byte])):
            status = served(request({name: value})).status
            assert status == (101 if name == "Sec-WebSocket-Accept" else 426 if name.endswith("Version") else 400)
            player = asking(subprotocols=["x"])
            player >> raw(response(player.connection, {name: value}))
            assert bool(player.of(HandshakeFailed)) is (name not in ("Sec-WebSocket-Key", "Sec-WebSocket-Version"))


@pytest.mark.parametrize(
    ("name", "unit"),
    cases(
        [
            ("extensions", "Sec-WebSocket-Extensions", "x; a=1, "),
            ("quoted", "Sec-WebSocket-Extensions", 'x; a="\\b", '),
            ("open-quote", "Sec-WebSocket-Extensions", '"\\'),
            ("subprotocols", "Sec-WebSocket-Protocol", "a, "),
            ("commas", "Sec-WebSocket-Protocol", ","),
            ("commas-and-spaces", "Sec-WebSocket-Protocol", ", "),
            ("connection", "Connection", "a ,"),
        ]
    ),
)
def test_time_is_linear(name, unit):
    """V5: twice the size takes about twice the time, where quadratic code takes four times; the best of several."""
    limits = Limits(max_line=2**20, max_head=2**20)

    def cost(size: int) -> float:
        data = request({name: (unit * size)[:size]})
        best = 1e9
        for _ in range(5):
            started = time.process_time_ns()
            served(data, limits=limits)
            best = min(best, time.process_time_ns() - started)
        return best

    assert cost(32 * 1024) / cost(16 * 1024) < 3


# --- messages -------------------------------------------------------------------------------------------------


def feed(role: str, limits: Limits, *peer: Bits, extension: str = ""):
    player, _ = opened(role, extension, limits)
    for bits in peer:
        player >> raw(bits.wire(key_of(role)))
    return player


def codes(player) -> list[int]:
    return [event.violation.code for event in player.of(ViolationSeen)]


@around
@both
def test_message(role, step):
    """By its header: the payload of a frame that is too long is never waited for."""
    for limits in (SMALL, Limits()):
        size = limits.max_message + step
        player = feed(role, limits, Bits(0x82, b"abc", length=size))
        assert codes(player) == ([] if step <= 0 else [1009])
        half = 500
        player = feed(role, limits, Bits(0x02, bytes(half)), Bits(FIN, b"abc", length=size - half))
        assert codes(player) == ([] if step <= 0 else [1009])


@around
@both
def test_fragments(role, step):
    """Empty ones count."""
    for payload in (b"", b"x"):
        count = SMALL.max_fragments + step
        player = feed(role, SMALL, Bits(0x02, payload), *[Bits(0, payload)] * (count - 2), Bits(FIN, payload))
        assert codes(player) == ([] if step <= 0 else [1009])
        assert messages_of(player) == ([payload * count] if step <= 0 else [])


def test_fragments_of_the_default():
    """131,072 fragments that are empty, and one more; Autobahn's case 9.3.1 needs 65,536."""
    count = Limits().max_fragments
    player, _ = opened("client")
    player >> raw(b"\x02\x00" + b"\x00\x00" * (count - 2))
    player.connection.receive_data(b"\x00\x00", 0.0)
    player.settle()
    assert codes(player) == []
    player >> raw(b"\x80\x00")
    assert codes(player) == [1009]


def deflated(size: int) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return (compressor.compress(bytes(size)) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


@around
@both
def test_inflated_output(role, step):
    """Its own limit, where there is one; else the message's. A message that is not compressed has the message's."""
    for limits in (SMALL, Limits(max_message=10**6, max_inflated=1000), Limits(max_message=1000, max_inflated=10**6)):
        whole = feed(role, limits, Bits(FIN | RSV1 | 2, deflated(1000 + step)), extension=DEFLATE)
        assert codes(whole) == ([] if step <= 0 else [1009])
        parts = feed(
            role,
            limits,
            Bits(RSV1 | 2, deflated(400) + b"\0\0\xff\xff"),
            Bits(FIN, deflated(600 + step)),
            extension=DEFLATE,
        )
        assert codes(parts) == ([] if step <= 0 else [1009])
    plain = feed(role, Limits(max_message=10**6, max_inflated=1000), Bits(0x82, bytes(5000)), extension=DEFLATE)
    assert codes(plain) == []
    assert len(plain.of(Part)) == 1


@around
@both
def test_control_frame(role, step):
    player = feed(role, Limits(), Bits(0x89, bytes(125 + step)))
    assert codes(player) == ([] if step <= 0 else [1002])
    player = feed(role, Limits(), Bits(0x88, close(1000, b"x" * (123 + step))))
    assert codes(player) == ([] if step <= 0 else [1002])


@around
@both
def test_pongs_that_wait(role, step):
    """RFC 6455 5.5.3: then the latest takes the place of the one before; nothing is written meanwhile."""
    for limits in (Limits(max_pongs=3), Limits()):
        player, _ = opened(role, limits=limits)
        for number in range(limits.max_pongs + step):
            player.connection.receive_data(Bits(0x89, b"%d" % number).wire(key_of(role)), 0.0)
        player.settle()
        answers = [int(frame.payload) for frame in player.frames]
        assert len(answers) == limits.max_pongs + min(step, 0)
        assert answers == [*range(len(answers) - 1), limits.max_pongs + step - 1]


# --- V11: what a person types ---------------------------------------------------------------------------------

FIELDS = {
    "path": lambda bad: asking(f"ws://h/a{bad}b"),
    "query": lambda bad: asking(f"ws://h/?a{bad}b"),
    "host": lambda bad: asking(f"ws://a{bad}b/"),
    "user": lambda bad: asking(f"ws://a{bad}b:p@h/"),
    "password": lambda bad: asking(f"ws://u:a{bad}b@h/"),
    "origin": lambda bad: asking(origin=f"http://a{bad}b"),
    "subprotocol": lambda bad: asking(subprotocols=[f"a{bad}b"]),
    "header-name": lambda bad: asking(headers=[(f"A{bad}B", "c")]),
    "header-value": lambda bad: asking(headers=[("A", f"b{bad}c")]),
    "header-Host": lambda bad: asking(headers=[("Host", f"b{bad}c")]),
    "user-agent": lambda bad: asking(user_agent=f"a{bad}b"),
}


@pytest.mark.parametrize("bad", ["\r\n", "\r", "\n", "\x00", "\x1b", "\x7f"], ids=lambda bad: bad.encode().hex())
@pytest.mark.parametrize("field", FIELDS)
def test_field_that_would_break_a_line(field, bad):
    """V11: refused before there is a socket: the engine cannot even be made."""
    with pytest.raises((ValueError, InvalidURI)):
        FIELDS[field](bad)


@pytest.mark.parametrize("field", FIELDS)
def test_field_that_is_as_it_should_be(field):
    FIELDS[field]("-")
