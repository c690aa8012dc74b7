"""Does each way in which connecting fails have its own plain sentence, and an advice where there is one?"""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from framescope.engine.errors import (
    InvalidHeader,
    InvalidHeaderValue,
    InvalidMessage,
    InvalidStatus,
    InvalidUpgrade,
    InvalidURI,
    NegotiationError,
    SecurityError,
    TooManyHeaders,
)
from framescope.engine.handshake import Response
from framescope.engine.headers import BadHead, Headers
from framescope.net.connect_errors import TlsTimeout, Words, listen_words, place, words


def said(error: BaseException, phase: str = "tcp", timeout: float | None = 10) -> Words:
    return words(error, host="127.0.0.1", port=9001, phase=phase, timeout=timeout)


def status(code: int, **headers: str) -> InvalidStatus:
    return InvalidStatus(Response(code, "Because", Headers(headers)))


def caused(cause: BaseException) -> InvalidMessage:
    error = InvalidMessage("did not receive a valid HTTP response")
    error.__cause__ = cause
    return error


def untrusted(code: int, message: str = "") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "phase", "text", "advice"),
    [
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "refused"),
            "tcp",
            "Refused: nothing listens on 127.0.0.1:9001.",
            "Start a server there, or check the port.",
        ),
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "dns",
            "Unknown host: 127.0.0.1 has no address.",
            "Check the spelling",
        ),
        (socket.gaierror(socket.EAI_AGAIN, "again"), "dns", "The DNS server gave no answer for 127.0.0.1.", "network"),
        (socket.gaierror(socket.EAI_FAIL, "failure"), "dns", "The lookup of 127.0.0.1 failed: failure.", "DNS"),
        (OSError(errno.ENETUNREACH, "unreachable"), "tcp", "Unreachable: there is no way to 127.0.0.1:9001.", "Check"),
        (TimeoutError(errno.ETIMEDOUT, "timed out"), "tcp", "No answer from 127.0.0.1:9001.", "firewall"),
        (TimeoutError("timed out"), "tls", "Timed out after 10 s during TLS.", "Try ws://"),
        (TimeoutError("timed out"), "dns", "Timed out after 10 s during the name lookup.", "DNS"),
        (TimeoutError("timed out"), "tcp", "Timed out after 10 s during TCP connect.", "firewall"),
        (TimeoutError("timed out"), "upgrade", "Timed out after 10 s during the upgrade.", "raise open_timeout"),
        (
            ConnectionResetError(errno.ECONNRESET, "reset"),
            "tls",
            "Reset: 127.0.0.1:9001 dropped the connection during TLS.",
            "try ws://",
        ),
        (
            OSError(errno.EIO, "Input/output error"),
            "tcp",
            "Could not connect to 127.0.0.1:9001: Input/output error.",
            "",
        ),
        (TlsTimeout(2), "tls", "Timed out after 2 s during TLS.", "Try ws://"),
        (ConnectionAbortedError("connecting was given up"), "tcp", "Given up before the connection was open.", ""),
        (untrusted(18), "tls", "Certificate not trusted: self-signed certificate.", "CA file"),
        (untrusted(62), "tls", "Certificate not trusted: it is not for 127.0.0.1.", "host name"),
        (untrusted(66, "CA md too weak"), "tls", "Certificate not trusted: CA md too weak.", ""),
        (tls("WRONG_VERSION_NUMBER"), "tls", "No TLS on port 9001.", "Try ws://."),
        (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "tls", "TLS failed: the server wants a client certificate.", ""),
        (tls("SOMETHING_NEW"), "tls", "TLS failed: SOMETHING_NEW.", ""),
        (ssl.SSLEOFError(8, "EOF"), "tls", "127.0.0.1:9001 ended the connection during TLS.", "try ws://"),
        (
            status(403),
            "upgrade",
            "Not a WebSocket: HTTP 403 instead of 101.",
            "It may want an Origin, a cookie or a token.",
        ),
        (status(301, Location="https://a/"), "upgrade", "HTTP 301 instead of 101.", "It points to https://a/."),
        (status(301), "upgrade", "HTTP 301 instead of 101.", ""),
        (status(404), "upgrade", "HTTP 404 instead of 101.", "Check the path"),
        (status(407), "upgrade", "HTTP 407 instead of 101.", "proxy"),
        (status(426), "upgrade", "HTTP 426 instead of 101.", "version"),
        (status(429), "upgrade", "HTTP 429 instead of 101.", "wait"),
        (status(502), "upgrade", "HTTP 502 instead of 101.", "again later"),
        (status(418), "upgrade", "HTTP 418 instead of 101.", "body"),
        (
            caused(EOFError("closed")),
            "upgrade",
            "127.0.0.1:9001 ended the connection during the upgrade.",
            "try wss://",
        ),
        (
            caused(ConnectionResetError(104, "reset")),
            "upgrade",
            "Reset: 127.0.0.1:9001 dropped the connection during the upgrade.",
            "wss://",
        ),
        (caused(BadHead("invalid HTTP status line: b'SSH-2.0'")), "upgrade", "Not HTTP: invalid HTTP status", "wss"),
        (InvalidMessage("no"), "upgrade", "Not HTTP.", "Check the port"),
        (
            caused(tls("TLSV13_ALERT_CERTIFICATE_REQUIRED")),
            "upgrade",
            "TLS failed: the server wants a client certificate.",
            "",
        ),
        (InvalidUpgrade("Upgrade", None), "upgrade", "Not a WebSocket: missing Upgrade header.", "proxy"),
        (InvalidHeaderValue("Sec-WebSocket-Accept", "x"), "upgrade", "proof (Sec-WebSocket-Accept) is wrong.", "cache"),
        (InvalidHeader("Sec-WebSocket-Accept"), "upgrade", "missing Sec-WebSocket-Accept header.", ""),
        (NegotiationError("no subprotocols supported"), "upgrade", "No agreement on the upgrade: no subproto", "offer"),
        (SecurityError("the head is longer than 65536 bytes"), "upgrade", "Not accepted: the head is longer", ""),
        (caused(TooManyHeaders("more than 128")), "upgrade", "Not accepted: more than 128", ""),
        (InvalidURI("http://a", "scheme is http"), "", "Not a WebSocket address: scheme is http.", "ws://"),
        (ValueError("label too long"), "tls", "Could not connect to 127.0.0.1:9001: label too long.", ""),
    ],
)
def test_words(error: BaseException, phase: str, text: str, advice: str) -> None:
    found = said(error, phase)
    assert text in found.text
    assert found.text.endswith(".")
    assert advice in found.advice
    assert bool(found.advice) == bool(advice)


