"""Why could a connection not be opened, in words for people: what happened, then what to do about it?"""

from __future__ import annotations

import errno
import socket
import ssl
from typing import NamedTuple

from framescope.engine.errors import (
    InvalidHandshake,
    InvalidHeaderValue,
    InvalidMessage,
    InvalidStatus,
    InvalidUpgrade,
    InvalidURI,
    NegotiationError,
    SecurityError,
)
from framescope.engine.settings import format_duration

#: How the steps of connecting are called in a sentence.
_STEPS = {"dns": "the name lookup", "tcp": "TCP connect", "tls": "TLS", "upgrade": "the upgrade"}
_LONGEST = 300  # characters of the peer's own words


class TlsTimeout(ConnectionAbortedError):
    """The TLS handshake took longer than its own limit; the class is that which asyncio raises."""

    def __init__(self, limit: float) -> None:
        super().__init__(f"SSL handshake is taking longer than {limit} seconds: aborting the connection")
        self.limit = limit


class Words(NamedTuple):
    """Two plain sentences; `advice` may be empty."""

    text: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.advice}".rstrip()


def words(error: BaseException, *, host: str, port: int, phase: str = "", timeout: float | None = None) -> Words:
    """Say why connecting to `host` and `port` failed in `phase`. `timeout`: open_timeout in seconds."""
    where = place(host, port)
    if isinstance(error, InvalidURI):
        return Words(f"Not a WebSocket address: {error.msg}.", "It begins with ws:// or wss://.")
    if isinstance(error, InvalidHandshake):
        return _handshake(error, host, where)
    if isinstance(error, TlsTimeout):
        return Words(ran_out(error.limit, _STEPS["tls"]), _silence("tls", where))
    if isinstance(error, ConnectionAbortedError) and error.errno is None:
        return Words("Given up before the connection was open.")
    if isinstance(error, socket.gaierror):
        return lookup_words(error, host)
    if isinstance(error, ssl.SSLError):
        return _tls(error, host, where)
    if isinstance(error, TimeoutError) and error.errno is None:
        return Words(ran_out(timeout, _STEPS.get(phase)), _silence(phase, where))
    if isinstance(error, OSError):
        return network_words(error, where, phase)
    return Words(f"Could not connect to {where}: {cut(str(error)) or type(error).__name__}.")


def listen_words(error: OSError, *, host: str, port: int) -> Words:
    """Say why a server could not listen on `host` and `port`."""
    if error.errno == errno.EADDRINUSE:
        return Words(f"Port {port} is taken.", "Choose another port, or stop the program that listens there.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Words(f"Port {port} needs administrator rights.", "Choose a port from 1024 on.")
    if error.errno == errno.EADDRNOTAVAIL:
        return Words(f"{host} is not an address of this computer.", "Listen on 127.0.0.1 or on one of its own.")
    if isinstance(error, socket.gaierror):
        return lookup_words(error, host)
    return Words(f"Could not listen on {place(host, port)}: {_system_words(error)}.")


def place(host: str, port: int) -> str:
    """Write an address: 127.0.0.1:9001, [::1]:9001; a Unix socket's path has no port."""
    if not port:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def ran_out(limit: float | None, step: str | None) -> str:
    """Say that `limit` (s) has passed during `step`."""
    return (
        f"Timed out{'' if limit is None else f' after {format_duration(limit)} s'}{f' during {step}' if step else ''}."
    )


def _silence(phase: str, where: str) -> str:
    if phase == "dns":
        return "The DNS server does not answer. Check the network connection."
    if phase == "tcp":
        return f"Nothing answers at {where}: a firewall may drop the packets, or the host is down."
    if phase == "tls":
        return "The server took the connection and does not speak TLS. Try ws://, or raise open_timeout."
    return "The server took the connection and does not answer the request. Check the port, or raise open_timeout."


def lookup_words(error: socket.gaierror, host: str) -> Words:
    """Say why `host` could not be looked up."""
    if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
        return Words(f"Unknown host: {host} has no address.", "Check the spelling, or the network's DNS.")
    if error.errno == socket.EAI_AGAIN:
        return Words(f"The DNS server gave no answer for {host}.", "Check the network connection and try again.")
    return Words(f"The lookup of {host} failed: {_system_words(error)}.", "Check the network's DNS.")


def network_words(error: OSError, where: str, phase: str) -> Words:
    """Say what the network did to us on the way to `where`."""
    during = f" during {_STEPS[phase]}" if phase in ("tls", "upgrade") else ""
    if isinstance(error, ConnectionRefusedError):
        return Words(f"Refused: nothing listens on {where}.", "Start a server there, or check the port.")
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL):
        return Words(f"Unreachable: there is no way to {where}.", "Check the network connection, the address, a VPN.")
    if isinstance(error, ConnectionError):
        advice = {
            "tls": "It may want another TLS version, a client certificate, or no TLS at all: try ws://.",
            "upgrade": "It may not be a web server, or want TLS: try wss://.",
        }
        return Words(f"Reset: {where} dropped the connection{during}.", advice.get(phase, "Try again."))
    if error.errno == errno.ETIMEDOUT:
        return Words(f"No answer from {where}.", "A firewall may drop the packets, or the host is down.")
    return Words(f"Could not connect to {where}: {_system_words(error)}.")


