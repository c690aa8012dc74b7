"""Does the menu say what was chosen, and mark the theme in force?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction

import framescope
from framescope.ui.main_menu import MainMenu
from framescope.ui.theme import Look


def action(menu: MainMenu, text: str) -> QAction:
    (found,) = (action for action in menu.actions() if action.text().startswith(text))
    return found


@pytest.fixture
def menu(look: Look, qtbot: Any) -> MainMenu:
    menu = MainMenu(look)
    qtbot.addWidget(menu)
    return menu


@pytest.mark.parametrize(
    ("text", "signal"), [("Keys", "keys_asked"), ("Copy the capture", "folder_asked"), ("Quit", "quit_asked")]
)
def test_choices_are_told(menu: MainMenu, qtbot: Any, text: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(menu, signal), timeout=500):
        action(menu, text).trigger()


@pytest.mark.parametrize(("text", "theme"), [("Light", "light"), ("Dark", "dark"), ("Theme as the system", "system")])
def test_a_theme_is_chosen_and_marked(menu: MainMenu, look: Look, text: str, theme: str) -> None:
    action(menu, text).trigger()
    assert look.choice == theme
    menu.open_at(QPoint(0, 0))
    assert [item.text() for item in menu.actions() if item.isChecked()] == [action(menu, text).text()]
    menu.close()


def test_the_theme_button_moves_the_mark(menu: MainMenu, look: Look) -> None:
    look.choose("light")
    menu.open_at(QPoint(0, 0))
    assert action(menu, "Light").isChecked() and not action(menu, "Dark").isChecked()
    menu.close()


def test_the_version_is_told_and_cannot_be_chosen(menu: MainMenu) -> None:
    assert not action(menu, f"Framescope {framescope.__version__}").isEnabled()
