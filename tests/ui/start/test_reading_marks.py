"""Does each small picture show its own mark, in the tokens of the timeline, in both themes?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.ui.start.reading_marks import MARKS, ReadingMark
from framescope.ui.theme import Look

TOKENS = {
    "frames": {"text", "binary"},
    "round trip": {"ping", "pong"},
    "window": {"ping"},
    "knob": {"accbg"},
    "failure": {"err", "close"},
}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", MARKS)
def test_a_picture_has_the_colours_of_what_it_explains(look: Look, qtbot: Any, name: str, theme: str) -> None:
    look.choose(theme)
    mark = ReadingMark(look, name)
    qtbot.addWidget(mark)
    image = mark.grab().toImage()
    inks = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {look.hex(token) for token in TOKENS[name] | {"scope"}} <= inks
