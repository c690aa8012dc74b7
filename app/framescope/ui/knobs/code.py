"""How do the knobs read as Python? The call, as pieces to paint and as text to paste. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from framescope.engine.settings import KNOBS, format_duration

_HEAD = "connect("
_INDENT = len(_HEAD)


class Piece(NamedTuple):
    """A stretch of one line. `token` colours it; `is_changed`: it is not the library's default."""

    text: str
    token: str
    is_changed: bool = False


def python(values: Mapping[str, float | None]) -> str:
    """Write the call as it can be pasted, two arguments a line."""
    name, *rest = _arguments(values)
    lines = [f"{_HEAD}uri, {name}, {rest[0]},", f"{' ' * _INDENT}{rest[1]}, {rest[2]})"]
    return "\n".join(lines)


def lines(values: Mapping[str, float | None], fits: Callable[[str], bool]) -> list[list[Piece]]:
    """Break the call into painted lines; `fits` says whether a line of text has room."""
    made: list[list[Piece]] = [[Piece(_HEAD[:-1], "j_key"), Piece("(uri", "fg1")]]
    for knob, argument in zip(KNOBS, _arguments(values), strict=True):
        is_last = knob is KNOBS[-1]
        made[-1].append(Piece(",", "fg1"))
        text = "".join(piece.text for piece in made[-1])
        if fits(f"{text} {argument}{')' if is_last else ','}"):
            made[-1].append(Piece(" ", "fg1"))
        else:
            made.append([Piece(" " * _INDENT, "fg1")])
        made[-1] += _argument(knob.name, values[knob.name], is_changed=values[knob.name] != knob.default)
    made[-1].append(Piece(")", "fg1"))
    return made


def _arguments(values: Mapping[str, float | None]) -> list[str]:
    return [f"{knob.name}={format_duration(values[knob.name])}" for knob in KNOBS]


def _argument(name: str, seconds: float | None, *, is_changed: bool) -> list[Piece]:
    if is_changed:
        return [Piece(f"{name}={format_duration(seconds)}", "acc", is_changed=True)]
    return [Piece(f"{name}=", "fg1"), Piece(format_duration(seconds), "j_kw" if seconds is None else "j_num")]
