"""Does a button's icon follow the theme, and has a button without words a name?"""

from __future__ import annotations

from typing import Any

from framescope.ui.controls.icon_button import IconButton
from framescope.ui.theme import Look


def inks(button: IconButton) -> set[str]:
    """Return the opaque colours of the icon."""
    image = button.icon().pixmap(16, 16).toImage()
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return {image.pixelColor(*point).name() for point in points if image.pixelColor(*point).alpha() == 255}


def test_the_icon_follows_the_theme(look: Look, qtbot: Any) -> None:
    button = IconButton(look, "menu", hint="Menu")
    qtbot.addWidget(button)
    assert look.hex("fg0") in inks(button)
    look.choose("light")
    assert look.hex("fg0") in inks(button)


def test_the_icon_is_dim_while_the_button_is_disabled(look: Look, qtbot: Any) -> None:
    button = IconButton(look, "menu", "Connect", kind="primary")
    qtbot.addWidget(button)
    assert look.hex("onacc") in inks(button)
    button.setEnabled(False)
    assert look.hex("fg3") in inks(button)


def test_a_kind_changes_the_icon_too(look: Look, qtbot: Any) -> None:
    button = IconButton(look, "menu", "Connect", kind="primary")
    qtbot.addWidget(button)
    button.set_kind("plain")
    assert look.hex("fg0") in inks(button)


def test_a_button_without_words_is_named_by_its_hint(look: Look, qtbot: Any) -> None:
    button = IconButton(look, "menu", hint="Menu")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Menu"
    assert "Menu" in button.toolTip()
