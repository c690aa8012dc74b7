"""Is the card one button for mouse and keys, and does it show its focus?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from framescope.ui.start.way_card import WayCard
from framescope.ui.theme import Look


@pytest.fixture
def card(look: Look, shown: Any) -> WayCard:
    card = WayCard(look, "plug", "Connect to a server", "Type an address above.", key="Ctrl L")
    card.resize(400, card.sizeHint().height())
    shown(card)
    return card


def test_a_click_on_its_words_takes_it(card: WayCard, qtbot: Any) -> None:
    with qtbot.waitSignal(card.asked):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_keys_take_it(card: WayCard, qtbot: Any, key: Qt.Key) -> None:
    with qtbot.waitSignal(card.asked):
        qtbot.keyClick(card, key)


def test_focus_is_seen(card: WayCard, look: Look) -> None:
    card.setFocus()
    assert card.grab().toImage().pixelColor(200, 0).name() == look.hex("fg0")
    card.clearFocus()
    assert card.grab().toImage().pixelColor(200, 0).name() != look.hex("fg0")


def test_it_is_named(card: WayCard) -> None:
    assert card.accessibleName() == "Connect to a server"
    assert card.accessibleDescription() == "Type an address above. Ctrl L"


def test_its_text_is_never_cut(card: WayCard) -> None:
    assert card.height() >= card.layout().minimumSize().height()
