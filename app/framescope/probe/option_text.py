"""What did a person write into the connection's options? Text fields into values, refused before anything is sent.

Qt-free. RELIABILITY V11: a line break or NUL in any field is refused, since it would start another header.
"""

from __future__ import annotations

import re
from pathlib import Path

from framescope.engine.headers import check_header, is_token

#: The handshake writes these itself; a second one would break it (RFC 6455 4.1).
_RESERVED = {"upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class BadOption(ValueError):
    """A field that cannot be sent as it stands. `field` names it, the text says why."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def read_headers(text: str) -> list[tuple[str, str]]:
    """Read "Name: value" lines; blank lines are skipped."""
    headers = []
    for line in _lines(text):
        name, colon, value = line.partition(":")
        name, value = name.strip(" \t"), value.strip(" \t")
        if not colon:
            raise BadOption("headers", f"“{line.strip()}” has no colon: write Name: value, one header a line.")
        if name.lower() in _RESERVED:
            raise BadOption("headers", f"{name} belongs to the handshake; Framescope writes it.")
        if name.lower() == "sec-websocket-protocol":
            raise BadOption("headers", "Write subprotocols into their own field.")
        _check("headers", name, value)
        headers.append((name, value))
    return headers


def read_cookies(text: str) -> list[tuple[str, str]]:
    """Read "name=value" lines; blank lines are skipped."""
    cookies = []
    for line in _lines(text):
        name, equals, value = line.strip(" \t").partition("=")
        if not equals or not is_token(name):
            raise BadOption("cookies", f"“{line.strip()}” is no cookie: write name=value, one a line.")
        if ";" in value:
            raise BadOption("cookies", f"The value of {name} has a semicolon, which would begin another cookie.")
        _check("cookies", "Cookie", value, shown=name)
        cookies.append((name, value))
    return cookies


def read_subprotocols(text: str) -> list[str]:
    """Read names between commas, in order of preference."""
    _refuse_control("subprotocols", text)
    names = [name for part in text.split(",") if (name := part.strip())]
    for name in names:
        if not is_token(name):
            raise BadOption("subprotocols", f"“{name}” is no subprotocol name: no spaces, no {_odd(name)}.")
        if names.count(name) > 1:
            raise BadOption("subprotocols", f"“{name}” stands there twice; each subprotocol once.")
    return names


def read_origin(text: str) -> str | None:
    """Read the Origin header's value; None for none."""
    _refuse_control("origin", text)
    origin = text.strip()
    if origin:
        _check("origin", "Origin", origin)
    return origin or None


def read_ca_file(text: str) -> str | None:
    """Read the path of a file with certificates to trust; None for none."""
    _refuse_control("ca_file", text)
    path = text.strip()
    if not path:
        return None
    try:
        file = Path(path).expanduser()
        is_there = file.is_file()
    except (OSError, RuntimeError) as error:  # a name too long, a folder that is closed, an unknown ~user
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadOption("ca_file", f"{path} cannot be read: {reason}.") from error
    if not is_there:
        raise BadOption("ca_file", f"There is no file {path}.")
    return str(file)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip(" \t")]


def _check(field: str, name: str, value: str, shown: str = "") -> None:
    _refuse_control(field, value, shown or name)
    try:
        check_header(name, value)
    except ValueError as error:
        text = str(error)
        raise BadOption(field, f"{text[0].upper()}{text[1:]}.") from error


def _refuse_control(field: str, text: str, shown: str = "") -> None:
    found = _CONTROL.search(text)
    if found is not None:
        kind = {"\r": "a line break", "\n": "a line break", "\0": "a NUL"}.get(found[0], "a control character")
        where = f"The value of {shown}" if shown else "This field"
        raise BadOption(field, f"{where} has {kind}; it cannot be sent.")


def _odd(name: str) -> str:
    return next((f"“{character}”" for character in name if not is_token(character)), "separators")
