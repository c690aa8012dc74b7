"""Does every character that would do something become a mark?"""

from __future__ import annotations

import unicodedata

import pytest

from framescope.analysis.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcödé 漢字 😀", "plain ünïcödé 漢字 😀"),
        ("a\nb\tc\0", "a␊b␉c␀"),
        ("\x1b[31m", "␛[31m"),
        ("\x7f\x85\x9f", "\\x7f\\x85\\x9f"),
        ("abc\u202edef\u2066", "abc\\u202edef\\u2066"),
        ("\u200b\u200f\u2028\u2029\ufeff", "\\u200b\\u200f\\u2028\\u2029\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_marks(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_control_character_passes() -> None:
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    shown = visible(everything)
    assert not [hex(ord(character)) for character in shown if unicodedata.category(character) == "Cc"]
    assert not [
        hex(ord(character))
        for character in shown
        if unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]
