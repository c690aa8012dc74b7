"""Which address does a person mean, and can it be one? Qt-free."""

from __future__ import annotations

import re

from framescope.engine.errors import InvalidURI
from framescope.engine.url import parse_url

#: Hosts that are this computer: nobody types ws:// for them, and few have a certificate.
_HERE = re.compile(r"(localhost|[^/?#]*\.localhost|127(\.[0-9]+){1,3}|\[::1\])(:[0-9]*)?([/?#].*)?", re.IGNORECASE)

_OF_WEB = {"http": "ws", "https": "wss"}
#: What urllib says, by its beginning, in plain words.
_PLAIN = (
    ("Port ", "the port is no number from 1 to 65535"),
    ("Invalid IPv6", "an IPv6 address stands in brackets, like [::1]"),
    ("hostname isn't", "the host is missing"),
    ("fragment identifier", "a part behind # has no meaning here"),
)


def complete(text: str) -> str:
    """Add the scheme that is missing: ws:// for this computer, wss:// for any other; "" stays."""
    text = text.strip()
    if not text or "://" in text:
        return text
    return f"{'ws' if _HERE.fullmatch(text) else 'wss'}://{text}"


def refusal(text: str) -> str:
    """Say why `text` is no address, and what to write; "" when it is one. No stop at the end: an address may be it."""
    if not text:
        return "Type an address: ws:// or wss://"
    try:
        parse_url(text)
    except InvalidURI as error:
        reason = next((plain for beginning, plain in _PLAIN if error.msg.startswith(beginning)), error.msg)
        return f"Not a WebSocket address: {reason}. {_advice(text)}"
    return ""


def _advice(text: str) -> str:
    scheme, separator, _ = text.partition("://")
    if separator and scheme.lower() in _OF_WEB:
        return f"For a WebSocket write {_OF_WEB[scheme.lower()]}:// in place of {scheme}://"
    return "Write it like ws://host:port/path"


def host_span(text: str) -> tuple[int, int]:
    """Return where the host (with port) stands in `text`: the part that is drawn bright."""
    start = text.find("://") + 3 if "://" in text else 0
    rest = re.search(r"[/?#]", text[start:])
    end = len(text) if rest is None else start + rest.start()
    userinfo = text.rfind("@", start, end)
    return (start if userinfo < 0 else userinfo + 1), end
