"""Logical offsets and places in the stream file."""

from __future__ import annotations

from array import array

from framescope.capture.pieces import Direction, PieceTable, Span


def table(*pieces: tuple[int, int, int]) -> PieceTable:
    """Build a table of (logical, file offset, length)."""
    made = PieceTable()
    for logical, offset, length in pieces:
        made.extend(*(array("q", [value]).tobytes() for value in (logical, offset, length)))
    return made


def test_a_read_moves_the_end_and_the_shift() -> None:
    direction = Direction(end=100, accounted=100)
    direction.seen(50, file_offset=1000, time_ns=7, kernel_ns=6)
    assert (direction.end, direction.accounted, direction.shift) == (150, 100, 900)
    assert (direction.time_ns, direction.kernel_ns) == (7, 6)


def test_a_gap_leaves_nothing_to_account_for() -> None:
    direction = Direction(end=100, accounted=60)
    direction.skip()
    assert (direction.end, direction.accounted, direction.gap_end) == (100, 100, 100)


def test_spans_cross_pieces_and_begin_and_end_inside_them() -> None:
    pieces = table((0, 500, 10), (10, 900, 10), (20, 700, 10))
    assert list(pieces.spans(5, 25)) == [Span(505, 5), Span(900, 10), Span(700, 5)]
    assert list(pieces.spans(10, 20)) == [Span(900, 10)]
    assert list(pieces.spans(29, 30)) == [Span(709, 1)]
    assert len(pieces) == 3


def test_spans_end_at_the_first_missing_byte() -> None:
    pieces = table((0, 500, 10), (30, 900, 10))
    assert list(pieces.spans(5, 35)) == [Span(505, 5)]
    assert list(pieces.spans(35, 99)) == [Span(905, 5)]


def test_what_no_piece_has_has_no_span() -> None:
    pieces = table((10, 500, 10))
    assert list(pieces.spans(0, 5)) == []
    assert list(pieces.spans(0, 15)) == []
    assert list(pieces.spans(20, 25)) == []
    assert list(pieces.spans(15, 15)) == []
    assert list(table().spans(0, 1)) == []


def test_damaged_pieces_do_no_harm() -> None:
    pieces = table((-5, 500, 10), (0, 2**62, 0), (5, 0, 2**62))
    assert list(pieces.spans(2**70, 2**70 + 5)) == []
    assert list(pieces.spans(5, 7)) == [Span(0, 2)]
