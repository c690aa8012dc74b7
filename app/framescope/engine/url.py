"""What does a ws:// or wss:// address mean? (RFC 6455 3)"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from framescope.engine.errors import InvalidURI

# RFC 3986 3.2.2: what a registered name may hold
_NAME = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_PATH = "/%:@!$&'()*+,;=~-._"
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Address(NamedTuple):
    """A WebSocket URI taken apart. `host` is without brackets, `resource` is path and query, escaped."""

    is_secure: bool
    host: str
    port: int
    resource: str
    username: str | None = None
    password: str | None = None

    @property
    def authority(self) -> str:
        """What the Host header says: the port only where it is not the default one."""
        # RFC 6874 4: a zone means something to this machine only.
        host = f"[{self.host.partition('%')[0]}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_secure else 80) else f"{host}:{self.port}"


def parse_url(text: str) -> Address:
    """Read an address; `InvalidURI` says what is wrong with it, before anything is connected."""
    if any(ord(character) < 0x21 or ord(character) == 0x7F for character in text):
        raise InvalidURI(text, "it has a space or a control character")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise InvalidURI(text, str(error)) from error
    if parts.scheme not in ("ws", "wss"):  # urlsplit has folded the scheme's case
        scheme = f"scheme is {parts.scheme}" if parts.scheme else "scheme is missing"
        raise InvalidURI(text, f"{scheme}, not ws or wss")
    if not parts.hostname:
        raise InvalidURI(text, "hostname isn't provided")
    # RFC 6455 3: "Fragment identifiers are meaningless in the context of WebSocket URIs and MUST NOT
    # be used on these URIs"; a bare "#" is one too.
    if "#" in text:
        raise InvalidURI(text, "fragment identifier is meaningless")
    if port == 0:
        raise InvalidURI(text, "port 0 cannot be connected to")
    host = _host(parts.hostname, text)
    username = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    if username is not None and password is None:
        raise InvalidURI(text, "username provided without password")
    if username is not None and ":" in username:
        raise InvalidURI(text, "username has a colon")  # RFC 7617 2
    if _BROKEN_ESCAPE.search(parts.path + parts.query):
        raise InvalidURI(text, "a % is not followed by two hexadecimal digits")
    try:
        resource = quote(parts.path or "/", safe=_PATH)
        if parts.query:
            resource += "?" + quote(parts.query, safe=_PATH + "?")
    except UnicodeEncodeError as error:
        raise InvalidURI(text, "it has half a character") from error
    is_secure = parts.scheme == "wss"
    return Address(is_secure, host, port or (443 if is_secure else 80), resource, username, password)


def _host(name: str, text: str) -> str:
    if ":" in name:
        return name.replace("%25", "%")  # RFC 6874 2: how a zone is written in a URI
    try:
        host = name.encode("idna").decode()
    except UnicodeError as error:
        raise InvalidURI(text, f"hostname is not valid: {error}") from error
    if _NAME.fullmatch(host) is None:
        raise InvalidURI(text, "hostname has a character that is not allowed")
    return host
