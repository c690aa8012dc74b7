"""How is a Sec-WebSocket-Extensions header read and written? (RFC 6455 9.1)"""

from __future__ import annotations

import re
from typing import TypeAlias

from framescope.engine.errors import InvalidHeaderFormat
from framescope.engine.headers import Headers, is_token

NAME = "Sec-WebSocket-Extensions"
Parameters: TypeAlias = list[tuple[str, str | None]]
Extension: TypeAlias = tuple[str, Parameters]

_SPACE = re.compile(r"[ \t]*")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_QUOTED = re.compile(r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"')


def build_extensions(extensions: list[Extension]) -> str:
    """Write a header value."""
    return ", ".join(
        "; ".join([name, *(key if value is None else f"{key}={value}" for key, value in parameters)])
        for name, parameters in extensions
    )


def parse_extensions(headers: Headers) -> list[Extension]:
    """Read all the header's lines as one list, in order. Raises `InvalidHeaderFormat`."""
    values = headers.get_all(NAME)
    return _Scanner(", ".join(values)).extensions() if values else []


class _Scanner:
    """Walks one header value from left to right, never back: linear in its length."""

    def __init__(self, value: str) -> None:
        self._value = value
        self._position = 0

    def extensions(self) -> list[Extension]:
        found: list[Extension] = []
        # RFC 9110 5.6.1: empty list elements are ignored, but an element at least must stand.
        while self._skip() < len(self._value):
            if self._take(","):
                continue
            found.append((self._token("extension name"), self._parameters()))
            self._skip()
            if self._position < len(self._value) and not self._take(","):
                raise self._fault("expected a comma")
        if not found:
            raise self._fault("expected an extension name")
        return found

    def _parameters(self) -> Parameters:
        parameters: Parameters = []
        self._skip()
        while self._take(";"):
            self._skip()
            key = self._token("parameter name")
            self._skip()
            value = None
            if self._take("="):
                self._skip()
                value = self._parameter_value()
                self._skip()
            parameters.append((key, value))
        return parameters

    def _parameter_value(self) -> str:
        quoted = _QUOTED.match(self._value, self._position)
        if quoted is None:
            return self._token("parameter value")
        value = re.sub(r"\\(.)", r"\1", quoted[0][1:-1])
        # RFC 6455 9.1: "the value after quoted-string unescaping MUST conform to the 'token' ABNF"
        if not is_token(value):
            raise self._fault("quoted value is no token")
        self._position = quoted.end()
        return value

    def _skip(self) -> int:
        match = _SPACE.match(self._value, self._position)
        self._position = match.end() if match else self._position
        return self._position

    def _take(self, character: str) -> bool:
        if not self._value.startswith(character, self._position):
            return False
        self._position += 1
        return True

    def _token(self, what: str) -> str:
        match = _TOKEN.match(self._value, self._position)
        if match is None:
            raise self._fault(f"expected {what}")
        self._position = match.end()
        return match[0]

    def _fault(self, error: str) -> InvalidHeaderFormat:
        return InvalidHeaderFormat(NAME, error, self._value[:200], self._position)
