"""Tests of the virtual hex dump."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from framescope.ui.frames.hex_view import HexView, Region
from framescope.ui.theme import Look
from helpers.pointer import tooltip_at


class Counting:
    """Bytes that remember how much of them was read."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.read = 0

    def wire(self, start: int, stop: int) -> bytes:
        self.read += stop - start
        return bytes(byte & 0xFF for byte in range(start, min(stop, self.length)))

    def plain(self, start: int, stop: int) -> bytes:
        return self.wire(start, stop)


@pytest.fixture
def view(look: Look, shown: Any) -> HexView:
    view = HexView(look)
    view.resize(388, 6 * view.row_height())
    shown(view)
    return view


def place_of(view: HexView, byte: int) -> QPoint:
    rows = view.rows
    row, place = divmod(byte, rows.per_row)
    left = (rows.hex_column(place) + 0.8) * view.text_left() / rows.text_column(0)
    return QPoint(round(left), round((row - view.verticalScrollBar().value() + 0.5) * view.row_height()))


def test_it_reads_only_what_it_shows(view: HexView) -> None:
    source = Counting(100 * 1024 * 1024)
    view.show_source(source)
    view.grab()
    assert 0 < source.read < 10_000
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    view.grab()
    assert source.read < 20_000


def test_12_bytes_to_the_row_and_16_in_a_wide_panel(view: HexView) -> None:
    view.show_source(Counting(200))
    assert view.rows.per_row == 12
    view.resize(500, 100)
    assert view.rows.per_row == 16


def test_the_byte_under_the_pointer_is_told(view: HexView, qtbot: Any) -> None:
    view.show_source(Counting(200))
    spy = QSignalSpy(view.byte_hovered)
    qtbot.mouseMove(view.viewport(), place_of(view, 0))
    qtbot.mouseMove(view.viewport(), place_of(view, 31))
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert [spy.at(index)[0] for index in range(spy.count())] == [0, 31, -1]


def test_scrolled_rows_are_found_too(view: HexView) -> None:
    view.show_source(Counting(1200))
    view.verticalScrollBar().setValue(50)
    assert view.byte_under(QPointF(place_of(view, 605))) == 605


def test_a_click_copies_a_byte_or_its_field(view: HexView, qtbot: Any) -> None:
    view.show_source(Counting(200), [Region(4, 8, "key", "masking key")])
    spy = QSignalSpy(view.copied)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, 6))
    assert QGuiApplication.clipboard().text() == "04 05 06 07"
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, 9))
    assert QGuiApplication.clipboard().text() == "09"
    assert spy.count() == 2


def test_lit_bytes_are_outlined(view: HexView) -> None:
    view.show_source(Counting(200))
    before = view.grab().toImage()
    view.light(4, 8)
    assert view.grab().toImage() != before
    view.light(-1, -1)
    assert view.grab().toImage() == before


def test_fields_stand_on_their_fills(view: HexView, look: Look) -> None:
    view.show_source(Counting(200), [Region(4, 8, "key", "masking key")])
    image = view.grab().toImage()
    corner = place_of(view, 5) - QPoint(0, view.row_height() // 2)
    assert image.pixelColor(corner + QPoint(-8, 1)) == look.color("f_key")


def test_bytes_that_the_capture_lost_are_not_drawn(view: HexView) -> None:
    class Short(Counting):
        def wire(self, start: int, stop: int) -> bytes:
            return b"ab" if start == 0 else b""

    view.show_source(Short(200), [Region(0, 8, "key", "lost")])
    view.grab()
    view.show_source(None)
    view.grab()
    assert view.byte_under(QPointF(60, 5)) == -1


def test_a_length_beyond_the_scroll_bar_does_no_harm(view: HexView) -> None:
    view.show_source(Counting(2**62))
    assert view.verticalScrollBar().maximum() == 2**31 - 1


def test_the_tooltip_names_the_field_or_the_byte(view: HexView) -> None:
    view.show_source(Counting(200), [Region(4, 8, "key", "masking <key>")])
    assert "masking &lt;key&gt;" in tooltip_at(view.viewport(), place_of(view, 5))
    assert "byte 9: 0x09" in tooltip_at(view.viewport(), place_of(view, 9))
    assert "byte 0: 0x00" in tooltip_at(view.viewport(), place_of(view, 0))
