"""How is a mistake in a lesson's file told? In words for whoever wrote the file, with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import get_args

import msgspec

from framescope.lab import scenario
from framescope.lab.lesson import Answer, Expectation, Lesson, Question

ACTS: tuple[type[msgspec.Struct], ...] = get_args(scenario.Acts)
TABLES: tuple[type[msgspec.Struct], ...] = (
    *(Lesson, Question, Answer, Expectation),
    *(scenario.Scenario, scenario.End, scenario.Network, scenario.Traffic, scenario.Heartbeat),
    *ACTS,
)
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text in quotation marks",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table in { }",
    "null": "nothing",
}
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`")
_TYPE = re.compile(r"Expected `([\w |]+)`, got `(\w+)`")
_BOUND = re.compile(r"Expected `\w+` (>=|<=|>|<) ([\d.e+]+)")
_VALUE = re.compile(r"Invalid (?:enum )?value '(.*)'", re.DOTALL)
_BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


def mistake(error: msgspec.ValidationError) -> str:
    """Tell what msgspec found, and where: "scenario.network: “latencey” is no key; did you mean latency?"."""
    words, _, path = str(error).partition(" - at `$")
    place = _place(path.rstrip("`"))
    return f"{place}: {_plain(words, place)}" if place else _plain(words, place)


def _plain(words: str, place: str) -> str:
    if found := _MISSING.fullmatch(words):
        return f"“{found[1]}” is missing"
    if found := _UNKNOWN.fullmatch(words):
        return f"“{found[1]}” is no key{_nearest(found[1], _keys())}"
    if found := _TYPE.fullmatch(words):
        wanted = " or ".join(_KINDS.get(kind, kind) for kind in found[1].split(" | ") if kind != "null")
        return f"this has to be {wanted}, not {_KINDS.get(found[2], found[2])}"
    if found := _BOUND.fullmatch(words):
        return f"this has to be {_BOUNDS[found[1]]} {float(found[2]):,.12g}"
    if words == "Expected `str` of length >= 1":
        return "nothing stands here"
    if found := _VALUE.fullmatch(words):
        return f"“{found[1]}” cannot stand here; what can: {', '.join(_choices(place.rpartition('.')[2]))}"
    return words


def _place(path: str) -> str:
    """Make ".scenario.script[0].do" "scenario.script, no. 1, do"."""
    return re.sub(r"\[(\d+)\]\.?", lambda index: f", no. {int(index[1]) + 1}, ", path).strip(".").rstrip(", ")


def _keys() -> Iterator[str]:
    for table in TABLES:
        yield from table.__struct_fields__


def _choices(place: str) -> list[str]:
    """Return what can stand at a key of this name."""
    name = place.rpartition(" ")[2]
    if name == "do":
        return sorted(str(act.__struct_config__.tag) for act in ACTS)
    found: set[str] = set()
    for table in TABLES:
        for field in msgspec.structs.fields(table):
            kind = msgspec.inspect.type_info(field.type)
            for one in kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,):
                if field.name == name and isinstance(one, msgspec.inspect.LiteralType):
                    found.update(map(str, one.values))
    return sorted(found)


def _nearest(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, set(names), 1)
    return f"; did you mean {near[0]}?" if near else " that is read here"
