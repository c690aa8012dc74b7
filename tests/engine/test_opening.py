"""Where is the opening handshake of one side? RELIABILITY H10 to H14, S1, S3, S4, S9, V5 and T-NET-6's words."""

from __future__ import annotations

import re

import pytest

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
    SecurityError,
    StatusLineTooLong,
)
from framescope.engine.handshake import ClientOffer, ServerTerms, accept_key
from framescope.engine.http import Response
from framescope.engine.opening import ClientOpening, ServerOpening, plain_response, refusal
from framescope.engine.settings import Limits
from framescope.engine.url import parse_url
from helpers.conversation import REQUEST, Counter

LIMITS = Limits()


def client_opening(limits: Limits = LIMITS) -> ClientOpening:
    return ClientOpening(ClientOffer(parse_url("ws://h/")), limits, Counter())


def answer_to(opening: ClientOpening) -> bytes:
    accept = accept_key(opening.request.headers["Sec-WebSocket-Key"])
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n\r\n"
    ).encode()


def words_of(error: BaseException) -> tuple[str, str]:
    return str(error), str(error.__cause__)


def test_bytes_behind_the_101_are_frames():
    """H13 (4.1/5)."""
    opening = client_opening()
    assert opening.receive(answer_to(opening) + b"\x81\x00") == b"\x81\x00"


def test_answer_may_come_byte_by_byte():
    opening = client_opening()
    answer = answer_to(opening)
    results = [opening.receive(answer[i : i + 1]) for i in range(len(answer))]
    assert results == [None] * (len(answer) - 1) + [b""]


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        pytest.param(b"SSH-2.0\r\n\r\n", InvalidMessage, "did not receive a valid HTTP response", id="H11: not HTTP"),
        pytest.param(b"220 smtp\r\n", InvalidMessage, "did not receive", id="H11: known by the first line"),
        pytest.param(b"x" * 9000, StatusLineTooLong, "a line is longer than 8192 bytes", id="V5: endless status line"),
        pytest.param(b"HTTP/1.1 101\r\n" + b"a:b\r\n" * 129, InvalidMessage, "did not receive", id="V5: headers"),
        pytest.param(b"HTTP/1.1 101 OK\r\n\r\n", InvalidUpgrade, "missing Connection header", id="H11: headers"),
    ],
)
def test_faulty_answer(data, error, words):
    with pytest.raises(error, match=words):
        client_opening().receive(data)


def test_refusal_is_told_with_its_body():
    """H14 (4.1 v1)."""
    opening = client_opening()
    assert opening.receive(b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nno!\r\n") is None
    with pytest.raises(InvalidStatus, match="HTTP 403") as caught:
        opening.receive(b"0\r\n\r\n")
    assert caught.value.response.body == b"no!"


def test_refusal_without_a_body_is_told_at_once():
    with pytest.raises(InvalidStatus, match="HTTP 302"):
        client_opening().receive(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")


def test_refusal_is_told_when_the_stream_ends_inside_its_body():
    opening = client_opening()
    opening.receive(b"HTTP/1.1 500 Oh\r\n\r\nsor")
    error = opening.end()
    assert isinstance(error, InvalidStatus)
    assert error.response.body == b"sor"


@pytest.mark.parametrize(
    ("data", "where"),
    [(b"", "status line"), (b"HTTP/1.1 1", "status line"), (b"HTTP/1.1 101 OK\r\nUp", "headers")],
)
def test_server_that_leaves_before_it_has_answered(data, where):
    opening = client_opening()
    opening.receive(data)
    assert words_of(opening.end()) == (
        "did not receive a valid HTTP response",
        f"connection closed while reading HTTP {where}",
    )


def test_request_and_the_frames_behind_it():
    """S9 (5): frame bytes behind the request wait for the answer."""
    opening = ServerOpening(ServerTerms(), LIMITS)
    assert not opening.receive(REQUEST[:30])
    assert opening.receive(REQUEST[30:] + b"\x81")
    assert not opening.receive(b"\x80")
    assert bytes(opening.rest) == b"\x81\x80"
    assert opening.demanded.path == "/chat"


@pytest.mark.parametrize("excess", [-1, 0, 1])
def test_frames_behind_the_request_are_kept_up_to_a_limit(excess):
    """V5: limit - 1, limit, limit + 1."""
    limits = Limits(max_head=len(REQUEST))
    opening = ServerOpening(ServerTerms(), limits)
    opening.receive(REQUEST + b"x" * 10)
    opening.receive(b"x" * (len(REQUEST) - 10 + excess))
    assert len(opening.rest) == len(REQUEST) + min(excess, 0)
    if excess <= 0:
        assert opening.accept().status_code == 101
        return
    with pytest.raises(SecurityError, match="bytes before the answer") as caught:
        opening.accept()
    assert caught.value.status == 400


def test_faulty_request():
    """S1 (4.2.1)."""
    opening = ServerOpening(ServerTerms(), LIMITS)
    with pytest.raises(InvalidMessage, match="did not receive a valid HTTP request"):
        opening.receive(b"hello\r\n\r\n")


def test_answer_is_computed_once():
    opening = ServerOpening(ServerTerms(), LIMITS)
    opening.receive(REQUEST)
    assert opening.accept() is opening.accept()
    assert opening.accept().status_code == 101


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ("did not receive a valid HTTP request", "connection closed while reading HTTP request line")),
        (b"GET", ("did not receive a valid HTTP request", "connection closed while reading HTTP request line")),
        (REQUEST[:30], ("did not receive a valid HTTP request", "connection closed while reading HTTP headers")),
        (REQUEST, ("the client left before its request was answered", "connection closed while answering")),
    ],
)
def test_client_that_leaves_before_it_has_its_answer(data, words):
    opening = ServerOpening(ServerTerms(), LIMITS)
    opening.receive(data)
    assert words_of(opening.end()) == words


