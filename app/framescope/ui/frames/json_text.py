"""How does a payload look as JSON? Indented where that is safe, and cut into coloured tokens line by line."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec
import numpy as np

PRETTY_LIMIT = 5_000_000  # RELIABILITY 6: "JSON pretty-print <= 5 MB and depth <= 200, else raw"
DEPTH_LIMIT = 200
_PRETTY_SIZE = 32_000_000  # characters: 5 MB that nest 200 deep all over would become 960 MB (measured: 7 s)
_STEPS = np.zeros(256, np.int8)  # by character: how the depth changes
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1
_BREAKS = np.zeros(256, bool)  # behind which characters a line may end
_BREAKS[list(b"[{]},")] = True
_TOKEN = re.compile(
    r'(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"?)(?P<colon>\s*:)?'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)"
)


class Shape(NamedTuple):
    """How deep a document nests, and how many characters of indentation it would take."""

    depth: int
    indentation: int


def shape_of(document: bytes) -> Shape:
    """Measure valid JSON without building it: 5 MB take some 60 ms, whatever stands in them."""
    # Without escapes every quote that is left begins or ends a string.
    plain = np.frombuffer(document.replace(b"\\\\", b"").replace(b'\\"', b""), np.uint8)
    is_inside = np.logical_xor.accumulate(plain == ord('"'))
    outside = plain[~is_inside]
    outside = outside[_BREAKS[outside]]
    depth = np.cumsum(_STEPS[outside], dtype=np.int32)
    return Shape(int(depth.max(initial=0)), 2 * int(depth.clip(0).sum(dtype=np.int64)))


def is_json(payload: bytes) -> bool:
    """Tell whether `payload` is one JSON document."""
    try:
        msgspec.json.format(payload, indent=-1)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def pretty(payload: bytes) -> str | None:
    """Indent a JSON object or array; None where it is not JSON, too large or too deep."""
    if len(payload) > PRETTY_LIMIT or payload.lstrip()[:1] not in (b"{", b"["):
        return None
    # The check comes first: indenting costs length times depth.
    shape = shape_of(payload)
    if shape.depth > DEPTH_LIMIT or len(payload) + shape.indentation > _PRETTY_SIZE:
        return None
    try:
        return msgspec.json.format(payload, indent=2).decode()
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def tokens_of(line: str) -> list[tuple[int, int, str]]:
    """Return (start, end, colour token) of what stands in one line of indented JSON."""
    found = []
    for match in _TOKEN.finditer(line):
        if match["string"] is not None:
            found.append((match.start("string"), match.end("string"), "j_key" if match["colon"] else "j_str"))
        else:
            found.append((match.start(), match.end(), "j_num" if match["number"] else "j_kw"))
    return found
