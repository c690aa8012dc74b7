"""Do columns become pixels: body, head, upside down, and clear above?"""

from __future__ import annotations

import numpy as np

from framescope.ui.theme import Look
from framescope.ui.timeline.column_image import column_image, premultiplied, token_table

RED = np.array([[255, 0, 0]])


def test_a_column_has_a_body_a_head_and_nothing_beyond() -> None:
    body, head = premultiplied(RED, np.array([0.5])), premultiplied(RED, np.array([1.0]))
    image = column_image(np.array([6.0]), body, head, 10, thickness=2, grows_up=False)
    assert [image.pixelColor(0, y).alpha() for y in range(10)] == [128] * 4 + [255] * 2 + [0] * 4
    assert image.pixelColor(0, 0).red() == 255


def test_a_sent_lane_grows_up() -> None:
    color = premultiplied(RED, np.array([1.0]))
    image = column_image(np.array([1.0]), color, color, 4, thickness=0, grows_up=True)
    assert [image.pixelColor(0, y).alpha() for y in range(4)] == [0, 0, 0, 255]


def test_the_table_has_the_colour_of_each_opcode(look: Look) -> None:
    table = token_table(look)
    text = look.color("text")
    assert tuple(table[1]) == (text.red(), text.green(), text.blue())
    assert len(table) == 16
