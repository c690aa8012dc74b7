"""Are the bands as high as designed, and the bars as high as their frames are large?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.ui.timeline.bands import NATURAL, bands, bar_height, bar_heights


def test_the_natural_heights_are_those_of_the_design() -> None:
    found = bands(NATURAL)
    heights = [found.ruler, found.flags, found.sent, found.keepalive, found.received, found.state, found.rtt]
    assert [band.height for band in heights] == [20, 22, 56, 58, 97, 21, 54]
    assert [a.bottom for a in heights[:-1]] == [b.top for b in heights[1:]]


@pytest.mark.parametrize("height", [300, 328, 351, 600.0])
def test_the_bands_fill_the_height_and_the_lanes_take_the_spare(height: float) -> None:
    found = bands(height)
    assert found.rtt.bottom == pytest.approx(height)
    assert found.ruler.height == 20
    assert found.state.height == 21
    assert (found.received.height > 97) == (height > NATURAL)


def test_a_folded_strip_gives_its_height_to_the_lanes() -> None:
    folded, whole = bands(400, is_rtt_folded=True), bands(400)
    assert folded.rtt.height == 0
    assert folded.sent.height > whole.sent.height
    assert folded.state.bottom == pytest.approx(400)


def test_larger_type_makes_the_fixed_bands_higher() -> None:
    assert bands(500, line=20).ruler.height == 27


def test_a_bar_grows_with_the_logarithm_of_the_size() -> None:
    assert bar_height(0, 56) == 3
    assert bar_height(65535, 56) == pytest.approx(16 / 18 * 56)
    assert bar_height(2**30, 56) == 56


def test_many_bars_are_as_high_as_one_by_one() -> None:
    sizes = [0, 1, 148, 4096, 65535, 2**31]
    assert bar_heights(np.array(sizes, np.uint32), 97) == pytest.approx([bar_height(size, 97) for size in sizes])
