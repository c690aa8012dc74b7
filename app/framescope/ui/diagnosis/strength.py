"""How is the strength of a cause written and drawn? A word, a colour and four rising bars; Qt-free."""

from __future__ import annotations

from typing import NamedTuple

from framescope.analysis.diagnosis.verdict import Strength

WORDS = {Strength.STRONG: "strong", Strength.LIKELY: "likely", Strength.POSSIBLE: "possible", Strength.WEAK: "weak"}
#: colour tokens, which are tones of the style sheet too
TONES = {Strength.STRONG: "err", Strength.LIKELY: "err", Strength.POSSIBLE: "warn", Strength.WEAK: "warn"}

WIDTH, HEIGHT = 31.0, 12.0  #: px of the four bars
_BAR, _GAP, _LOWEST, _RISE = 6.25, 2.0, 4.0, 2.6


class Bar(NamedTuple):
    """One bar; y counts from the glyph's top."""

    left: float
    top: float
    width: float
    height: float
    is_lit: bool


def bars(strength: Strength) -> list[Bar]:
    """Return four bars on one ground line, each higher than the one before; as many lit as the strength."""
    found = []
    for place in range(len(Strength)):
        height = _LOWEST + _RISE * place
        found.append(Bar(place * (_BAR + _GAP), HEIGHT - height, _BAR, height, place < strength))
    return found
