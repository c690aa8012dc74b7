"""Does a tooltip ever cover its own mark?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from framescope.ui.timeline.paint_overlay import tip_place

ROOM = QRectF(78, 0, 900, 350)


@pytest.mark.parametrize("x", [78, 200, 500, 800, 960])
@pytest.mark.parametrize("y", [0, 60, 180, 330])
def test_a_tooltip_stands_in_the_canvas_beside_its_mark(x: float, y: float) -> None:
    mark = QRectF(x, y, 12, 12)
    box = tip_place(mark, QRectF(0, 0, 240, 70), ROOM)
    assert ROOM.contains(box)
    assert not box.intersects(mark)


def test_where_there_is_no_room_at_either_side_it_goes_below_or_above() -> None:
    narrow = QRectF(78, 0, 300, 350)
    for y in (60.0, 300.0):
        mark = QRectF(200, y, 12, 12)
        box = tip_place(mark, QRectF(0, 0, 250, 70), narrow)
        assert narrow.contains(box)
        assert not box.intersects(mark)
