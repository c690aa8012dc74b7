"""Which proxy is meant, what is CONNECT asked of it, and is its answer a yes? (RFC 6455 4.1, RFC 9110 9.3.6)"""

from __future__ import annotations

import base64
import ipaddress
import os
import re
import sys
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from framescope.engine.errors import InvalidProxy, InvalidProxyMessage, InvalidProxyStatus
from framescope.engine.handshake import parse_response
from framescope.engine.headers import BadHead, Headers, HeadReader
from framescope.engine.http import Request
from framescope.engine.settings import Limits
from framescope.engine.url import Address

#: RFC 7230 2.7: http and https; IANA's port of SOCKS.
_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
_LONGEST_SOCKS_CREDENTIAL = 255  # B; RFC 1929 2: a length in one byte
_CREDENTIALS = re.compile(r"(?P<scheme>[A-Za-z0-9+.\-]*://)?.*@", re.DOTALL)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy's address taken apart; `host` is without brackets. Its credentials are in no text of ours."""

    scheme: str  #: http, https, socks4, socks4a, socks5, socks5h
    host: str
    port: int
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def is_socks(self) -> bool:
        return self.scheme.startswith("socks")

    @property
    def resolves_names(self) -> bool:
        """Tell whether the proxy looks the server's name up; otherwise that is for us."""
        return self.scheme not in ("socks4", "socks5")

    def __str__(self) -> str:
        return f"{self.scheme}://{_authority(self.host, self.port)}"


def choose_proxy(proxy: str | Literal[True] | None, address: Address, *, is_local_direct: bool = False) -> Proxy | None:
    """Return the proxy on the way to `address`; True asks the environment. Raises InvalidProxy.

    `is_local_direct` leaves what the environment says out for this machine's own addresses.
    """
    if proxy is True:
        proxy = None if is_local_direct and is_loopback(address.host) else proxy_of_environment(address)
    return None if proxy is None else parse_proxy(proxy)


def proxy_of_environment(address: Address) -> str | None:
    """Return what the environment, or the system's settings, say about `address`.

    RFC 6455 4.1 asks for a SOCKS proxy first, then for that of HTTPS; as in websockets, ws_proxy and wss_proxy
    go before both.
    """
    if sys.platform not in ("darwin", "win32") and not any(name.lower().endswith("_proxy") for name in os.environ):
        return None
    import urllib.request  # 15 ms, and only where a proxy may be

    if urllib.request.proxy_bypass(f"{address.host}:{address.port}"):
        return None
    proxies = urllib.request.getproxies()
    for kind in ("wss", "socks", "https") if address.is_secure else ("ws", "socks", "https", "http"):
        proxy = proxies.get(kind)
        if proxy:
            # So a system's settings call a SOCKS proxy.
            return "socks5h" + proxy[4:] if kind == "socks" and proxy.startswith("http://") else proxy
    return None


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine, by its name or its number (RFC 6761 6.3)."""
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        name = host.lower().rstrip(".")
        return name == "localhost" or name.endswith(".localhost")
    mapped = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return (mapped or number).is_loopback


def parse_proxy(text: str) -> Proxy:
    """Read a proxy's address. Raises InvalidProxy, which repeats neither user name nor password."""

    def fault(message: str) -> InvalidProxy:
        return InvalidProxy(without_credentials(text), message)

    if any(ord(character) < 0x21 or ord(character) == 0x7F for character in text):
        raise fault("it has a space or a control character")
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[1].lower() not in _PORTS:
        raise fault(f"scheme {scheme[1]} isn't supported" if scheme else "scheme is missing")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # its text may repeat a part of a password
        raise fault("it is not well-formed") from None
    if not parts.hostname:
        raise fault("hostname isn't provided")
    for what, found in (("path", parts.path.strip("/")), ("query", parts.query), ("fragment", parts.fragment)):
        if found:
            raise fault(f"{what} is meaningless")
    if port == 0:
        raise fault("port 0 cannot be connected to")
    try:
        name = parts.hostname
        host = name.replace("%25", "%") if ":" in name else name.encode("idna").decode()
        username = None if parts.username is None else unquote(parts.username, errors="strict")
        password = None if parts.password is None else unquote(parts.password, errors="strict")
    except UnicodeError:
        raise fault("it has characters that cannot be") from None
    if username is not None and password is None:
        raise fault("username provided without password")
    proxy = Proxy(parts.scheme, host, port or _PORTS[parts.scheme], username, password)
    if (wrong := _wrong_credentials(proxy)) is not None:
        raise fault(wrong)
    return proxy


