"""How does a program fit a narrow panel, and which of its words have colours? Qt-free; what it says stays the same."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import NamedTuple

_CALLS = ("websockets.connect(", "websockets.serve(")


class Ink(NamedTuple):
    """A stretch of a line and its colour token."""

    start: int
    length: int
    token: str


def narrowed(program: str, columns: int) -> str:
    """Break the long calls of the library behind their commas; every other line stays."""
    return "\n".join(part for line in program.split("\n") for part in _broken(line, columns))


def _broken(line: str, columns: int) -> Iterator[str]:
    call = next((name for name in _CALLS if name in line), None)
    if len(line) <= columns or call is None:
        yield line
        return
    head, rest = line.split(call, 1)
    inside, tail = rest.rsplit(")", 1)
    indent = " " * (len(head) - len(head.lstrip()) + 8)
    yield head + call
    made = indent
    for argument in inside.split(", "):
        piece = f"{argument}, "
        if len(made) + len(piece.rstrip()) > columns and made.strip():
            yield made.rstrip()
            made = indent
        made += piece
    yield made.rstrip()
    yield f"{' ' * (len(indent) - 8)}){tail}"


_WORDS = re.compile(
    r"""(?P<note>\#.*)|(?P<text>[fb]?"[^"]*"|[fb]?'[^']*')|(?P<argument>\b(?:open_timeout|ping_interval|ping_timeout"""
    r"""|close_timeout|compression|max_size|max_queue)=[\w.]+)|(?P<word>\b[a-z]+\b)|(?P<number>\b\d[\d.]*\b)"""
)
_TOKENS = {"note": "fg2", "text": "j_str", "argument": "acc", "number": "j_num"}


def inks(line: str) -> list[Ink]:
    """Return the coloured stretches of a line."""
    found = []
    for match in _WORDS.finditer(line):
        kind = match.lastgroup or ""
        token = _TOKENS.get(kind, "j_kw" if keyword.iskeyword(match[0]) else "")
        if token:
            found.append(Ink(match.start(), len(match[0]), token))
    return found
