"""Does a button with a key have room for both its words and its key?"""

from __future__ import annotations

from typing import Any

from framescope.ui.controls.icon_button import IconButton
from framescope.ui.controls.key_button import KeyButton
from framescope.ui.theme import Look


def test_the_key_makes_the_button_wider(look: Look, qtbot: Any) -> None:
    plain = IconButton(look, "target", "Follow live")
    button = KeyButton(look, "target", "Follow live", "space")
    for widget in (plain, button):
        qtbot.addWidget(widget)
    assert button.sizeHint().width() > plain.sizeHint().width() + 30
    wide = button.sizeHint().width()
    button.set_key("E")
    assert button.sizeHint().width() < wide


def test_the_key_is_drawn_in_its_colour(look: Look, qtbot: Any) -> None:
    button = KeyButton(look, "target", "Follow live", "space")
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    before = button.grab().toImage()
    button.set_token("acc")
    assert button.grab().toImage() != before
