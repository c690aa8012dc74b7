"""Does the dial's scale run from 0.1 to 300 s over 270 degrees, and do steps follow 1-2-5?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope.engine.settings import LARGEST, SMALLEST
from framescope.ui.knobs.scale import angle, fraction, stepped

values = st.floats(SMALLEST, LARGEST)


def test_the_arc_runs_from_half_past_seven_to_half_past_four() -> None:
    assert angle(0.1) == -135
    assert angle(300.0) == pytest.approx(135)


def test_the_scale_is_logarithmic() -> None:
    decade = fraction(1.0) - fraction(0.1)
    assert fraction(100.0) - fraction(10.0) == pytest.approx(decade)
    assert fraction(10.0) == pytest.approx(2 * decade)


@pytest.mark.parametrize(("value", "end"), [(0.001, 0.0), (0.1, 0.0), (300.0, 1.0), (86400.0, 1.0), (None, 1.0)])
def test_values_beyond_the_arc_stand_at_its_ends(value: float | None, end: float) -> None:
    assert fraction(value) == end


@pytest.mark.parametrize(
    ("value", "notches", "turned"),
    [(20, 1, 50), (20, -1, 10), (5, 1, 10), (1, -1, 0.5), (3, 1, 5), (3, -1, 2), (7, 2, 20), (0.15, -2, 0.05)],
)
def test_a_notch_is_one_step_of_1_2_5(value: float, notches: int, turned: float) -> None:
    assert stepped(value, notches) == turned


def test_a_fine_notch_is_one_per_cent() -> None:
    assert stepped(20.0, 1, is_fine=True) == 20.2
    assert stepped(1.0, -1, is_fine=True) == 0.99
    assert stepped(10.0, 3, is_fine=True) == 10.3


@pytest.mark.parametrize("is_fine", [False, True])
def test_steps_end_where_a_knob_ends(is_fine: bool) -> None:
    assert stepped(80000.0, 30, is_fine=is_fine) == LARGEST
    assert stepped(0.0011, -30, is_fine=is_fine) == SMALLEST


@given(values, st.booleans())
def test_a_notch_always_moves_the_value_its_way(value: float, is_fine: bool) -> None:
    assert stepped(value, 1, is_fine=is_fine) > value or value > LARGEST * 0.99
    assert stepped(value, -1, is_fine=is_fine) < value or value < SMALLEST * 1.01
