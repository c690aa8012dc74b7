"""Tests of the card that explains a row."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from framescope.ui.frames.explain_card import ExplainCard, short_section
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


@pytest.fixture
def card(look: Look, shown: Any) -> ExplainCard:
    card = ExplainCard(look)
    shown(card)
    return card


def test_lines_and_sections(card: ExplainCard) -> None:
    card.show_lines(["FIN is 1.", "MASK is 1."], ["RFC 6455 5.2", "RFC 6455 5.3", "RFC 7692 6"])
    assert card.text == "FIN is 1. MASK is 1."
    assert card.sections == "§5.2  §5.3  RFC 7692 §6"


def test_at_most_five_lines(card: ExplainCard) -> None:
    card.show_lines([f"Line {number}." for number in range(7)], [])
    assert card.text == "Line 0. Line 1. Line 2. Line 3. Line 4."


def test_nothing_to_say_shows_nothing(card: ExplainCard) -> None:
    card.show_lines([], [])
    assert not card.isVisible()


def test_it_shows_plain_text_only(card: ExplainCard) -> None:
    for label in card.findChildren(PlainLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize(
    ("reference", "short"),
    [("RFC 6455 5.2", "§5.2"), ("RFC 6455 §5.5.2", "§5.5.2"), ("RFC 7692 6", "RFC 7692 §6"), ("5.2", "§5.2")],
)
def test_short_sections(reference: str, short: str) -> None:
    assert short_section(reference) == short
