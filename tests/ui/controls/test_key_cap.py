"""Is a key drawn as wide as its name, and named for screen readers?"""

from __future__ import annotations

from typing import Any

from framescope.ui.controls.key_cap import KeyCap
from framescope.ui.theme import Look


def test_it_is_as_wide_as_its_name(look: Look, qtbot: Any) -> None:
    short, long = KeyCap(look, "E"), KeyCap(look, "Ctrl L")
    for cap in (short, long):
        qtbot.addWidget(cap)
    assert short.sizeHint().width() < long.sizeHint().width()
    assert long.accessibleName() == "Ctrl L"


def test_it_follows_the_theme(look: Look, qtbot: Any) -> None:
    cap = KeyCap(look, "Enter")
    qtbot.addWidget(cap)
    cap.resize(cap.sizeHint())
    dark = cap.grab().toImage().pixelColor(3, 3).name()
    look.choose("light")
    light = cap.grab().toImage().pixelColor(3, 3).name()
    assert (dark, light) == ("#0e1116", "#eceff4")
