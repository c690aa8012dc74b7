"""How are HTTP/1.1 heads read and written, in bounded time and space? (RFC 9112, as far as an upgrade needs)"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Protocol, TypeAlias

from framescope.engine.header_errors import InvalidHeaderValue
from framescope.engine.settings import Limits

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
#: What would end the line, or hide in it.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_VALUE = re.compile(rb"[\x09\x20-\x7e\x80-\xff]*")
HeadersLike: TypeAlias = "Headers | Mapping[str, str] | Iterable[tuple[str, str]] | HasKeys"


class HasKeys(Protocol):
    """What `dict` takes beside mappings."""

    def keys(self) -> Iterable[str]: ...

    def __getitem__(self, key: str, /) -> str: ...


class BadHead(ValueError):
    """A head that is no HTTP/1.1 head; `status` is what a server answers, `limit` names the limit it exceeds."""

    def __init__(self, text: str, status: int = 400, *, limit: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.limit = limit


class MultipleValuesError(LookupError):
    """A header that stands several times was asked for as one."""

    def __str__(self) -> str:
        return repr(self.args[0]) if len(self.args) == 1 else super().__str__()


class UnsafeHeaderValue(InvalidHeaderValue, ValueError):
    """A caller's value that would end the line, or hide in it."""

    def __str__(self) -> str:
        return f"the value of {self.name} has a line break or a control character"


class Headers(MutableMapping[str, str]):
    """HTTP headers: order and case as sent, looked up without regard to case, repeatable."""

    def __init__(self, *args: Any, **kwargs: str) -> None:
        self._items: list[tuple[str, str]] = []
        self.update(*args, **kwargs)

    def __str__(self) -> str:
        return "".join(f"{name}: {value}\r\n" for name, value in self._items) + "\r\n"

    def __repr__(self) -> str:
        return f"Headers({self._items!r})"

    def copy(self) -> Headers:
        return Headers(self._items)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(key.lower() == name.lower() for key, _ in self._items)

    def __iter__(self) -> Iterator[str]:
        return iter({name.lower(): None for name, _ in self._items})

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self._items})

    def __getitem__(self, name: str) -> str:
        values = self.get_all(name)
        if not values:
            raise KeyError(name)
        if len(values) > 1:
            raise MultipleValuesError(name)
        return values[0]

    def __setitem__(self, name: str, value: str) -> None:
        """Add a line; the lines that stand already stay, as in `websockets`. Raises UnsafeHeaderValue."""
        if _CONTROL.search(str(value)):
            raise UnsafeHeaderValue(name, value)
        self._items.append((name, value))

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._items = [(key, value) for key, value in self._items if key.lower() != name.lower()]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Headers):
            return NotImplemented
        return {name: self.get_all(name) for name in self} == {name: other.get_all(name) for name in other}

    __hash__ = None  # type: ignore[assignment]

    def clear(self) -> None:
        self._items = []

    def update(self, *args: Any, **kwargs: str) -> None:
        """Add every line of headers, mappings or pairs."""
        for given in args:
            if isinstance(given, Headers):
                lines = given.raw_items()
            elif hasattr(given, "keys"):
                keys = given.keys()
                lines = iter([(name, given[name]) for name in keys])
            else:
                lines = iter(given)
            for name, value in lines:
                self[name] = value
        for name, value in kwargs.items():
            self[name] = value

    def get_all(self, key: str) -> list[str]:
        """Return the values of every line called `key`, in order."""
        return [value for name, value in self._items if name.lower() == key.lower()]

    def raw_items(self) -> Iterator[tuple[str, str]]:
        """Iterate over all lines, repeated ones included."""
        return iter(list(self._items))


def is_token(text: str) -> bool:
    """Tell whether `text` is an RFC 9110 token: a header name, a subprotocol."""
    return _TOKEN.fullmatch(text) is not None


def check_header(name: str, value: str) -> None:
    """Raise ValueError unless the line can be sent as it stands (no CR, LF, NUL)."""
    if not is_token(name):
        raise ValueError(f"“{name}” is no valid header name")
    try:
        encoded = value.encode("latin-1") if value.isascii() else value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"the value of {name} has half a character") from error
    if _VALUE.fullmatch(encoded) is None:
        raise ValueError(f"the value of {name} has a line break or a control character")


class HeadReader:
    """Collects a head, line by line, within `Limits`; linear in its size, and alike however it is cut.

    `judge` sees the first line as soon as it is whole, and raises `BadHead` for what is no HTTP.
    """

    def __init__(self, limits: Limits, judge: Callable[[bytes], object] = lambda _: None) -> None:
        self._limits = limits
        self._judge = judge
        self._buffer = bytearray()
        self._scanned = 0  #: B in which no line feed is left to be found
        self._start = 0  #: of the line that is not complete yet
        self._lines: list[bytes] = []

    def feed(self, data: bytes) -> tuple[list[bytes], bytes] | None:
        """Return (lines, bytes behind the head) once the blank line has come. Raises `BadHead`."""
        self._buffer += data
        while (end := self._buffer.find(b"\n", self._scanned)) >= 0:
            self._check_size(end + 1)
            line = bytes(self._buffer[self._start : end])
            if not line.endswith(b"\r"):
                # RFC 9112 2.2 lets a recipient take a bare LF; smugglers use the difference.
                raise BadHead("a line ends without a carriage return")
            self._start = self._scanned = end + 1
            if line == b"\r":
                return self._lines, bytes(self._buffer[self._start :])
            self._lines.append(line[:-1])
            if len(self._lines) == 1:
                self._judge(line[:-1])
            if len(self._lines) - 1 > self._limits.max_headers:
                raise BadHead(f"more than {self._limits.max_headers} header lines", 431, limit="headers")
        self._scanned = len(self._buffer)
        self._check_size(self._scanned)
        return None

    @property
    def has_line(self) -> bool:
        """Tell whether the first line has come whole."""
        return bool(self._lines)

    def _check_size(self, size: int) -> None:
        """Judge a head of which `size` bytes belong to complete lines and the one under way."""
        line_limit = self._start + self._limits.max_line + len(b"\r\n")
        if size > min(line_limit, self._limits.max_head):
            if line_limit < self._limits.max_head:
                status, limit = (431, "header line") if self._lines else (414, "first line")
                raise BadHead(f"a line is longer than {self._limits.max_line} bytes", status, limit=limit)
            raise BadHead(f"the head is longer than {self._limits.max_head} bytes", 431, limit="head")


def parse_headers(lines: Iterable[bytes]) -> Headers:
    """Read header lines (without line ends). Raises `BadHead`."""
    headers = Headers()
    for line in lines:
        name, colon, value = line.partition(b":")
        # RFC 9112 5.1: no space between name and colon; 5.2: obsolete folding is refused.
        if not colon or _TOKEN.fullmatch(name.decode("latin-1")) is None:
            raise BadHead(f"invalid header line: {line[:60]!r}")
        value = value.strip(b" \t")
        if _VALUE.fullmatch(value) is None:
            raise BadHead(f"invalid header value: {line[:60]!r}")
        headers[name.decode()] = value.decode("utf-8", "surrogateescape")
    return headers
