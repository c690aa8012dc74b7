"""Does the timeline show the stretch of time that it should: zoomed, panned, following, with a ruler?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.ui.timeline.viewport import LEAD, SECOND, Viewport, round_up_125, span_text, tick_text

START = 1000 * SECOND


@pytest.fixture
def view() -> Viewport:
    """A minute of 600 px that follows, 100 s after the start."""
    view = Viewport()
    view.resize(600)
    view.begin(START, START + 100 * SECOND)
    return view


def seconds(view: Viewport, time: int) -> float:
    return (time - START) / SECOND


def test_following_keeps_now_at_the_future_zone(view: Viewport) -> None:
    assert view.x(view.now) == pytest.approx(LEAD * 600, abs=1)
    view.advance(START + 130 * SECOND)
    assert view.is_following
    assert view.x(view.now) == pytest.approx(LEAD * 600, abs=1)


def test_without_following_the_view_stands_still(view: Viewport) -> None:
    view.let_go()
    before = view.start
    view.advance(START + 130 * SECOND)
    assert view.start == before


def test_x_and_time_are_inverse(view: Viewport) -> None:
    for x in (0.0, 17.0, 599.0):
        assert view.x(view.time_at(x)) == pytest.approx(x, abs=1e-5)
    times = np.array([view.time_at(0), view.time_at(300)], np.int64)
    assert view.xs(times) == pytest.approx([0, 300], abs=1e-5)


def test_a_zoom_keeps_the_moment_under_the_pointer(view: Viewport) -> None:
    view.let_go()
    under = view.time_at(200)
    view.zoom(1.25, 200)
    assert view.span == pytest.approx(48 * SECOND)
    assert abs(view.x(under) - 200) <= 1


def test_a_zoom_that_takes_now_out_of_view_stops_following(view: Viewport) -> None:
    view.zoom(1.25, 500)
    assert view.is_following
    view.zoom(4, 10)
    assert not view.is_following
    assert not view.has_now


def test_a_pan_stops_following_only_when_now_is_out_of_view(view: Viewport) -> None:
    view.pan(-40)
    assert view.is_following
    view.advance(START + 101 * SECOND)
    assert view.x(view.now) == pytest.approx(LEAD * 600 + 40, abs=1)  # it runs on where it was dragged to
    view.pan(-40)
    assert not view.is_following


def test_following_again_brings_now_back(view: Viewport) -> None:
    view.move_to(START)
    assert not view.is_following
    view.follow()
    assert view.x(view.now) == pytest.approx(LEAD * 600, abs=1)


def test_the_zoom_ends_at_a_millisecond_and_at_the_whole_capture(view: Viewport) -> None:
    view.zoom(1e9, 300)
    assert view.span == 1_000_000
    view.zoom(1e-12, 300)
    assert 100 * SECOND < view.span < 120 * SECOND
    assert view.start <= START <= view.end


def test_a_zoom_out_shows_more_past_not_more_future(view: Viewport) -> None:
    view.zoom(0.5, 10)
    assert view.x(view.now) == pytest.approx(LEAD * 600, abs=1)
    view.let_go()
    view.move_to(START)
    view.zoom(0.8, 590)
    assert view.start == pytest.approx(START, abs=SECOND)


def test_fit_all_shows_from_the_start_to_now(view: Viewport) -> None:
    view.zoom_to(START + 5 * SECOND, START + 6 * SECOND)
    view.fit_all()
    assert view.start == pytest.approx(START, abs=SECOND)
    assert view.has_now


def test_no_pan_loses_the_capture(view: Viewport) -> None:
    view.pan(-1e7)
    assert view.end > START
    view.pan(1e7)
    assert view.start < view.now


def test_a_row_out_of_view_is_brought_to_the_middle(view: Viewport) -> None:
    assert not view.reveal(START + 95 * SECOND)
    assert view.is_following
    assert view.reveal(START + 2 * SECOND)
    assert abs(view.x(START + 2 * SECOND) - 300) <= 1
    assert not view.is_following


def test_columns_stay_on_one_grid_while_time_runs(view: Viewport) -> None:
    first = view.edges(view.first_column, view.first_column + view.columns)
    view.advance(view.now + 7 * SECOND + 12_345_678)
    later = view.edges(view.first_column, view.first_column + view.columns)
    shared = np.intersect1d(first, later)
    assert len(shared) > 500
    assert later[0] == view.start
    assert np.all(np.diff(later) > 0)


@pytest.mark.parametrize(
    ("span", "step"), [(60, 10 * SECOND), (20, 5 * SECOND), (0.001, 200_000), (3600, 600 * SECOND)]
)
def test_ruler_steps_are_round(span: float, step: int, view: Viewport) -> None:
    view.advance(START + 4000 * SECOND)
    view.set_span(span * SECOND)
    ruler = view.ruler(84)
    assert ruler.step == step
    assert all(time % ruler.step == 0 for time in ruler.major)
    assert not set(ruler.major) & set(ruler.minor)
    assert ruler.step / view.ns_per_pixel >= 84


def test_the_ruler_has_no_ticks_before_the_start(view: Viewport) -> None:
    view.move_to(START - 10 * SECOND)
    ruler = view.ruler()
    assert min(ruler.major) == 0
    assert min(ruler.minor) > 0


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.3, 1), (1, 1), (1.1, 2), (2, 2), (3, 5), (5, 5), (7, 10), (840, 1000)]
)
def test_round_up_125(value: float, rounded: int) -> None:
    assert round_up_125(value) == rounded


@pytest.mark.parametrize(
    ("time", "step", "text"),
    [
        (50 * SECOND, 5 * SECOND, "50 s"),
        (85_120_000_000, 10_000_000, "85.12 s"),
        (85_100_000_000, 500_000_000, "85.1 s"),
        (720 * SECOND, 60 * SECOND, "12 min"),
        (7200 * SECOND, 3600 * SECOND, "2 h"),
    ],
)
def test_tick_text(time: int, step: int, text: str) -> None:
    assert tick_text(time, step) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(52, "52 s"), (0.0015, "1.5 ms"), (0.25, "250 ms"), (7.5, "7.5 s"), (720, "12 min"), (9000, "2.5 h")],
)
def test_span_text(seconds: float, text: str) -> None:
    assert span_text(seconds * SECOND) == text


def test_embracing_shows_the_whole_stretch_with_room_around_it(view: Viewport) -> None:
    start, end = START + 10 * SECOND, START + 90 * SECOND
    assert view.embrace(start, end)
    assert not view.is_following
    assert view.start < start - SECOND and view.end > end + SECOND
    assert not view.embrace(start, end)  # it is in view


def test_embracing_a_moment_keeps_the_span(view: Viewport) -> None:
    span = view.span
    assert view.embrace(START + 5 * SECOND, START + 5 * SECOND)
    assert view.span == span and view.start <= START + 5 * SECOND


@pytest.mark.parametrize("first", [5.0, 98.0])
def test_embracing_spreads_what_stands_close_together(view: Viewport, first: float) -> None:
    start = START + round(first * SECOND)
    end = start + SECOND // 50
    assert view.embrace(start, end)
    assert 0.4 * view.width < view.x(end) - view.x(start) < 0.6 * view.width
    assert view.start < start and end < view.end
    assert not view.embrace(start, end)


def test_embracing_what_is_in_view_goes_on_following(view: Viewport) -> None:
    assert not view.embrace(START + 80 * SECOND, START + 99 * SECOND)
    assert view.is_following
