"""Do the numbers of the steps stand beside their marks, in the plot, and never on each other?"""

from __future__ import annotations

from itertools import combinations

import pytest

from framescope.ui.timeline.step_marks import RADIUS, Anchor, Disc, StepMark, place_discs, step_rows

ROOM = (80.0, 900.0, 40.0, 300.0)  # left, right, top, bottom


def overlap(one: Disc, other: Disc) -> bool:
    return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 < (2 * RADIUS) ** 2


def test_a_number_stands_on_the_side_asked_for() -> None:
    left, right, above, below = place_discs(
        [
            Anchor(1, 300, 100, -1, 0),
            Anchor(2, 500, 100, 1, 0),
            Anchor(3, 300, 200, 0, -1),
            Anchor(4, 500, 200, 0, 1),
        ],
        *ROOM,
    )
    assert left.x < 300 - RADIUS / 2 and right.x > 500 + RADIUS / 2
    assert above.y < 200 - RADIUS and below.y > 200 + RADIUS
    assert (left.y, above.x) == (100, 300)


@pytest.mark.parametrize("x", [80.0, 300.0, 900.0])
def test_eight_steps_of_one_moment_are_all_there(x: float) -> None:
    discs = place_discs([Anchor(number, x, 100, -1, 0) for number in range(1, 9)], *ROOM)
    assert [disc.number for disc in discs] == list(range(1, 9))
    assert not any(overlap(one, other) for one, other in combinations(discs, 2))
    assert all(ROOM[0] <= disc.x - RADIUS and disc.x + RADIUS <= ROOM[1] for disc in discs)


@pytest.mark.parametrize(("x", "y", "down"), [(81, 41, -1), (899, 299, 1)])
def test_at_the_edge_it_stays_inside(x: float, y: float, down: int) -> None:
    (disc,) = place_discs([Anchor(1, x, y, -1 if x < 100 else 1, down)], *ROOM)
    assert ROOM[0] <= disc.x - RADIUS and disc.x + RADIUS <= ROOM[1]
    assert ROOM[2] <= disc.y - RADIUS and disc.y + RADIUS <= ROOM[3]


def test_what_is_out_of_view_has_no_number() -> None:
    assert place_discs([Anchor(1, 20, 100, 0, 0), Anchor(2, 950, 100, 0, 0)], *ROOM) == []


def test_where_there_is_no_room_numbers_may_lie_on_each_other() -> None:
    assert len(place_discs([Anchor(number, 90, 100, 0, 0) for number in (1, 2, 3)], 80.0, 100.0, 40.0, 300.0)) == 3


def test_rows_of_the_steps_that_have_one() -> None:
    assert step_rows([StepMark(1, 0, 7), StepMark(2, 0, None), StepMark(3, 1, 9)]) == [7, 9]
