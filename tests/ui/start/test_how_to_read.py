"""Does the panel explain five marks, and say where captures stay?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.ui.plain import PlainLabel
from framescope.ui.start.how_to_read import HowToRead
from framescope.ui.start.reading_marks import MARKS, ReadingMark
from framescope.ui.theme import Look


@pytest.fixture
def panel(look: Look, qtbot: Any) -> HowToRead:
    panel = HowToRead(look)
    qtbot.addWidget(panel)
    return panel


def test_every_mark_is_explained(panel: HowToRead) -> None:
    assert len(panel.findChildren(ReadingMark)) == len(MARKS) == 5
    words = "\n".join(label.text() for label in panel.findChildren(PlainLabel))
    assert "When it breaks, you see why" in words
    assert "diagnosis" not in words.lower(), "it is not built"


def test_it_says_that_captures_stay(panel: HowToRead) -> None:
    words = "\n".join(label.text() for label in panel.findChildren(PlainLabel))
    assert "Captures stay on this computer. Framescope sends nothing to anyone but the address you type." in words


@pytest.mark.parametrize("width", [340, 420])
def test_it_wraps_instead_of_scrolling_sideways(panel: HowToRead, width: int) -> None:
    panel.resize(width, 600)
    panel.show()
    assert all(mark.mapTo(panel, mark.rect().bottomRight()).x() < width for mark in panel.findChildren(ReadingMark))
    assert panel.minimumSizeHint().width() <= 340
