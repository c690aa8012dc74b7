"""Is a quickly made named tuple a named tuple in every way?"""

from __future__ import annotations

import copy
import pickle
from typing import NamedTuple

import pytest

from framescope.engine.events import Part
from framescope.engine.frames import BINARY, Frame
from framescope.engine.quick import maker, quick


@quick
class Point(NamedTuple):
    """A place."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        return self.x + self.y


def test_it_is_called_with_its_fields():
    assert Point(1) == Point(1, 2) == Point(y=2, x=1) == (1, 2)
    with pytest.raises(TypeError):
        Point()
    with pytest.raises(TypeError):
        Point(1, 2, 3)


def test_it_is_made_of_a_tuple():
    assert maker(Point)((3, 4)) == Point(3, 4)
    assert type(maker(Point)((3, 4))) is Point


def test_it_is_a_named_tuple_still():
    point = Point(1)
    assert (point.x, point.y, point.sum, point._fields) == (1, 2, 3, ("x", "y"))
    assert point._replace(x=5) == Point(5, 2)
    assert point._asdict() == {"x": 1, "y": 2}
    assert repr(point) == "Point(x=1, y=2)"
    assert Point.__doc__ == "A place."
    match point:
        case Point(x=x, y=y):
            assert (x, y) == (1, 2)


@pytest.mark.parametrize("made", [Point(1), Frame(0x82, b"a", None, 2, 1, 7), Part(BINARY, b"a", None, True, True)])
def test_it_can_be_copied_and_pickled(made):
    for again in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert again == made
        assert type(again) is type(made)
