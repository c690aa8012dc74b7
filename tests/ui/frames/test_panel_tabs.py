"""Do five tabs find room in every width of the panel, without arrows and with every name known?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QToolButton

from framescope.ui import style_sheet
from framescope.ui.frames.panel_tabs import PanelTabs
from framescope.ui.theme import Look

NAMES = ("Diagnosis", "Frame", "Message", "Handshake", "Connection")


@pytest.fixture
def tabs(look: Look, shown: Any) -> PanelTabs:
    tabs = PanelTabs(NAMES, look.words(12, 500))
    tabs.setStyleSheet(style_sheet.build(look.hex))
    shown(tabs)
    return tabs


def texts(tabs: PanelTabs) -> list[str]:
    return [tabs.tabText(index) for index in range(tabs.count())]


@pytest.mark.parametrize("width", [620, 420, 360, 300, 260])
def test_all_of_them_fit_without_arrows(tabs: PanelTabs, width: int) -> None:
    tabs.resize(width, 30)
    assert tabs.tabRect(tabs.count() - 1).right() <= width
    assert not any(arrow.isVisible() for arrow in tabs.findChildren(QToolButton))
    for index, name in enumerate(NAMES):
        text = tabs.tabText(index)
        assert text == name or (text.endswith("…") and name.startswith(text[:-1]) and name in tabs.tabToolTip(index))
        assert tabs.accessibleTabName(index) == name


def test_the_longest_names_are_cut_first_and_come_back(tabs: PanelTabs) -> None:
    tabs.resize(900, 30)
    assert texts(tabs) == list(NAMES) and not tabs.property("kind")
    room = tabs.tabRect(tabs.count() - 1).right() + 1
    tabs.resize(room - 1, 30)
    assert texts(tabs) == list(NAMES) and tabs.property("kind") == "tight"
    whole = tabs.tabRect(tabs.count() - 1).right() + 1
    tabs.resize(whole - 12, 30)
    assert tabs.tabText(1) == "Frame" and tabs.tabText(4) != "Connection"
    tabs.resize(900, 30)
    assert texts(tabs) == list(NAMES) and not tabs.property("kind")
    assert tabs.tabToolTip(4) == ""


def test_a_tab_that_goes_leaves_its_room(tabs: PanelTabs) -> None:
    tabs.resize(900, 30)
    tabs.resize(tabs.tabRect(tabs.count() - 1).right() - 20, 30)
    assert tabs.property("kind") == "tight"
    tabs.show_tab(2, False)
    assert not tabs.property("kind")
    tabs.show_tab(2, True)
    assert tabs.property("kind") == "tight"


def test_it_forces_no_width_upon_its_panel(tabs: PanelTabs) -> None:
    assert tabs.minimumSizeHint().width() == 0