def without_credentials(text: str) -> str:
    """Hide what may be a user name and a password in a proxy's address, however broken it is."""
    return _CREDENTIALS.sub(lambda found: f"{found['scheme'] or ''}***@", text, count=1)


def _wrong_credentials(proxy: Proxy) -> str | None:
    if proxy.username is None or proxy.password is None:
        return None
    if not proxy.is_socks:
        # RFC 7617 2: "a user-id containing a colon character is invalid"
        return "username has a colon" if ":" in proxy.username else None
    for value in (proxy.username, proxy.password):
        if not value.isascii() or len(value) > _LONGEST_SOCKS_CREDENTIAL or "\0" in value:
            return "a SOCKS proxy takes at most 255 ASCII characters as username and password"
    return None


def connect_request(proxy: Proxy, host: str, port: int, user_agent: str | None) -> bytes:
    """Write the request for a tunnel to `host` and `port`. Raises ValueError for a header that cannot be sent."""
    authority = _authority(host, port)
    # RFC 9112 3.2.3: "a client MUST send only the host and port of the tunnel destination"
    headers = Headers({"Host": authority})
    if user_agent:
        headers["User-Agent"] = user_agent
    if proxy.username is not None:
        # RFC 7617 2
        credentials = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
        headers["Proxy-Authorization"] = f"Basic {credentials}"
    return Request(authority, headers, "CONNECT").serialise()


class ConnectAnswer:
    """Reads the head of a proxy's answer, within `Limits`, and judges it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._head = HeadReader(limits or Limits())
        self._begin = b""

    def feed(self, data: bytes) -> bytes | None:
        """Return the tunnel's first bytes once the answer is there. Raises InvalidProxyMessage, InvalidProxyStatus."""
        self._begin = (self._begin + data[:60])[:60]
        try:
            self._check_begin()
            whole = self._head.feed(data)
            if whole is None:
                return None
            response = parse_response(whole[0])
        except BadHead as error:
            raise _no_answer() from error
        # RFC 9110 9.3.6: "Any 2xx (Successful) response indicates that the sender ... will switch to tunnel mode
        # immediately after the response header section"; whatever it says of a body.
        if not 200 <= response.status_code < 300:
            raise InvalidProxyStatus(response)
        return whole[1]

    def end(self, error: OSError | None = None) -> InvalidProxyMessage:
        """Make the exception for a stream that ended, or broke with `error`, before the answer was there."""
        failure = _no_answer()
        failure.__cause__ = error or EOFError("connection closed while reading the proxy's answer")
        return failure

    def _check_begin(self) -> None:
        # Said at once: what is no HTTP may have no line end for which one could wait.
        if self._begin[:1] in (b"\x15", b"\x16"):  # RFC 8446 5.1: an alert, a handshake
            raise BadHead("the proxy speaks TLS")
        if not b"HTTP/".startswith(self._begin[:5]):
            raise BadHead(f"invalid HTTP status line: {self._begin!r}")


def _no_answer() -> InvalidProxyMessage:
    return InvalidProxyMessage("did not receive a valid HTTP response from proxy")


def _authority(host: str, port: int) -> str:
    # RFC 6874 4: a zone means something to this machine only.
    return f"[{host.partition('%')[0]}]:{port}" if ":" in host else f"{host}:{port}"
