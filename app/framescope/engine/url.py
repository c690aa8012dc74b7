"""What does a ws:// or wss:// address mean? (RFC 6455 3)"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from framescope.engine.errors import InvalidURI


class Address(NamedTuple):
    """A WebSocket URI taken apart. `host` is without brackets; `resource` is path and query, escaped."""

    is_secure: bool
    host: str
    port: int
    resource: str
    username: str | None = None
    password: str | None = None

    @property
    def authority(self) -> str:
        """What the Host header says: the port only where it is not the default one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
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
    try:
        host = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    except UnicodeError as error:
        raise InvalidURI(text, f"hostname is not valid: {error}") from error
    username = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    if username is not None and password is None:
        raise InvalidURI(text, "username provided without password")
    try:
        resource = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        if parts.query:
            resource += "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
    except UnicodeEncodeError as error:
        raise InvalidURI(text, "it has half a character") from error
    is_secure = parts.scheme == "wss"
    return Address(is_secure, host, port or (443 if is_secure else 80), resource, username, password)
