"""Who may connect? HTTP Basic Authentication (RFC 7617), as a `process_request` for `serve`."""

from __future__ import annotations

import base64
import binascii
import hmac
import inspect
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Any, TypeAlias, TypeGuard

from framescope.engine.headers import MultipleValuesError
from framescope.engine.http import Request, Response
from framescope.net.connection import ServerConnection

Credentials: TypeAlias = tuple[str, str]
Check: TypeAlias = Callable[[str, str], Awaitable[bool] | bool]


def basic_auth(
    realm: str = "",
    credentials: Credentials | Iterable[Credentials] | None = None,
    check_credentials: Check | None = None,
) -> Callable[[ServerConnection, Request], Awaitable[Response | None]]:
    """Let in who knows one of `credentials`, or whom `check_credentials` lets in; then `username` says who it is.

    Others are answered with 401 and the `realm`. Raises ValueError unless one of both is given, TypeError for
    credentials that are none.
    """
    if (credentials is None) == (check_credentials is None):
        raise ValueError("provide either credentials or check_credentials")
    check = _known(credentials) if check_credentials is None else check_credentials

    async def process_request(connection: ServerConnection, request: Request) -> Response | None:
        found = _given(request)
        if isinstance(found, str):
            return _refusal(connection, found, realm)
        is_valid = check(*found)
        if inspect.isawaitable(is_valid):
            is_valid = await is_valid
        if not is_valid:
            return _refusal(connection, "Invalid credentials\n", realm)
        connection.username = found[0]
        return None

    return process_request


def _known(credentials: Any) -> Check:
    """Return what compares with `credentials`, in a time that tells nothing of the password."""
    if _is_pair(credentials):
        pairs = [credentials]
    elif isinstance(credentials, Iterable) and all(map(_is_pair, pairs := list(credentials))):
        pass
    else:
        raise TypeError(f"invalid credentials argument: {credentials}")
    passwords = dict(pairs)

    def check(username: str, password: str) -> bool:
        expected = passwords.get(username)
        return expected is not None and hmac.compare_digest(_bytes(expected), _bytes(password))

    return check


def _is_pair(credentials: Any) -> TypeGuard[Credentials]:
    try:
        username, password = credentials
    except (TypeError, ValueError):
        return False
    return isinstance(username, str) and isinstance(password, str)


def _given(request: Request) -> Credentials | str:
    """Return what the request's header says, or what is wrong with it."""
    try:
        header = request.headers["Authorization"]
    except KeyError:
        return "Missing credentials\n"
    except MultipleValuesError:
        return "Unsupported credentials\n"
    # RFC 9110 11.1: the scheme's case does not matter.
    scheme, _, encoded = header.strip().partition(" ")
    try:
        userinfo = base64.b64decode(encoded, validate=True).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        return "Unsupported credentials\n"
    username, colon, password = userinfo.partition(":")
    return (username, password) if scheme.lower() == "basic" and colon else "Unsupported credentials\n"


def _refusal(connection: ServerConnection, text: str, realm: str) -> Response:
    response = connection.respond(HTTPStatus.UNAUTHORIZED, text)
    quoted = realm.replace("\\", "\\\\").replace('"', '\\"')  # RFC 9110 5.6.4
    response.headers["WWW-Authenticate"] = f'Basic realm="{quoted}", charset="UTF-8"'
    return response


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
