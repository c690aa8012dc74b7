"""Do columns grow without copying, and do ranges, gathers and searches cross their chunks rightly?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.analysis.columns import LARGEST_CHUNK, SMALLEST_CHUNK, Column


def numbers(count: int) -> Column[np.int64]:
    column: Column[np.int64] = Column(np.int64)
    column.extend(np.arange(count))
    return column


def test_an_empty_column_has_empty_ranges_and_no_rows() -> None:
    column = numbers(0)
    assert len(column) == 0
    assert column[:].tolist() == []
    assert column.positions(np.array([5])).tolist() == [0]
    with pytest.raises(IndexError):
        column[0]


def test_an_index_gives_a_plain_int_also_from_the_end() -> None:
    column = numbers(5000)
    assert (column[0], column[4999], column[-1], column[-5000]) == (0, 4999, 4999, 0)
    assert type(column[7]) is int
    for outside in (5000, -5001):
        with pytest.raises(IndexError, match=str(outside)):
            column[outside]


@pytest.mark.parametrize(
    "bounds", [(0, 5000), (1000, 1050), (1023, 1024), (1024, 1024), (2000, 100), (-10, None), (4990, 9999)]
)
def test_a_slice_reads_as_a_list_would(bounds: tuple[int, int | None]) -> None:
    assert numbers(5000)[slice(*bounds)].tolist() == list(range(5000))[slice(*bounds)]


def test_a_slice_inside_one_chunk_is_a_view() -> None:
    column = numbers(5000)
    assert column[2048:4096].base is not None
    assert np.shares_memory(column[2050:2060], column[2048:4096])
    with pytest.raises(ValueError, match="without steps"):
        column[0:100:2]


def test_growing_never_moves_what_is_there() -> None:
    column = numbers(10)
    early = column[0:10]
    for _ in range(40):
        column.extend(np.arange(50_000))
    assert np.shares_memory(early, column[0:10])


def test_chunks_double_up_to_the_largest_and_start_at_block_boundaries() -> None:
    column: Column[np.uint8] = Column(np.uint8)
    for _ in range(3):
        column.extend(np.zeros(LARGEST_CHUNK, np.uint8))
    starts = [start for start, _ in column.parts()]
    sizes = [len(part) for _, part in column.parts()]
    assert starts[:4] == [0, SMALLEST_CHUNK, 2 * SMALLEST_CHUNK, 4 * SMALLEST_CHUNK]
    assert max(sizes) == LARGEST_CHUNK
    assert all(start % SMALLEST_CHUNK == 0 for start in starts)
    assert len(sizes) == 13


def test_extending_row_by_row_and_at_once_is_the_same() -> None:
    one: Column[np.int64] = Column(np.int64)
    for value in range(3000):
        one.extend([value])
    assert one[:].tolist() == numbers(3000)[:].tolist()


def test_gathering_takes_rows_in_any_order() -> None:
    rows = np.array([4999, 0, 1023, 1024, 3000, 3000])
    assert numbers(5000).take(rows).tolist() == rows.tolist()


def test_whole_blocks_are_gathered_across_chunks() -> None:
    blocks = np.array([0, 31, 32, 32, 127])
    taken = numbers(5000).take_blocks(blocks, 32)
    assert taken.shape == (5, 32)
    assert taken[:, 0].tolist() == (blocks * 32).tolist()
    assert taken[:, 31].tolist() == (blocks * 32 + 31).tolist()


def test_positions_count_the_smaller_rows() -> None:
    column: Column[np.int64] = Column(np.int64)
    values = np.repeat(np.arange(3000), 3)
    column.extend(values)
    edges = np.array([-5, 0, 1, 341, 342, 1500, 2999, 3000, 9999])
    assert column.positions(edges).tolist() == np.searchsorted(values, edges).tolist()


def test_truncating_forgets_the_end_and_goes_on_there() -> None:
    column = numbers(5000)
    for count in (3000, 2048, 1024, 1, 0):
        column.truncate(count)
        assert column[:].tolist() == list(range(count))
    column.extend(np.arange(3000))
    assert column[:].tolist() == list(range(3000))
    column.truncate(9999)
    assert len(column) == 3000


def test_a_row_may_be_a_vector() -> None:
    column: Column[np.int64] = Column(np.int64, width=3)
    assert column[:].shape == (0, 3)
    column.extend(np.arange(6000).reshape(-1, 3))
    assert column[1000:1002].tolist() == [[3000, 3001, 3002], [3003, 3004, 3005]]
    assert column.take(np.array([1999, 0])).tolist() == [[5997, 5998, 5999], [0, 1, 2]]
