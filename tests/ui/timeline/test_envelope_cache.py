"""Is a kept envelope always the one that a new look would give?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.analysis.lanes import Lane
from framescope.capture.reader import DTYPE
from framescope.ui.timeline.envelope_cache import EnvelopeCache
from framescope.ui.timeline.viewport import SECOND, Viewport


class CountingLane(Lane):
    """A lane that counts the columns it was asked for."""

    columns = 0

    def envelope(self, edges):  # type: ignore[no-untyped-def]
        self.columns += len(edges) - 1
        return super().envelope(edges)


def add(lane: Lane, times: np.ndarray) -> None:
    records = np.zeros(len(times), DTYPE)
    records["time"], records["first"] = times, 0x81
    records["length"] = np.arange(len(times)) % 1000
    lane.extend(np.arange(len(times)), records)


def assert_fresh(cache: EnvelopeCache, lane: Lane, view: Viewport) -> None:
    edges = view.edges(view.first_column, view.first_column + view.columns)
    for kept, fresh in zip(cache.of(view), Lane.envelope(lane, edges), strict=True):
        assert np.array_equal(kept, fresh)


@pytest.fixture
def lane() -> CountingLane:
    lane = CountingLane()
    add(lane, np.sort(np.random.default_rng(1).integers(0, 100 * SECOND, 5000)))
    return lane


@pytest.fixture
def view() -> Viewport:
    view = Viewport()
    view.resize(500)
    view.begin(0, 100 * SECOND)
    return view


def test_a_running_trace_looks_at_few_columns(lane: CountingLane, view: Viewport) -> None:
    cache = EnvelopeCache(lane)
    assert_fresh(cache, lane, view)
    lane.columns = 0
    for step in range(1, 6):
        add(lane, np.array([(100 + step) * SECOND - 5]))
        view.advance((100 + step) * SECOND)
        assert_fresh(cache, lane, view)
    assert lane.columns < 5 * 120  # the future zone and what is new, not 500 each time


def test_pans_and_zooms_give_what_a_new_look_gives(lane: CountingLane, view: Viewport) -> None:
    cache = EnvelopeCache(lane)
    for move in (-37, 12, 400, -900, 3):
        view.pan(move)
        assert_fresh(cache, lane, view)
    view.zoom(1.25, 100)
    assert_fresh(cache, lane, view)
    view.zoom(0.8, 300)
    assert_fresh(cache, lane, view)


def test_a_frame_that_is_recorded_late_is_seen(lane: CountingLane, view: Viewport) -> None:
    cache = EnvelopeCache(lane)
    assert_fresh(cache, lane, view)
    add(lane, np.array([95 * SECOND]))
    assert_fresh(cache, lane, view)


def test_an_empty_lane_has_an_envelope(view: Viewport) -> None:
    lane = Lane()
    cache = EnvelopeCache(lane)
    assert cache.of(view).counts.sum() == 0
    add(lane, np.array([90 * SECOND]))
    assert cache.of(view).counts.sum() == 1
