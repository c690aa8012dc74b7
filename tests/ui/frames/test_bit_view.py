"""Tests of the figure under pointer and keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy

from framescope.engine.frames import serialise
from framescope.ui.frames.bit_layout import fields_of
from framescope.ui.frames.bit_view import BitView
from framescope.ui.theme import Look
from helpers.pointer import tooltip_at

WIRE = serialise(0x81, b'{"op' + bytes(144), bytes.fromhex("9f3c51e8"))


@pytest.fixture
def view(look: Look, shown: Any) -> BitView:
    view = BitView(look)
    view.resize(388, 170)
    view.show_fields(fields_of(WIRE[:12], 8, 148), True)
    shown(view)
    return view


def middle(view: BitView, name: str) -> QPoint:
    return view.rectangle_of(name).center().toPoint()


def test_fields_stand_to_scale(view: BitView) -> None:
    unit = view.width() / 32
    assert view.rectangle_of("FIN").width() == pytest.approx(unit - 1)
    assert view.rectangle_of("opcode").left() == pytest.approx(4 * unit + 0.5)
    assert view.rectangle_of("extended length (16)").width() == pytest.approx(16 * unit - 1)
    assert view.rectangle_of("masking key (32)").width() == pytest.approx(view.width() - 1)
    assert view.rectangle_of("masking key (32)").top() > view.rectangle_of("FIN").bottom()


def test_the_field_under_the_pointer_is_told_with_its_bytes(view: BitView, qtbot: Any) -> None:
    spy = QSignalSpy(view.field_hovered)
    qtbot.mouseMove(view, middle(view, "masking key (32)"))
    qtbot.mouseMove(view, middle(view, "opcode"))
    qtbot.mouseMove(view, QPoint(5, 2))
    assert [spy.at(index) for index in range(spy.count())] == [[4, 8], [0, 1], [-1, -1]]


def test_a_click_copies_the_value(view: BitView, qtbot: Any) -> None:
    spy = QSignalSpy(view.copied)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "masking key (32)"))
    assert QGuiApplication.clipboard().text() == "9f 3c 51 e8"
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "FIN"))
    assert QGuiApplication.clipboard().text() == "1"
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=middle(view, "opcode"))
    assert spy.count() == 2


def test_keys_walk_over_the_fields(view: BitView, qtbot: Any) -> None:
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    spy = QSignalSpy(view.field_hovered)
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "1 text"
    for _ in range(9):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert spy.at(spy.count() - 1) == [8, 12]
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert spy.at(spy.count() - 1) == [4, 8]


def test_a_lit_byte_is_outlined(view: BitView) -> None:
    before = view.grab().toImage()
    view.light_byte(5)
    lit = view.grab().toImage()
    assert lit != before
    view.light_byte(-1)
    assert view.grab().toImage() == before


def test_the_height_follows_the_rows(view: BitView) -> None:
    three = view.sizeHint().height()
    view.show_fields(fields_of(b"\x81\x05Hello", 2, 5), True)
    assert view.sizeHint().height() < three
    view.show_fields([], False)
    assert view.field_under(middle(view, "opcode").toPointF()) == -1
    view.grab()  # nothing to draw is no fault


def test_it_reads_itself_out(view: BitView) -> None:
    assert "opcode 1 text" in view.accessibleDescription()
    assert "masking key (32) 9f 3c 51 e8" in view.accessibleDescription()


def test_the_tooltip_has_section_and_meaning(view: BitView) -> None:
    text = tooltip_at(view, middle(view, "masking key (32)"))
    assert "masking key (32) · RFC 6455 §5.3" in text
    assert "each payload byte is XORed" in text


def test_the_field_has_its_fill(view: BitView, look: Look) -> None:
    place = view.rectangle_of("masking key (32)").center().toPoint()
    assert view.grab().toImage().pixelColor(place) == look.color("f_key")
