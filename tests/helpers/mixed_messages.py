"""Which messages does a traffic test send? Seeded and mixed: text and binary, whole and in fragments, 0 to 70,000 B."""

from __future__ import annotations

import random
from typing import NamedTuple

#: Lengths at which a frame's header changes its form (RFC 6455 5.2), and the largest of these tests; B.
EDGES = (0, 1, 125, 126, 127, 65_535, 65_536, 70_000)
#: One to four bytes in UTF-8; with what an editor is tempted to change, but for the ends of lines U+2029 and "\r".
ALPHABET = "abc XYZ 0123456789 {}[]\"'&<b>\\\t\néß°\u00a0\u2028Ж€漢字\u200d😀🏳"


class Message(NamedTuple):
    """One message: its parts are what each fragment carries."""

    is_text: bool
    parts: tuple[bytes, ...]

    @property
    def data(self) -> bytes:
        return b"".join(self.parts)


def mixed_messages(seed: int, count: int, *, has_fragments: bool = True) -> list[Message]:
    """Return `count` messages; most are small, a few have the lengths at which headers change."""
    chance = random.Random(seed)
    lengths = [length for length in EDGES for _ in range(2)]
    while len(lengths) < count:
        lengths.append(chance.choice((chance.randrange(126), chance.randrange(2_000), chance.randrange(12_000))))
    lengths = lengths[:count]
    chance.shuffle(lengths)
    return [_message(chance, length, has_fragments=has_fragments) for length in lengths]


def _message(chance: random.Random, length: int, *, has_fragments: bool) -> Message:
    is_text = chance.random() < 0.5
    cuts: list[int] = []
    if is_text:
        text = _text(chance, length)
        if has_fragments and chance.random() < 0.2:
            cuts = sorted(chance.randrange(len(text) + 1) for _ in range(chance.randrange(1, 4)))
        parts = [text[start:end].encode() for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        return Message(True, tuple(parts))
    data = chance.randbytes(length)
    if has_fragments and chance.random() < 0.2:
        cuts = sorted(chance.randrange(length + 1) for _ in range(chance.randrange(1, 4)))
    return Message(False, tuple(data[start:end] for start, end in zip([0, *cuts], [*cuts, length], strict=True)))


def _text(chance: random.Random, length: int) -> str:
    """Make a text of exactly `length` bytes in UTF-8."""
    characters = chance.choices(ALPHABET, k=min(length, 200))
    period = "".join(characters)
    text, size = "", 0
    while size < length and len(period.encode()) <= length - size:
        text, size = text + period, size + len(period.encode())
    for character in period:
        width = len(character.encode())
        if size + width <= length:
            text, size = text + character, size + width
    return text + "." * (length - size)
