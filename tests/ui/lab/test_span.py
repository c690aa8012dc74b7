"""Do moments stand where the axis says, and does the wheel leave what is under the pointer there?"""

from __future__ import annotations

import pytest

from framescope.ui.lab.span import SHORTEST, Span


def test_a_moment_and_its_place_are_one_thing() -> None:
    span = Span(2.0, 12.0, 500.0)
    assert (span.x(2.0), span.x(7.0), span.x(12.0)) == (0.0, 250.0, 500.0)
    assert span.time(250.0) == 7.0


def test_all_of_a_run_fits_with_room_behind_it() -> None:
    span = Span(5.0, 6.0, 500.0)
    span.fit(10.0)
    assert span.start == 0.0 and 480 < span.x(10.0) < 490
    span.fit(0.0)
    assert span.length > 0


def test_the_wheel_leaves_what_is_under_the_pointer() -> None:
    span = Span(0.0, 10.0, 500.0)
    span.zoom(0.5, 100.0, 10.0)
    assert span.length == 5.0 and span.time(100.0) == pytest.approx(2.0)
    span.zoom(2.0, 100.0, 10.0)
    assert (span.start, span.end) == (0.0, 10.0)


@pytest.mark.parametrize(("factor", "length"), [(100.0, 10.0), (1e-9, SHORTEST)])
def test_a_zoom_has_ends(factor: float, length: float) -> None:
    span = Span(2.0, 4.0, 500.0)
    span.zoom(factor, 250.0, 10.0)
    assert span.length == pytest.approx(length)
    assert span.start >= 0.0 and span.end <= 10.0 + 1e-9


def test_panning_stops_at_both_ends() -> None:
    span = Span(2.0, 4.0, 100.0)
    span.pan(50.0, 10.0)
    assert (span.start, span.end) == (3.0, 5.0)
    span.pan(1e6, 10.0)
    assert (span.start, span.end) == (8.0, 10.0)
    span.pan(-1e6, 10.0)
    assert (span.start, span.end) == (0.0, 2.0)


@pytest.mark.parametrize(
    ("start", "end", "step", "first", "last"),
    [(0.0, 10.0, 1.0, 0.0, 10.0), (0.0, 60.0, 10.0, 0.0, 60.0), (1.01, 1.5, 0.05, 1.05, 1.5), (0, 3600, 500, 0, 3500)],
)
def test_figures_stand_at_round_times(start: float, end: float, step: float, first: float, last: float) -> None:
    figures, found = Span(start, end, 500.0).ticks()
    assert found == pytest.approx(step)
    assert (figures[0], figures[-1]) == (pytest.approx(first), pytest.approx(last))


@pytest.mark.parametrize(("now", "start"), [(0.0, 0.0), (9.6, 0.0), (9.7, 0.0), (10.0, 0.3), (100.0, 90.3)])
def test_it_rolls_with_the_run(now: float, start: float) -> None:
    span = Span(0.0, 10.0, 100.0)
    span.roll(now)
    assert (span.start, span.end) == (pytest.approx(start), pytest.approx(start + 10))


def test_a_moment_is_brought_into_view_by_the_shortest_way() -> None:
    span = Span(20.0, 30.0, 100.0)
    span.include(25.0)
    assert span.start == 20.0
    span.include(40.0)
    assert span.start == pytest.approx(30.6) and span.x(40.0) < 100
    span.include(5.0)
    assert span.start == pytest.approx(4.4) and span.length == pytest.approx(10.0)
    span.include(0.0)
    assert span.start == 0.0


@pytest.mark.parametrize(("rate", "length"), [(1, 100.0), (6, 25.0), (1e6, 100 / 32)])
def test_as_much_of_what_led_to_a_moment_is_shown_as_can_be_read(rate: float, length: float) -> None:
    span = Span(0.0, 10.0, 100.0)
    span.show_moment(200.0, 100.0, lambda start, end: round((end - start) * rate))
    assert span.length == pytest.approx(length) and span.start < 200.0 < span.end
    span.show_moment(1.0, 10.0, lambda start, end: 0)
    assert (span.start, span.end) == (0.0, 10.0)
