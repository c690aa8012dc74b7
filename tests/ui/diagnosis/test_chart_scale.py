"""Are the chart's axes round, and do its labels stay in the plot and off each other?"""

from __future__ import annotations

import pytest

from framescope.ui.diagnosis.chart_scale import (
    Axis,
    Place,
    Plot,
    across_axis,
    label_below,
    label_beside,
    span_for,
    tick_step,
    tick_text,
    up_axis,
)

PLOT = Plot(Place(40, 10, 400, 100), Axis(0, 60, ()), Axis(50, 150, ()))


@pytest.mark.parametrize(("least", "step"), [(0.3, 0.5), (1, 1), (1.01, 2), (5.1, 10), (0, 1), (70, 100)])
def test_steps_are_round(least: float, step: float) -> None:
    assert tick_step(least) == pytest.approx(step)


@pytest.mark.parametrize(("largest", "span"), [(45, 60), (20, 30), (3.45, 5), (10, 15), (0.05, 0.08), (0, 1)])
def test_the_axis_ends_on_a_tick_beyond_what_it_shows(largest: float, span: float) -> None:
    assert span_for(largest) == pytest.approx(span)
    axis = across_axis(span)
    assert axis.ticks[0] == 0
    assert axis.high > largest


def test_the_axis_up_begins_at_a_tick_and_ends_beyond_the_recording() -> None:
    axis = up_axis(78.0, 170.0)
    assert axis.low == 50 and axis.ticks == (50, 100, 150)
    assert axis.high > 170 and max(axis.ticks) <= 170
    still = up_axis(170.0, 170.0)  # nothing changes with the timeout
    assert still.low <= 170 < still.high


def test_values_become_pixels() -> None:
    assert (PLOT.x(0), PLOT.x(60), PLOT.x(30)) == (40, 440, 240)
    assert (PLOT.y(50), PLOT.y(150), PLOT.y(100)) == (110, 10, 60)
    assert PLOT.x(100) == 440 and PLOT.y(0) == 110  # outside: at the edge


def test_ticks_are_written_without_empty_figures() -> None:
    assert [tick_text(value) for value in (0.0, 0.5, 20.0, 1200.0)] == ["0", "0.5", "20", "1200"]


def test_a_label_stands_left_above_its_point_or_right_below() -> None:
    left = label_beside(PLOT, (240, 60), (100, 14))
    assert left.right < 240 and left.bottom < 60
    right = label_beside(PLOT, (60, 60), (100, 14))
    assert right.left > 60 and right.top > 60
    low = label_beside(PLOT, (60, 109), (100, 14))
    assert low.bottom <= PLOT.area.bottom
    assert label_beside(PLOT, (240, 12), (100, 14)).top == PLOT.area.top


def test_a_label_below_stays_in_the_plot_and_clear_of_the_other() -> None:
    for x in (45.0, 240.0, 435.0):
        place = label_below(PLOT, (x, 20), (150, 14))
        assert PLOT.area.left <= place.left and place.right <= PLOT.area.right and place.top > 20
    taken = Place(200, 24, 100, 14)
    assert not label_below(PLOT, (240, 20), (150, 14), taken).touches(taken)
