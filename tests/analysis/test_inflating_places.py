"""Are places kept sparsely, and forgotten where late records came before them?"""

from __future__ import annotations

import numpy as np

from framescope.analysis.inflating_places import CHECKPOINTS, Place, Places
from framescope.analysis.lanes import Lane
from framescope.engine.deflate import Deflater, Inflater
from helpers.scripted import frames_in_bulk


def lane_of(count: int) -> Lane:
    lane = Lane()
    lane.extend(np.arange(count), frames_in_bulk(np.arange(count, dtype=np.int64) * 10))
    return lane


def place_at(index: int) -> Place:
    return Place(index, Inflater(15, is_reset=False), index - 1)


def test_a_copy_inflates_on_its_own() -> None:
    deflater = Deflater(15, is_reset=False)
    one, two = (deflater.deflate(b"hello, hello", ends=True) for _ in range(2))
    place = place_at(0)
    assert place.inflater is not None
    place.inflater.inflate(one, ends=True, limit=None)
    for copied in (place.copy(), place):
        assert copied.inflater is not None
        assert copied.inflater.inflate(two, ends=True, limit=None) == b"hello, hello"


def test_checkpoints_spread_out_as_the_lane_grows() -> None:
    places = Places(lane_of(1))
    place = place_at(0)
    for index in range(100_000):
        place.index = index
        places.mark(place, 10**9)
    indexes = [checkpoint.index for checkpoint in places.checkpoints]
    assert CHECKPOINTS / 2 < len(indexes) <= CHECKPOINTS
    assert set(np.diff(indexes)) == {2048}
    assert indexes[0] == 0
    assert indexes[-1] > 97_000


def test_the_nearest_place_moves_along_and_a_checkpoint_stays() -> None:
    places = Places(lane_of(1000))
    places.mark(place_at(0), 10**9)
    found = places.nearest(0, 50, is_whole=False)
    assert found is not None
    assert found is not places.checkpoints[0]
    found.index, found.last_row = 40, 39
    assert places.nearest(0, 50, is_whole=False) is found
    assert places.nearest(0, 39, is_whole=False).index == 0  # type: ignore[union-attr]
    assert places.nearest(41, 50, is_whole=False) is None


def test_a_place_inside_a_frame_is_not_its_beginning() -> None:
    places = Places(lane_of(10))
    inside = places.keep(Place(5, None, 5, offset=4096))
    assert places.nearest(0, 5, is_whole=False) is inside
    assert places.nearest(0, 6, is_whole=True) is inside
    assert places.nearest(0, 5, is_whole=True) is None


def test_late_records_make_later_places_worthless() -> None:
    lane = lane_of(200)
    places = Places(lane)
    for index in (0, 64, 128):
        places.mark(place_at(index), 10**9)
    places.keep(place_at(150))
    lane.extend(np.array([200]), frames_in_bulk(np.array([995], np.int64)))  # between the frames 99 and 100
    found = places.nearest(0, 190, is_whole=False)
    assert found is not None
    assert found.index == 64