def test_timeout_without_a_step_or_a_limit() -> None:
    assert said(TimeoutError("timed out"), phase="", timeout=None).text == "Timed out."
    assert said(TimeoutError("timed out"), phase="tls", timeout=0.5).text == "Timed out after 0.5 s during TLS."


def test_words_of_the_peer_stay_one_line_of_bounded_length() -> None:
    hostile = "https://a/\u2028\u202e" + "x" * 5000
    found = said(status(302, Location=hostile))
    assert len(found.advice) < 400
    assert found.advice.isprintable()


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "Port 9001 is taken."),
        (PermissionError(errno.EACCES, "denied"), "Port 9001 needs administrator rights."),
        (OSError(errno.EADDRNOTAVAIL, "not available"), "192.0.2.1 is not an address of this computer."),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "Unknown host: 192.0.2.1 has no address."),
        (OSError(errno.EIO, "broken"), "Could not listen on 192.0.2.1:9001: broken."),
    ],
)
def test_listen_words(error: OSError, text: str) -> None:
    assert listen_words(error, host="192.0.2.1", port=9001).text == text


def test_place_brackets_ipv6() -> None:
    assert (place("::1", 80), place("a.example", 80)) == ("[::1]:80", "a.example:80")
    assert place("a/unix:socket", 0) == "a/unix:socket"


def test_both_sentences_in_one_line() -> None:
    assert str(Words("It is.", "Do that.")) == "It is. Do that."
    assert str(Words("It is.")) == "It is."
