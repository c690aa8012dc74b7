"""How does a payload look as JSON? Indented where that is safe, and cut into coloured tokens line by line."""

from __future__ import annotations

import re
from itertools import accumulate

import msgspec

PRETTY_LIMIT = 5_000_000  # RELIABILITY 6: "JSON pretty-print <= 5 MB and depth <= 200, else raw"
DEPTH_LIMIT = 200
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {0x5B: 1, 0x7B: 1, 0x5D: -1, 0x7D: -1}
_TOKEN = re.compile(
    r'(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"?)(?P<colon>\s*:)?'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)"
)


def depth_of(document: bytes) -> int:
    """Return how deep valid JSON nests, without building it."""
    brackets = _STRING.sub(b"", document).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


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
    # The check comes first: indenting costs length times depth, which a deep document makes enormous.
    if not is_json(payload) or depth_of(payload) > DEPTH_LIMIT:
        return None
    try:
        return msgspec.json.format(payload, indent=2).decode()
    except UnicodeDecodeError:
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
