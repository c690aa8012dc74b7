"""Where does a redirect lead, and what must not go there? (RFC 6455 4.1, RFC 9110 15.4)"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from framescope.engine.errors import InvalidStatus, SecurityError
from framescope.engine.url import Address, parse_url
from framescope.net.route import Route

MAX_REDIRECTS = 10
_STATUSES = frozenset({300, 301, 302, 303, 307, 308})
_CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})


def target_of(error: InvalidStatus, uri: str) -> str | None:
    """Return the address that the answer to `uri` points to; None when it is no redirect."""
    targets = error.response.headers.get_all("Location")
    if error.response.status_code not in _STATUSES or len(targets) != 1:
        return None
    return urljoin(uri, targets[0])


def follow(old: Address, uri: str, route: Route) -> Address:
    """Judge the redirect from `old` to `uri` by the way that the caller chose. Raises what forbids it."""
    new = parse_url(uri)
    if route.sock is not None:
        raise ValueError(f"cannot follow redirect to {uri} with a preexisting socket")
    if old.is_secure and not new.is_secure:
        raise SecurityError(f"cannot follow redirect to non-secure URI {uri}")
    if route.is_fixed and not is_same_origin(old, new):
        what = "a Unix socket" if route.unix else "an explicit host or port"
        raise ValueError(f"cannot follow cross-origin redirect to {uri} with {what}")
    return new


def is_same_origin(old: Address, new: Address) -> bool:
    """Tell whether both addresses are one server's."""
    return (old.is_secure, old.host, old.port) == (new.is_secure, new.host, new.port)


def without_credentials(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Drop what is meant for the server that was asked first."""
    return [(name, value) for name, value in headers if name.lower() not in _CREDENTIALS]
