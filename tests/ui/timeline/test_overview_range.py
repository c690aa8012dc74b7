"""Does dragging in the overview move or resize the visible range?"""

from __future__ import annotations

import pytest

from framescope.ui.timeline.overview_range import OverviewRange, Part, range_text
from framescope.ui.timeline.viewport import SECOND, Viewport


@pytest.fixture
def view() -> Viewport:
    view = Viewport()
    view.resize(600)
    view.begin(0, 1000 * SECOND)
    view.move_to(200 * SECOND)
    return view


@pytest.fixture
def range_(view: Viewport) -> OverviewRange:
    """1000 s in 1000 px; the box from 200 to 260."""
    found = OverviewRange(view)
    found.width = 1000
    return found


def test_the_whole_capture_is_mapped(range_: OverviewRange, view: Viewport) -> None:
    assert range_.box == (pytest.approx(200, abs=1), pytest.approx(260, abs=1))
    assert range_.time_at(500) == 500 * SECOND
    assert range_.time_at(-9) == 0
    view.follow()
    assert range_.last == view.end > view.now
    assert range_.box[1] == 1000


@pytest.mark.parametrize(
    ("x", "part"), [(198, Part.LEFT), (205, Part.LEFT), (230, Part.BOX), (258, Part.RIGHT), (400, Part.OUTSIDE)]
)
def test_what_a_press_grabs(x: float, part: Part, range_: OverviewRange) -> None:
    assert range_.part_at(x) is part


def test_the_box_is_dragged(range_: OverviewRange, view: Viewport) -> None:
    range_.press(230)
    assert range_.move(330)
    assert view.start == pytest.approx(300 * SECOND, abs=SECOND / 5)
    assert view.span == 60 * SECOND
    range_.release()
    assert not range_.move(500)


def test_a_handle_resizes_and_the_other_end_stays(range_: OverviewRange, view: Viewport) -> None:
    range_.press(260)
    range_.move(300)
    assert view.start == pytest.approx(200 * SECOND, abs=SECOND / 5)
    assert view.span == pytest.approx(100 * SECOND, rel=0.01)
    range_.release()
    range_.press(200)
    range_.move(250)
    assert view.end == pytest.approx(300 * SECOND, abs=SECOND / 2)
    assert view.span == pytest.approx(50 * SECOND, rel=0.02)


def test_handles_do_not_cross(range_: OverviewRange, view: Viewport) -> None:
    range_.press(260)
    range_.move(100)
    assert view.span >= 1_000_000


def test_a_press_outside_jumps_there(range_: OverviewRange, view: Viewport) -> None:
    range_.press(700)
    assert (view.start + view.end) / 2 == pytest.approx(700 * SECOND, abs=SECOND)
    assert not view.is_following


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0842, "84 ms"), (7.22, "7.2 s"), (96.4, "96 s"), (9999, "9999 s"), (10_050, "167 min")]
)
def test_the_whole_is_named_with_its_unit(seconds: float, text: str) -> None:
    assert range_text(seconds) == f"0 – {text}"
