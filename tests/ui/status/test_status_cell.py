"""Does a cell say its figures in one line, in their colours, and as wide as they are?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.ui.status.status_cell import Run, StatusCell
from framescope.ui.theme import Look


@pytest.fixture
def cell(look: Look, qtbot: Any) -> StatusCell:
    cell = StatusCell(look)
    qtbot.addWidget(cell)
    return cell


def test_words_are_quiet_and_figures_clear(cell: StatusCell) -> None:
    cell.show_runs(Run("dropped"), Run("0", True))
    assert cell.text == cell.accessibleName() == "dropped 0"
    assert cell.tokens() == ("fg2", "fg0")


def test_a_token_overrides(cell: StatusCell) -> None:
    cell.show_runs(Run("dropped", token="err"), Run("3", True, "err"))
    assert cell.tokens() == ("err", "err")


def test_it_is_as_wide_as_its_text_and_mark(cell: StatusCell) -> None:
    cell.show_runs(Run("host"))
    narrow = cell.sizeHint().width()
    cell.show_runs(Run("host"), mark="disc")
    marked = cell.sizeHint().width()
    cell.show_runs(Run("host"), Run("315 KiB", True), mark="disc")
    assert narrow < marked < cell.sizeHint().width()


def test_text_from_the_wire_is_made_visible(cell: StatusCell) -> None:
    cell.show_runs(Run("a\n\u202eb"))
    assert cell.text == "a␊\\u202eb"


@pytest.mark.parametrize("mark", ["disc", "square", "ring"])
def test_marks_are_painted(cell: StatusCell, look: Look, mark: str) -> None:
    cell.show_runs(Run("host"), mark=mark, mark_token="err")
    cell.resize(cell.sizeHint())
    image = cell.grab().toImage()
    inks = {image.pixelColor(x, y).name() for x in range(26) for y in range(image.height())}
    assert look.hex("err") in inks
