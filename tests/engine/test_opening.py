"""Does each side's opening collect, judge and answer, however its bytes are cut?"""

from __future__ import annotations

import pytest

from framescope.engine.connection import Connection, Transport
from framescope.engine.errors import (
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
    SecurityError,
)
from framescope.engine.events import HandshakeFailed, Opened, Requested
from framescope.engine.handshake import ClientOffer, ServerTerms
from framescope.engine.opening import ClientOpening, ServerOpening, plain_response, refusal
from framescope.engine.settings import Limits
from framescope.engine.state import State
from framescope.engine.url import parse_url
from helpers.conversation import REQUEST, Binary, Counter, Text, connecting, eof, play, raw, response_to


def client(**limits: int) -> ClientOpening:
    return ClientOpening(ClientOffer(parse_url("ws://h/")), Limits(**limits), Counter())


def refused(data: bytes, *, step: int, **limits: int) -> InvalidStatus | None:
    """Feed a refusal in pieces; return what the opening raises, None while it waits for more."""
    half = client(**limits)
    try:
        for start in range(0, len(data), step):
            assert half.receive(data[start : start + step]) is None
    except InvalidStatus as error:
        return error
    return None


@pytest.fixture(params=[1, 7, 1 << 20], ids=lambda step: f"by_{step}")
def step(request):
    return request.param


def test_client_waits_then_hands_on_what_lies_behind(step):
    # H10, H13
    connection = connecting()
    connection.connected(0.0)
    player = play(connection)
    data = response_to(connection) + b"\x82\x01\x07"
    for start in range(0, len(data), step):
        player >> raw(data[start : start + step])
    player << Opened << Binary(b"\x07")
    (frame,) = [event for event in player.events if type(event).__name__ == "Frame"]
    assert frame.offset == len(data) - 3


@pytest.mark.parametrize(
    ("head", "sent", "kept"),
    [
        ("403 No\r\nContent-Length: 4", b"no!\nEXTRA", b"no!\n"),
        ("403 No\r\nContent-Length: 0", b"EXTRA", b""),
        ("204 No\r\nContent-Length: 4", b"EXTRA", b""),
        ("304 No", b"EXTRA", b""),
        ("100 Continue", b"EXTRA", b""),
        ("403 No\r\nContent-Length: 1000", b"x" * 100, b"x" * 50),
        ("403 No", b"x" * 50, b"x" * 50),
    ],
)
def test_refusal_keeps_its_body_up_to_its_length_or_limit(step, head, sent, kept):
    # H14
    error = refused(f"HTTP/1.1 {head}\r\n\r\n".encode() + sent, step=step, max_error_body=50)
    assert error is not None
    assert error.response.body == kept
    assert error.response.status_code == int(head[:3])


@pytest.mark.parametrize(
    "length", [None, "", "x", "-1", "٣", "9" * 5000], ids=["none", "empty", "word", "sign", "arabic", "huge"]
)
def test_refusal_without_a_usable_length_lasts_until_the_stream_ends(length):
    line = "" if length is None else f"Content-Length: {length}\r\n"
    half = client()
    assert half.receive(f"HTTP/1.1 500 No\r\n{line}\r\nwhy".encode()) is None
    error = half.end()
    assert isinstance(error, InvalidStatus)
    assert error.response.body == b"why"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"SSH-2.0-OpenSSH\r\n\r\n", InvalidMessage),
        (b"x" * 9000, SecurityError),
        (b"HTTP/1.1 101 x\r\n" + b"A: x\r\n" * 129, SecurityError),
    ],
)
def test_client_refuses_what_is_no_answer(data, kind):
    with pytest.raises(kind):
        client().receive(data)


@pytest.mark.parametrize(("data", "words"), [(b"", "status line"), (b"HTTP/1.1 101 x\r\nA: ", "HTTP headers")])
def test_client_whose_server_leaves_early(data, words):
    half = client()
    if data:
        half.receive(data)
    error = half.end()
    assert str(error) == "did not receive a valid HTTP response"
    assert words in str(error.__cause__)


@pytest.mark.parametrize(("data", "words"), [(b"", "request line"), (b"GET / HTTP/1.1\r\n", "HTTP headers")])
def test_server_whose_client_leaves_early(data, words):
    half = ServerOpening(ServerTerms(), Limits())
    if data:
        half.receive(data)
    error = half.end()
    assert str(error) == "did not receive a valid HTTP request"
    assert words in str(error.__cause__)


def test_server_reads_frames_behind_the_request_after_its_answer(step):
    # S9
    connection = Connection(ServerTerms(), now=0.0, random=Counter())
    player = play(connection)
    masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
    data = REQUEST + masked
    for start in range(0, len(data), step):
        player >> raw(data[start : start + step])
    player << Requested
    assert connection.state is State.CONNECTING
    connection.accept(0.0)
    player.settle()
    player << Opened << Text("Hello")


def test_answer_is_judged_once():
    half = ServerOpening(ServerTerms(), Limits())
    assert half.receive(REQUEST)
    assert half.accept() is half.accept()


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"\x16\x03\x01\r\n\r\n", b"400 Bad Request"), (b"GET /" + b"x" * 9000, b"414"), (REQUEST[:-2] + b"\n", b"400")],
)
def test_server_answers_what_is_no_request_and_closes(data, status):
    # S1
    connection = Connection(ServerTerms(), now=0.0)
    connection.receive_data(data, 0.0)
    assert connection.take(100, 0.0).startswith(b"HTTP/1.1 " + status)
    assert (connection.state, connection.transport) == (State.CLOSED, Transport.CLOSE)
    connection.receive_data(b"more", 0.1)
    assert [type(event) for event in connection.events() if isinstance(event, HandshakeFailed)] == [HandshakeFailed]


def caused() -> InvalidHandshake:
    error = InvalidMessage("did not receive a valid HTTP request")
    error.__cause__ = ValueError("inner")
    return error


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (InvalidOrigin("https://evil"), 403, None),
        (InvalidMethod("POST"), 405, ("Allow", "GET")),
        (InvalidProtocol("HTTP/1.0"), 505, None),
        (InvalidUpgrade("Connection", "close"), 426, ("Upgrade", "websocket")),
        (SecurityError("long", 414), 414, None),
        (SecurityError("many"), 431, None),
        (InvalidHeaderValue("Sec-WebSocket-Version", "8"), 426, ("Sec-WebSocket-Version", "13")),
        (InvalidHeaderValue("Sec-WebSocket-Key", "x\udcff"), 400, None),
        (InvalidHeader("Host"), 400, None),
        (NegotiationError("no common subprotocol"), 400, None),
        (caused(), 400, None),
        (ZeroDivisionError("secret"), 500, None),
    ],
)
def test_refusal_has_websockets_status_and_words(error, status, header):
    # S1, S3, S4
    response = refusal(error)
    assert response.status_code == status
    assert response.headers["Content-Length"] == str(len(response.body))
    assert header is None or response.headers[header[0]] == header[1]
    text = response.body.decode()
    assert "secret" not in text
    if status != 500:
        assert str(error).encode(errors="replace").decode() in text


def test_refusal_names_the_whole_chain():
    assert b"did not receive a valid HTTP request; inner.\n" in refusal(caused()).body


def test_plain_response_takes_a_number():
    assert plain_response(404, "x").reason_phrase == "Not Found"


def test_eof_while_connecting_fails_with_the_cause():
    (failed,) = (play(connecting()) >> eof).of(HandshakeFailed)
    assert isinstance(failed.error.__cause__, EOFError)