_CERTIFICATES = {
    9: ("it is not valid yet", "Check this computer's clock, or the server's certificate."),
    10: ("it has expired", "Renew the server's certificate, or check this computer's clock."),
    18: ("self-signed certificate", "Give it as CA file, or switch the check off for this connection."),
    19: ("self-signed certificate in the chain", "Give that certificate as CA file."),
    20: ("unknown certificate authority", "Give the authority's certificate as CA file."),
    21: ("the chain is not complete", "Give the authority's certificate as CA file, or mend the server's chain."),
}
_TLS_REASONS = {
    "NO_PROTOCOLS_AVAILABLE": ("no TLS version in common", "The server may only know an old one."),
    "UNSUPPORTED_PROTOCOL": ("no TLS version in common", "The server may only know an old one."),
    "TLSV1_ALERT_PROTOCOL_VERSION": ("no TLS version in common", "The server may only know another one."),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": ("the server agrees to nothing offered", "It may want a client certificate."),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": ("the server wants a client certificate", ""),
    "TLSV1_UNRECOGNIZED_NAME": ("the server does not know that host name", "Check the address."),
    "TLSV1_ALERT_NO_APPLICATION_PROTOCOL": ("the server does not speak HTTP/1.1 there", "It may be HTTP/2 only."),
}
#: What OpenSSL says when the answer is no TLS at all; the word depends on its version and on the first bytes.
_NO_TLS = {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_MESSAGE", "INVALID_RECORD_TYPE"}


def _tls(error: ssl.SSLError, host: str, where: str) -> Words:
    if isinstance(error, ssl.SSLCertVerificationError):
        why, advice = certificate_fault(error, host)
        return Words(f"Certificate not trusted: {why}.", advice)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Words(f"{where} ended the connection during TLS.", "It may not speak TLS on that port: try ws://.")
    if is_no_tls(error):
        return Words(f"No TLS on port {where.rpartition(':')[2]}.", "Try ws://.")
    why, advice = tls_fault(error)
    return Words(f"TLS failed: {why}.", advice)


def certificate_fault(error: ssl.SSLCertVerificationError, host: str) -> Words:
    """Say what is wrong with the certificate of `host`: a part of a sentence, and an advice."""
    if error.verify_code in (62, 64):
        return Words(f"it is not for {host}", "Check the host name in the address.")
    return Words(*_CERTIFICATES.get(error.verify_code, (cut(error.verify_message), "")))


def is_no_tls(error: ssl.SSLError) -> bool:
    """Tell whether the answer to our TLS handshake was no TLS."""
    return _reason(error) in _NO_TLS


def tls_fault(error: ssl.SSLError) -> Words:
    """Say why TLS failed: a part of a sentence, and an advice."""
    reason = _reason(error)
    return Words(*_TLS_REASONS.get(reason, (cut(reason or str(error)), "")))


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "reason", None) or ""  # only OpenSSL's own errors have one


def _handshake(error: InvalidHandshake, host: str, where: str) -> Words:
    if isinstance(error, InvalidStatus):
        return _status(error)
    limit = error.__cause__ if isinstance(error, InvalidMessage) else error
    if isinstance(limit, SecurityError):
        return Words(f"Not accepted: {cut(str(limit))}.")
    if isinstance(error, NegotiationError):
        return Words(f"No agreement on the upgrade: {cut(str(error))}.", "Compare what both sides offer.")
    if isinstance(error, InvalidMessage):
        cause = error.__cause__
        if isinstance(cause, ssl.SSLError):
            # RFC 8446 2: with TLS 1.3 the server judges a client's certificate when the client is done already.
            return _tls(cause, host, where)
        if isinstance(cause, OSError):
            return network_words(cause, where, "upgrade")
        if isinstance(cause, EOFError):
            return Words(
                f"{where} ended the connection during the upgrade.",
                "It may not be a web server, or want TLS: try wss://.",
            )
        said = f": {cut(str(cause))}" if cause is not None else ""
        return Words(f"Not HTTP{said}.", "Check the port; if it speaks TLS, try wss://.")
    if isinstance(error, InvalidUpgrade):
        return Words(f"Not a WebSocket: {cut(str(error))}.", "A proxy on the way may not let upgrades pass.")
    if isinstance(error, InvalidHeaderValue) and error.name == "Sec-WebSocket-Accept":
        return Words("Not a WebSocket: the server's proof (Sec-WebSocket-Accept) is wrong.", "A cache may answer.")
    return Words(f"Not a WebSocket: {cut(str(error))}.")


def _status(error: InvalidStatus) -> Words:
    response = error.response
    code = response.status_code
    text = f"Not a WebSocket: HTTP {code} instead of 101."
    if code in (401, 403):
        return Words(text, "It may want an Origin, a cookie or a token.")
    if 300 <= code < 400:
        targets = response.headers.get_all("Location")
        return Words(text, f"It points to {cut(targets[0])}." if targets else "")
    if code == 407:
        return Words(text, "A proxy wants a user name and a password.")
    if code in (200, 404, 405, 410):
        return Words(text, "Check the path: the server is there, without a WebSocket at this address.")
    if code == 426:
        return Words(text, "The server wants another WebSocket version, or a proxy took the upgrade away.")
    if code == 429:
        return Words(text, "Too many connections or requests: wait, then try again.")
    if code >= 500:
        return Words(text, "The server or a proxy before it has a problem: try again later.")
    return Words(text, "The body of the answer may say why.")


def _system_words(error: OSError) -> str:
    return cut(error.strerror or str(error) or type(error).__name__)


def cut(text: str) -> str:
    """Make the peer's or the system's words one line of bounded length."""
    line = "".join(character if character.isprintable() else " " for character in text).strip()
    return (line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…").rstrip(".")
