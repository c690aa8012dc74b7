"""Which address does a person mean, and can it be one? Qt-free."""

from __future__ import annotations

import re

from framescope.engine.errors import InvalidURI
from framescope.engine.url import parse_url

#: Hosts that are this computer: nobody types ws:// for them, and few have a certificate.
_HERE = re.compile(r"(localhost|[^/?#]*\.localhost|127(\.[0-9]+){1,3}|\[::1\])(:[0-9]*)?([/?#].*)?", re.IGNORECASE)


def complete(text: str) -> str:
    """Add the scheme that is missing: ws:// for this computer, wss:// for any other; "" stays."""
    text = text.strip()
    if not text or "://" in text:
        return text
    return f"{'ws' if _HERE.fullmatch(text) else 'wss'}://{text}"


def refusal(text: str) -> str:
    """Say in one sentence why `text` is no address; "" when it is one."""
    if not text:
        return "Type an address: ws:// or wss://"
    try:
        parse_url(text)
    except InvalidURI as error:
        return f"Not a WebSocket address: {error.msg}"
    return ""


def host_span(text: str) -> tuple[int, int]:
    """Return where the host (with port) stands in `text`: the part that is drawn bright."""
    start = text.find("://") + 3 if "://" in text else 0
    rest = re.search(r"[/?#]", text[start:])
    end = len(text) if rest is None else start + rest.start()
    userinfo = text.rfind("@", start, end)
    return (start if userinfo < 0 else userinfo + 1), end
