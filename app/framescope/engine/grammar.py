"""How are comma-separated header values read, strictly and in linear time? (RFC 9110 5.6, RFC 6455 9.1)"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from framescope.engine.errors import InvalidHeaderFormat
from framescope.engine.headers import Headers

_SPACE = re.compile(r"[ \t]*")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_PROTOCOL = re.compile(f"{_TOKEN.pattern}(?:/{_TOKEN.pattern})?")
_QUOTED = re.compile(r'"(?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t \x21-\x7e])*"')
_SHOWN = 200  #: characters of a faulty value that its error repeats

Item = TypeVar("Item")


class Scanner:
    """Walks one value of the header `name` from left to right, never back. Faults read as `websockets` words them."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value
        self._position = 0

    def items(self, read: Callable[[Scanner], Item]) -> list[Item]:
        """Read a list of at least one element. RFC 9110 5.6.1: empty elements are ignored."""
        found: list[Item] = []
        self._skip_commas()
        while not found or self._position < len(self._value):
            found.append(read(self))
            self.skip()
            if self._position < len(self._value) and not self._value.startswith(",", self._position):
                raise self._fault("expected comma")
            self._skip_commas()
        return found

    def token(self) -> str:
        """Read a token."""
        return self._match(_TOKEN, "token")

    def protocol(self) -> str:
        """Read an element of Upgrade: a name, and a version behind a slash."""
        return self._match(_PROTOCOL, "protocol")

    def value(self) -> str:
        """Read a parameter's value: a token, plain or quoted."""
        if not self._value.startswith('"', self._position):
            return self.token()
        start = self._position
        value = re.sub(r"\\(.)", r"\1", self._match(_QUOTED, "quoted string")[1:-1])
        # RFC 6455 9.1: "the value after quoted-string unescaping MUST conform to the 'token' ABNF"
        if _TOKEN.fullmatch(value) is None:
            self._position = start
            raise self._fault("invalid quoted header content")
        return value

    def take(self, character: str) -> bool:
        """Step over a character and the space around it; tell whether it stands here."""
        self.skip()
        if not self._value.startswith(character, self._position):
            return False
        self._position += 1
        self.skip()
        return True

    def skip(self) -> None:
        """Step over white space."""
        match = _SPACE.match(self._value, self._position)
        self._position = match.end() if match else self._position

    def _skip_commas(self) -> None:
        while self.take(","):
            pass

    def _match(self, pattern: re.Pattern[str], what: str) -> str:
        match = pattern.match(self._value, self._position)
        if match is None:
            raise self._fault(f"expected {what}")
        self._position = match.end()
        return match[0]

    def _fault(self, error: str) -> InvalidHeaderFormat:
        return InvalidHeaderFormat(self._name, error, self._value[:_SHOWN], self._position)


def read_list(headers: Headers, name: str, read: Callable[[Scanner], Item]) -> list[Item]:
    """Read all lines of a header as one list, in order (RFC 6455 9.1). Raises `InvalidHeaderFormat`."""
    lines = headers.get_all(name)
    return Scanner(name, ", ".join(lines)).items(read) if lines else []


def tokens(headers: Headers, name: str) -> list[str]:
    """Read a header whose elements are tokens."""
    return read_list(headers, name, Scanner.token)
