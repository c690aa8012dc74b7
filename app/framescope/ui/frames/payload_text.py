"""How is a payload read as text, and is it UTF-8? Bytes that are not stay in it, one stand-in character each."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from framescope.analysis.visible import visible

WHOLE_LIMIT = 1024 * 1024  #: a larger payload shows its first `FIRST_STEP` bytes until more is asked for
FIRST_STEP = 64 * 1024  # RELIABILITY 6: "text pane 64 KiB per step"
TEXT_LIMIT = 32 * 1024 * 1024  #: measured: decoding 64 MiB is felt (0.3 s); beyond it there is the hex tab
#: `surrogateescape` stands 0xdc80 to 0xdcff for the bytes 0x80 to 0xff; it is ten times as fast as writing \\xNN.
_STRAY_BYTES = {0xDC00 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)}


@dataclass(frozen=True, slots=True)
class PayloadKind:
    """What a payload claims to be: text, or not; the whole of a message, or a fragment; (still) compressed."""

    is_text: bool
    is_whole: bool = True
    is_compressed: bool = False
    origin: str = ""  #: where the bytes come from, in words, if not from the wire as they are


@dataclass(frozen=True, slots=True)
class Reading:
    """A payload's text, of how many of its bytes it is, and the verdict on them."""

    text: str
    count: int
    verdict: str


def reading_of(payload: bytes, kind: PayloadKind, *, is_cut: bool) -> Reading:
    """Read the bytes that are to be shown. `is_cut`: the payload goes on behind them, perhaps inside a character."""
    fault = None
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(payload, final=not is_cut)
        count = len(payload)
    except UnicodeDecodeError as error:
        fault = error.start
        count = min(len(payload), WHOLE_LIMIT)  # what is not text is not worth more
        text = payload[:count].decode("utf-8", errors="surrogateescape")
    verdict = _verdict(kind, fault, is_cut=is_cut)
    return Reading(text, count, f"{verdict} · {kind.origin}" if kind.origin else verdict)


def without_strays(text: str) -> str:
    """Write the bytes that are not UTF-8 as \\xNN."""
    return text.translate(_STRAY_BYTES)


def drawn(text: str) -> str:
    """Return a text as it is drawn: control characters as marks, stray bytes as \\xNN."""
    return text if text.isascii() and text.isprintable() else visible(without_strays(text))


def _verdict(kind: PayloadKind, fault: int | None, *, is_cut: bool) -> str:
    if kind.is_compressed:
        return "compressed"
    if not kind.is_text:
        return "binary"
    if not kind.is_whole:
        return "part of a text message"
    if fault is not None:
        return f"not UTF-8 at byte {fault}"
    return "UTF-8 valid so far" if is_cut else "UTF-8 valid"
