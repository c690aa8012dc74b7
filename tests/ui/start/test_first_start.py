"""Does the first card start the demo with Enter, lead to the address, and offer only what is built?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from framescope.ui.start.first_start import FirstStart
from framescope.ui.theme import Look


@pytest.fixture
def card(look: Look, shown: Any) -> FirstStart:
    card = FirstStart(look)
    shown(card)
    card.setFocus()
    return card


def test_enter_starts_the_demo_feed(card: FirstStart, qtbot: Any) -> None:
    with qtbot.waitSignal(card.demo_asked):
        qtbot.keyClick(card.focusWidget(), Qt.Key.Key_Return)


def test_so_does_a_click(card: FirstStart, qtbot: Any) -> None:
    with qtbot.waitSignal(card.demo_asked):
        qtbot.mouseClick(card.demo, Qt.MouseButton.LeftButton)


def test_busy_it_starts_nothing_twice(card: FirstStart, qtbot: Any) -> None:
    card.set_busy(True)
    with qtbot.assertNotEmitted(card.demo_asked):
        qtbot.mouseClick(card.demo, Qt.MouseButton.LeftButton)
        qtbot.keyClick(card, Qt.Key.Key_Return)


def test_the_card_leads_to_the_address(card: FirstStart, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(card.demo_asked), qtbot.waitSignal(card.address_asked):
        qtbot.keyClick(card.connect_card, Qt.Key.Key_Return)


def test_only_what_is_built_is_offered(card: FirstStart) -> None:
    words = {button.text() for button in card.findChildren(QAbstractButton)}
    assert words == {"Start the demo feed", "Connect to a server"}


@pytest.mark.parametrize("width", [480, 660, 842])
def test_nothing_is_cut_at_any_width(card: FirstStart, width: int) -> None:
    card.resize(width, 10)
    assert card.height() >= card.heightForWidth(width)
    assert card.connect_card.height() >= card.connect_card.layout().minimumSize().height()
