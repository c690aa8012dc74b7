"""Does each way in which a proxy fails have its own plain sentence? What needs a real one is in test_tunnel.py."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from framescope.engine.errors import InvalidProxyMessage, InvalidProxyStatus, ProxyError
from framescope.engine.headers import Headers
from framescope.engine.http import Response
from framescope.net.connect_errors import TlsTimeout, Words
from framescope.net.proxies import Proxy
from framescope.net.proxy_errors import proxy_words


def said(error: BaseException, phase: str = "proxy", timeout: float | None = 10, username: str | None = None) -> Words:
    proxy = Proxy("http", "127.0.0.1", 3128, username, username)
    return proxy_words(error, proxy=proxy, target="a.example:80", phase=phase, timeout=timeout)


def status(code: int) -> InvalidProxyStatus:
    return InvalidProxyStatus(Response(code, "", Headers()))


def caused(cause: BaseException | None, kind: type[ProxyError] = InvalidProxyMessage) -> ProxyError:
    error = kind("did not receive a valid HTTP response from proxy")
    error.__cause__ = cause
    return error


def socks(code: int | None) -> ProxyError:
    cause = Exception("General SOCKS server failure")
    cause.error_code = code  # type: ignore[attr-defined]
    return caused(cause, ProxyError)


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


FAULTS = [
    (status(407), "wants a user name and a password (HTTP 407).", "http://user:password@127.0.0.1:3128"),
    (status(403), "forbids the way to a.example:80 (HTTP 403).", "Ask"),
    (status(501), "makes no tunnels (HTTP 501 to CONNECT).", "web server"),
    (status(502), "could not reach a.example:80 (HTTP 502).", "Check the address"),
    (status(504), "could not reach a.example:80 (HTTP 504).", "Check the address"),
    (status(400), "refused the way to a.example:80: HTTP 400.", "rules"),
    (caused(EOFError()), "ended the connection without an answer.", "https://"),
    (caused(ConnectionResetError()), "dropped the connection without an answer.", "https://"),
    (caused(ValueError("the proxy speaks TLS")), "speaks TLS on port 3128.", "https://"),
    (caused(ValueError("odd\x1b[1m")), "is no HTTP that can be taken: odd [1m.", "kind"),
    (caused(None), "is no HTTP that can be taken: did not receive", "kind"),
    (socks(1), "The SOCKS proxy did not connect to a.example:80: General SOCKS server failure.", "log"),
    (socks(2), "General", "Ask who runs"),
    (socks(5), "General", "proxy's view"),
    (socks(None), "General", "user name and password"),
    (socket.gaierror(socket.EAI_NONAME, "unknown"), "Unknown host: 127.0.0.1 has no address.", "proxy's address"),
    (tls("WRONG_VERSION_NUMBER"), "The proxy does not speak TLS on port 3128.", "http://"),
    (ssl.SSLEOFError(8, "EOF"), "The proxy does not speak TLS on port 3128.", "http://"),
    (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "TLS with the proxy failed: the server wants a client certificate.", ""),
    (TlsTimeout(2.5), "Timed out after 2.5 s during TLS with the proxy.", "127.0.0.1:3128"),
    (TimeoutError(), "Timed out after 10 s during the proxy's answer.", "took the connection"),
    (ConnectionRefusedError(errno.ECONNREFUSED, ""), "Refused: no proxy listens on 127.0.0.1:3128.", "Start"),
    (ConnectionResetError(errno.ECONNRESET, ""), "Reset: the proxy 127.0.0.1:3128 dropped the connection.", "again"),
    (OSError(errno.ENETUNREACH, ""), "Unreachable: there is no way to the proxy 127.0.0.1:3128.", "Check"),
    (ConnectionAbortedError("connecting was given up"), "Given up before the connection was open.", ""),
    (ValueError("label too long"), "Could not connect to 127.0.0.1:3128: label too long.", ""),
]


@pytest.mark.parametrize(("error", "text", "advice"), FAULTS)
def test_words(error: BaseException, text: str, advice: str) -> None:
    found = said(error)
    assert text in found.text
    assert found.text.endswith(".")
    assert advice in found.advice
    assert bool(found.advice) == bool(advice)


def test_each_fault_differs() -> None:
    texts = [said(error).text for error, text, _ in FAULTS if text != "General"]
    assert len(set(texts)) == len(texts) - 1  # both ways in which TLS is missing say the same


def test_wrong_credentials_differ_from_none() -> None:
    assert said(status(407), username="u").text == "The proxy does not accept the user name and password (HTTP 407)."


@pytest.mark.parametrize(
    ("phase", "text"),
    [
        ("dns", "Timed out after 10 s during the lookup of the proxy's name."),
        ("tcp", "Timed out after 10 s during TCP connect to the proxy."),
        ("", "Timed out after 10 s."),
    ],
)
def test_timeout_names_the_step(phase: str, text: str) -> None:
    found = said(TimeoutError(), phase)
    assert found.text == text
    assert "Nothing answers at the proxy 127.0.0.1:3128" in found.advice
    assert said(TimeoutError(), "tcp", None).text == "Timed out during TCP connect to the proxy."
