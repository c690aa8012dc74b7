"""Tests of the dump's geometry, counted in characters."""

from __future__ import annotations

import pytest

from framescope.ui.frames.hex_rows import HexRows, plain_text, rows_for


def test_as_many_bytes_to_the_row_as_fit() -> None:
    assert rows_for(156, 72).per_row == 16
    assert rows_for(156, 71).per_row == 12
    assert rows_for(156, 56).per_row == 12
    assert rows_for(156, 55).per_row == 8
    assert rows_for(156, 1).per_row == 4


def test_the_offset_grows_with_the_length() -> None:
    assert rows_for(0x10000, 80).digits == 4
    assert rows_for(0x10001, 80).digits == 5


@pytest.mark.parametrize("per_row", [4, 8, 12, 16])
def test_every_byte_is_found_where_it_stands(per_row: int) -> None:
    rows = HexRows(100, per_row, 4)
    for row in range(rows.count):
        start, stop = rows.range_of(row)
        for byte in range(start, stop):
            place = byte - start
            for column in (rows.hex_column(place), rows.hex_column(place) + 1.9, rows.text_column(place) + 0.5):
                assert rows.byte_at(row, column) == byte


def test_beside_the_bytes_there_is_none() -> None:
    rows = HexRows(100, 12, 4)
    assert rows.byte_at(0, 0) is None
    assert rows.byte_at(0, rows.text_column(0) - 1) is None
    assert rows.byte_at(0, rows.text_column(12)) is None
    assert rows.byte_at(-1, 10) is None
    assert rows.byte_at(rows.count, 10) is None
    assert rows.byte_at(rows.count - 1, rows.hex_column(4)) is None  # the last row has four bytes
    assert rows.byte_at(rows.count - 1, rows.hex_column(3)) == 99


def test_text_and_hex_of_a_row() -> None:
    rows = HexRows(100, 12, 4)
    content = bytes.fromhex("81fe00949f3c51e8e41e3e98")
    assert rows.hex_text(content) == "81 fe 00 94 9f 3c  51 e8 e4 1e 3e 98"
    assert rows.hex_text(content)[rows.hex_column(6) - rows.hex_column(0) :].startswith("51")
    assert rows.hex_text(content[:3]) == "81 fe 00"
    assert plain_text(b'\x00\x1f {"op~\x7f\xff') == '·· {"op~··'


def test_nothing_has_no_rows() -> None:
    assert rows_for(0, 80).count == 0
