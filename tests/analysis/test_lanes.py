"""Do a lane's binary searches and aggregates agree with counting frame by frame?"""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from framescope.analysis.columns import SMALLEST_CHUNK
from framescope.analysis.lanes import EMPTY, RESERVED, Lane
from helpers.scripted import frames_in_bulk

OPCODES = [0, 1, 2, 8, 9, 10]


def lane_of(times: list[int], firsts: list[int] | int = 0x82, lengths: list[int] | int = 100, batch: int = 0) -> Lane:
    records = frames_in_bulk(np.array(times, np.int64), first=np.array(firsts), lengths=np.array(lengths))
    lane = Lane()
    for start in range(0, len(times), batch or max(1, len(times))):
        part = slice(start, start + (batch or len(times)))
        lane.extend(np.arange(len(times))[part], records[part])
    return lane


def counted(times: list[int], firsts: list[int], lengths: list[int], edges: list[int]) -> list[tuple[int, int, int]]:
    """Aggregate slowly: (count, longest, dominant opcode) between each two edges."""
    found = []
    for low, high in pairwise(edges):
        inside = [
            (first & 15, length) for t, first, length in zip(times, firsts, lengths, strict=True) if low <= t < high
        ]
        sums = {opcode: sum(length + 2 for o, length in inside if o == opcode) for opcode in OPCODES}
        dominant = max(OPCODES, key=lambda opcode: sums[opcode]) if inside else EMPTY
        found.append((len(inside), max((length for _, length in inside), default=0), dominant))
    return found


@settings(max_examples=80)
@given(st.data())
def test_the_envelope_is_exact_however_the_frames_came(data: st.DataObject) -> None:
    """Few edges over many frames go by blocks, many edges by each frame."""
    count = data.draw(st.integers(1, 300))
    times = data.draw(st.lists(st.integers(0, 400), min_size=count, max_size=count))
    firsts = data.draw(st.lists(st.sampled_from(OPCODES), min_size=count, max_size=count))
    lengths = data.draw(st.lists(st.integers(0, 70_000), min_size=count, max_size=count))
    edges = sorted(data.draw(st.lists(st.integers(-10, 410), min_size=2, max_size=30)))
    lane = lane_of(times, firsts, lengths, batch=data.draw(st.integers(1, count)))
    envelope = lane.envelope(np.array(edges, np.int64))
    assert list(zip(*(values.tolist() for values in envelope), strict=True)) == counted(times, firsts, lengths, edges)


def test_the_envelope_is_exact_across_chunks_and_blocks() -> None:
    random = np.random.default_rng(20)
    count = 5 * SMALLEST_CHUNK
    times = np.sort(random.integers(0, 10**9, count)).tolist()
    firsts = random.choice(OPCODES, count).tolist()
    lengths = random.integers(0, 70_000, count).tolist()
    edges = [0, 0, 1, *range(10**7, 10**9, 10**8 + 1), 10**9]
    envelope = lane_of(times, firsts, lengths, batch=700).envelope(np.array(edges, np.int64))
    assert list(zip(*(values.tolist() for values in envelope), strict=True)) == counted(times, firsts, lengths, edges)


def test_an_empty_lane_answers_everything() -> None:
    lane = Lane()
    assert lane.count() == 0
    assert lane.between(0, 10) == slice(0, 0)
    assert lane.nearest(5) is None
    assert lane.index_of(0, 5) is None
    assert lane.bytes_between(0, 10) == 0
    envelope = lane.envelope(np.array([0, 5, 10], np.int64))
    assert [values.tolist() for values in envelope] == [[0, 0], [0, 0], [EMPTY, EMPTY]]


def test_the_opcode_with_most_bytes_colours_a_pixel() -> None:
    lane = lane_of([1, 2, 3, 4, 5], [0x81, 0x81, 0x81, 0x82, 0x83], [10, 10, 10, 5000, 1])
    envelope = lane.envelope(np.array([0, 4, 5, 6], np.int64))
    assert envelope.dominant.tolist() == [1, 2, RESERVED]
    assert envelope.max_length.tolist() == [10, 5000, 1]


def test_a_declared_length_beyond_reason_saturates() -> None:
    records = frames_in_bulk(np.array([1, 2], np.int64))
    records["length"] = [2**63, 2**64 - 1]
    lane = Lane()
    lane.extend(np.arange(2), records)
    assert lane.envelope(np.array([0, 10], np.int64)).max_length.tolist() == [2**32 - 1]
    assert lane.bytes_between(0, 10) == 2 * (2**32 - 1 + 2)


def test_between_takes_the_start_and_leaves_the_end() -> None:
    lane = lane_of([10, 20, 20, 30])
    assert lane.between(20, 30) == slice(1, 3)
    assert lane.between(0, 100) == slice(0, 4)
    assert lane.between(21, 21) == slice(3, 3)
    assert lane.between(30, 20) == slice(3, 3)


def test_the_nearest_frame_is_the_earlier_of_two() -> None:
    lane = lane_of([10, 20, 40])
    assert [lane.nearest(time) for time in (-5, 10, 14, 15, 16, 31, 99)] == [0, 0, 0, 0, 1, 2, 2]


def test_a_row_is_found_among_frames_of_the_same_time() -> None:
    lane = lane_of([10, 20, 20, 20, 30])
    assert [lane.index_of(row, 20) for row in range(5)] == [None, 1, 2, 3, None]


def test_frames_that_come_late_are_sorted_in() -> None:
    lane = Lane()
    records = frames_in_bulk(np.array([10, 30, 50, 20, 30, 60], np.int64))
    lane.extend(np.array([0, 1, 2]), records[:3])
    lane.extend(np.array([3, 4, 5]), records[3:])
    assert lane.times[:].tolist() == [10, 20, 30, 30, 50, 60]
    assert lane.rows[:].tolist() == [0, 3, 1, 4, 2, 5]


def test_frames_of_the_same_time_stay_in_the_order_in_which_they_passed() -> None:
    lane = Lane()
    records = frames_in_bulk(np.array([50] + [40] * 200, np.int64))
    lane.extend(np.arange(100), records[:100])
    lane.extend(np.arange(100, 201), records[100:])
    assert lane.rows[:].tolist() == [*range(1, 201), 0]


def test_bytes_count_headers_too() -> None:
    lane = lane_of(list(range(100)), 0x82, 1000)
    assert lane.bytes_between(10, 50) == 40 * 1002
    assert lane.bytes_before(0) == 0
    assert lane.bytes_before(100) == 100 * 1002


def test_a_frame_at_the_end_adds_only_its_own_block(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = lane_of(list(range(50_000)))
    handled: list[int] = []
    summed = Lane._class_sums

    def counting(entry: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
        handled.append(len(entry))
        return summed(entry, weights, count)

    monkeypatch.setattr(Lane, "_class_sums", staticmethod(counting))
    for time in range(50_000, 50_064):
        lane.extend(np.array([time]), frames_in_bulk(np.array([time], np.int64)))
    assert sum(handled) == 64


def test_drawing_looks_at_blocks_and_not_at_every_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = lane_of(list(range(200_000)))
    handled: list[int] = []
    taken = type(lane.lengths).take_blocks

    def counting(column: object, blocks: np.ndarray, size: int) -> np.ndarray:
        handled.append(len(blocks) * size)
        return taken(column, blocks, size)  # type: ignore[arg-type]

    monkeypatch.setattr(type(lane.lengths), "take_blocks", counting)
    envelope = lane.envelope(np.linspace(0, 200_000, 101).astype(np.int64))
    assert envelope.counts.tolist() == [2000] * 100
    assert max(handled) <= 101 * 32
