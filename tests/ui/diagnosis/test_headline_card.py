"""Is the exception shown verbatim, and nothing of it interpreted?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.ui.diagnosis.headline_card import HeadlineCard
from framescope.ui.theme import Look


@pytest.fixture
def card(look: Look, shown: Any) -> HeadlineCard:
    card = HeadlineCard(look)
    shown(card)
    return card


def test_it_says_what_it_is_told(card: HeadlineCard) -> None:
    card.show_end("ConnectionClosedError: no close frame received or sent", "The server closed.", "Start it.")
    assert card.headline.text() == "ConnectionClosedError: no close frame received or sent"
    assert card.sentence.text() == "The server closed." and card.advice.text() == "Start it."
    assert card.accessibleName().startswith("ConnectionClosedError")
    card.show_end("X: after 3 s", "After 3 s.")
    assert card.headline.text() == "X: after 3 s" and card.sentence.text() == "After 3\u00a0s."  # the first: verbatim
    card.show_end("A", "B")
    assert card.advice.isHidden()


def test_a_hostile_reason_stays_text(card: HeadlineCard) -> None:
    card.show_end("X: <img src=x>\x1b\u202e" + "y" * 5000, "B")
    assert "<img src=x>" in card.headline.text()
    assert "\x1b" not in card.headline.text() and "\u202e" not in card.headline.text()
    assert len(card.headline.text()) < 700


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_its_ground_is_the_tint_of_errors(card: HeadlineCard, look: Look, theme: str) -> None:
    look.choose(theme)
    card.resize(400, 100)
    assert card.grab().toImage().pixelColor(2, 2).name() == look.hex("errbg").lower()
