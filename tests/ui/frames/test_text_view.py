"""Tests of the virtual text pane."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence

from framescope.ui.frames.json_text import tokens_of
from framescope.ui.frames.text_view import TextView
from framescope.ui.theme import Look
from helpers.pointer import move_pressed


@pytest.fixture
def view(look: Look, shown: Any) -> TextView:
    view = TextView(look, "Text")
    view.resize(300, 120)
    shown(view)
    return view


def test_only_visible_lines_are_tokenised(view: TextView) -> None:
    lines: list[str] = []

    def counting(line: str) -> list[tuple[int, int, str]]:
        lines.append(line)
        return tokens_of(line)

    view.show_text("\n".join(f'"key{index}": {index},' for index in range(10_000)), counting)
    view.grab()
    assert 0 < len(set(lines)) <= 12
    assert lines[0] == '"key0": 0,'


def test_a_long_text_is_laid_out_bit_by_bit(view: TextView, qtbot: Any) -> None:
    view.show_text("漢" * 300_000)  # the slow way: each character's width is looked up
    first = view.verticalScrollBar().maximum()
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 2 * first)


def test_dragging_selects_and_copies_the_text_as_it_is(view: TextView, qtbot: Any) -> None:
    view.show_text("ab\u202ecd\nsecond")
    view.setFocus()
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 5))
    move_pressed(view.viewport(), QPoint(2, 25))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 25))
    assert view.selected_text == "ab\u202ecd\n"
    qtbot.keySequence(view, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "ab\u202ecd\n"
    qtbot.keySequence(view, QKeySequence(QKeySequence.StandardKey.SelectAll))
    assert view.selected_text == "ab\u202ecd\nsecond"


def test_a_click_finds_its_character(view: TextView) -> None:
    view.show_text("abcdef\n漢字x")
    width = view.fontMetrics().height()
    assert view.place_at(QPoint(0, 0).toPointF()) == 0
    assert view.place_at(QPoint(299, 0).toPointF()) == 6
    assert view.place_at(QPoint(0, 2 * width).toPointF()) in (7, 10)
    assert view.place_at(QPoint(0, 119).toPointF()) == 10


def test_markup_is_drawn_as_it_stands(view: TextView) -> None:
    view.show_text("<b>bold</b>")
    marked = view.grab().toImage()
    view.show_text("bold")
    assert view.grab().toImage() != marked


def test_a_narrower_pane_breaks_its_rows_anew(view: TextView) -> None:
    view.show_text("x" * 1000)
    wide = view.verticalScrollBar().maximum()
    view.resize(150, 120)
    assert view.verticalScrollBar().maximum() > wide
    assert view.text == "x" * 1000


def test_colours_of_a_line_that_is_folded(view: TextView, look: Look) -> None:
    def colors() -> set[str]:
        image = view.viewport().grab().toImage()
        second_row = range(20, 32)
        return {image.pixelColor(x, y).name() for x in range(2, 250) for y in second_row}

    view.show_text('"key": "' + "-" * 500 + '"', tokens_of)
    assert look.hex("j_str") in colors()
    view.show_text('"key": "' + "-" * 500 + '"')
    assert look.hex("j_str") not in colors()
