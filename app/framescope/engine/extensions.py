"""How is a Sec-WebSocket-Extensions header read and written? (RFC 6455 9.1)"""

from __future__ import annotations

from typing import TypeAlias

from framescope.engine.grammar import Scanner, read_list
from framescope.engine.headers import Headers

NAME = "Sec-WebSocket-Extensions"
Parameters: TypeAlias = list[tuple[str, str | None]]
Extension: TypeAlias = tuple[str, Parameters]


def build_extensions(extensions: list[Extension]) -> str:
    """Write a header value."""
    return ", ".join(
        "; ".join([name, *(key if value is None else f"{key}={value}" for key, value in parameters)])
        for name, parameters in extensions
    )


def parse_extensions(headers: Headers) -> list[Extension]:
    """Read all the header's lines as one list, in order. Raises `InvalidHeaderFormat`."""
    return read_list(headers, NAME, _extension)


def _extension(scanner: Scanner) -> Extension:
    name = scanner.token()
    parameters: Parameters = []
    while scanner.take(";"):
        key = scanner.token()
        parameters.append((key, scanner.value() if scanner.take("=") else None))
    return name, parameters
