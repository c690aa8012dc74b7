"""Tests of the breaking of text into rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.analysis.visible import visible
from framescope.ui.frames.text_rows import TextRows, cells_of


def whole(text: str, columns: int) -> TextRows:
    rows = TextRows(text, columns)
    while not rows.is_complete:
        rows.extend(7)
    return rows


def shown(text: str, columns: int) -> list[str]:
    rows = whole(text, columns)
    return [rows.row(row) for row in range(len(rows))]


def test_lines_and_their_folding() -> None:
    assert shown("", 8) == []
    assert shown("one\ntwo", 8) == ["one", "two"]
    assert shown("\n", 8) == ["", ""]
    assert shown("\none", 8) == ["", "one"]
    assert shown("one\n\ntwo\n", 8) == ["one", "", "two", ""]
    assert shown("0123456789abcdefg", 8) == ["01234567", "89abcdef", "g"]
    assert shown("01234567", 8) == ["01234567"]
    assert shown("01234567\nx", 8) == ["01234567", "x"]


def test_wide_and_marked_characters_take_their_room() -> None:
    assert shown("漢字漢字漢字", 8) == ["漢字漢字", "漢字"]
    assert shown("ab\u202ecdefgh", 8) == ["ab\u202e", "cdefgh"]  # drawn as \u202e
    assert [cells_of(character) for character in "a漢\u202e\u0301\x00"] == [1, 2, 6, 0, 1]


@given(st.text(alphabet=st.sampled_from("ab \n漢\u202e\t\x7f"), max_size=300), st.integers(8, 30))
def test_nothing_is_lost_and_nothing_too_wide(text: str, columns: int) -> None:
    rows = whole(text, columns)
    spans = [rows.span(row) for row in range(len(rows))]
    place = 0
    for start, end in spans:
        assert text[place:start] in ("", "\n")
        assert sum(map(cells_of, text[start:end])) <= columns
        assert "\n" not in text[start:end]
        place = end
    assert text[place:] in ("", "\n")


@pytest.mark.parametrize("text", ["x" * 100_000, "line\n" * 20_000, "漢" * 50_000])
def test_a_long_text_is_broken_a_stretch_at_a_time(text: str) -> None:
    rows = TextRows(text, 40)
    rows.extend(1000)
    assert not rows.is_complete
    some = [rows.row(row) for row in range(len(rows) - 1)]
    while not rows.is_complete:
        rows.extend(20_000)
    assert [rows.row(row) for row in range(len(some))] == some
    assert "".join(rows.row(row) for row in range(len(rows))) == text.replace("\n", "")


def test_visible_and_cells_agree() -> None:
    for character in "a\t\u202e\x80\ufeff":
        assert cells_of(character) == len(visible(character))
