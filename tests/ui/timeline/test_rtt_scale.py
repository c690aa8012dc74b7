"""Is the axis of the RTT strip right for what it shows?"""

from __future__ import annotations

import pytest

from framescope.ui.timeline.rtt_scale import scale_for


def test_values_far_apart_get_a_log_axis() -> None:
    scale = scale_for([0.04, 1.84], [3.0])
    assert scale.is_log
    assert scale.name == "log"
    assert 0 < scale.share(0.04) < scale.share(0.4) < scale.share(3.0) < 1
    assert scale.share(0.4) - scale.share(0.04) == pytest.approx(scale.share(4.0) - scale.share(0.4))


def test_values_close_together_get_a_linear_axis() -> None:
    scale = scale_for([2.1, 27.4], [20.0])
    assert scale.name == "linear"
    assert scale.share(20) == pytest.approx(2 * scale.share(10))
    assert scale.share(27.4) < 1


def test_the_limit_of_the_linear_axis_is_a_factor_of_60() -> None:
    assert not scale_for([1.0], [59.0]).is_log
    assert scale_for([1.0], [61.0]).is_log


def test_the_marked_value_is_a_power_of_ten_on_the_axis() -> None:
    for scale in (scale_for([0.04], [3.0]), scale_for([2.1, 14.9], [20.0]), scale_for([0.0003], [20.0])):
        assert 0 < scale.share(scale.marked) < 1
        assert f"{scale.marked:e}".startswith("1.000000e")


def test_without_a_pong_there_is_an_axis_for_the_ping_in_flight() -> None:
    scale = scale_for([], [20.0])
    assert scale.share(0.1) < scale.share(5.0) < scale.share(20.0) <= 1


def test_nothing_at_all_still_has_an_axis() -> None:
    assert 0 <= scale_for([], []).share(0.5) <= 1