def caused(error: InvalidHandshake, cause: Exception) -> InvalidHandshake:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status", "header", "words"),
    [
        pytest.param(InvalidOrigin("http://a"), 403, None, "invalid Origin header: http://a", id="S4 4.2.2-4: origin"),
        pytest.param(InvalidMethod("POST"), 405, ("Allow", "GET"), "unsupported HTTP method: POST", id="S2: method"),
        pytest.param(InvalidProtocol("HTTP/1.0"), 505, None, "unsupported HTTP version", id="S2: HTTP version"),
        pytest.param(InvalidUpgrade("Upgrade"), 426, ("Upgrade", "websocket"), "You need a WebSocket client", id="S2"),
        pytest.param(SecurityError("too long", 414), 414, None, "too long", id="V5: 414"),
        pytest.param(SecurityError("too many"), 431, None, "too many", id="V5: 431"),
        pytest.param(
            InvalidHeaderValue("Sec-WebSocket-Version", "12"),
            426,
            ("Sec-WebSocket-Version", "13"),
            "invalid Sec-WebSocket-Version header: 12",
            id="S3 4.4: version",
        ),
        pytest.param(
            InvalidHeaderValue("Sec-WebSocket-Key", "x"), 400, None, "invalid Sec-WebSocket-Key", id="S1: key"
        ),
        pytest.param(InvalidHeader("Host"), 400, None, "missing Host header", id="S1 4.2.1: missing"),
        pytest.param(
            caused(InvalidMessage("no request"), ValueError("\udcff")), 400, None, "no request; ?.\n", id="S1: no UTF-8"
        ),
        pytest.param(KeyError("secret"), 500, None, "See server log for more information", id="500 tells nothing"),
    ],
)
def test_refusal(error, status, header, words):
    answer = refusal(error)
    assert answer.status_code == status
    assert words in answer.body.decode()
    assert "secret" not in answer.body.decode()
    assert answer.headers["Connection"] == "close"
    assert answer.headers["Content-Length"] == str(len(answer.body))
    if header is not None:
        assert answer.headers[header[0]] == header[1]
    assert re.match(rb"HTTP/1\.1 [0-9]{3} [A-Z]", answer.serialise())


def test_plain_response_takes_a_number():
    assert isinstance(plain_response(404, "no room"), Response)
    assert plain_response(404, "no room").reason_phrase == "Not Found"


def test_a_request_that_is_none_is_known_by_its_first_line():
    """Nobody has to wait for the rest of what is no HTTP."""
    opening = ServerOpening(ServerTerms(), LIMITS)
    with pytest.raises(InvalidMessage, match="did not receive a valid HTTP request") as caught:
        opening.receive(b"HELO relay.invalid\r\n")
    assert str(caught.value.__cause__) == "invalid HTTP request line: b'HELO relay.invalid'"
