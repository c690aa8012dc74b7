"""Does each drag do its one thing, and is a press without one a click?"""

from __future__ import annotations

import pytest

from framescope.ui.timeline.gestures import Drag, Gestures
from framescope.ui.timeline.viewport import SECOND, Viewport


@pytest.fixture
def view() -> Viewport:
    """A minute of 600 px that does not follow: 0.1 s a pixel."""
    view = Viewport()
    view.resize(600)
    view.begin(0, 300 * SECOND)
    view.move_to(100 * SECOND)
    return view


def test_a_press_that_hardly_moves_is_a_click(view: Viewport) -> None:
    gestures = Gestures(view)
    gestures.press(100, Drag.PAN)
    assert not gestures.move(102)
    assert gestures.release()
    assert view.start == 100 * SECOND


def test_a_drag_pans(view: Viewport) -> None:
    gestures = Gestures(view)
    gestures.press(100, Drag.PAN)
    assert gestures.move(150)
    gestures.move(140)
    assert view.start == 96 * SECOND
    assert not gestures.release()
    assert not gestures.move(10)


def test_a_right_drag_zooms_to_its_range_on_release(view: Viewport) -> None:
    gestures = Gestures(view)
    gestures.press(400, Drag.RANGE)
    gestures.move(300)
    assert gestures.range == (130 * SECOND, 140 * SECOND)
    assert view.span == 60 * SECOND
    gestures.release()
    assert gestures.range is None
    assert (view.start, view.span) == (pytest.approx(130 * SECOND, abs=SECOND / 20), 10 * SECOND)


def test_a_measurement_stays_until_it_is_cleared(view: Viewport) -> None:
    gestures = Gestures(view)
    gestures.press(100, Drag.MEASURE)
    gestures.move(200)
    gestures.release()
    assert gestures.measured == (110 * SECOND, 120 * SECOND)
    gestures.clear()
    assert gestures.measured is None


def test_a_drag_keeps_its_first_moment_while_the_trace_runs(view: Viewport) -> None:
    view.follow()
    gestures = Gestures(view)
    gestures.press(100, Drag.MEASURE)
    first = view.time_at(100)
    view.advance(310 * SECOND)
    gestures.move(300)
    assert gestures.measured is not None
    assert gestures.measured[0] == first
