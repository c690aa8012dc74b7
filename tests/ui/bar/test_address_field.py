"""Does the address field complete, refuse without losing the text, and say what will happen?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from framescope.ui.bar.address_field import AddressField
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.theme import Look


@pytest.fixture
def field(look: Look, shown: Any) -> AddressField:
    field = AddressField(look)
    field.resize(700, 32)
    shown(field)
    return field


@pytest.fixture
def edit(field: AddressField) -> QLineEdit:
    field.focus()
    edit = field.findChild(QLineEdit)
    assert edit is not None
    return edit


def note(field: AddressField) -> str:
    label = field.findChild(ElidedLabel)
    assert label is not None
    return label.whole


def lightest(edit: QLineEdit, left: int, right: int) -> int:
    """Return the lightness of the lightest pixel of a stretch, the ground made black."""
    edit.setStyleSheet("background: black; border: 0; padding: 0")
    image = edit.grab().toImage()
    return max(image.pixelColor(x, y).lightness() for x in range(left, right) for y in range(image.height()))


def test_enter_passes_a_whole_address_on(field: AddressField, edit: QLineEdit, qtbot: Any) -> None:
    qtbot.keyClicks(edit, "wss://feed.example.net/prices")
    with qtbot.waitSignal(field.entered) as entered:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert entered.args == ["wss://feed.example.net/prices"]


def test_the_completion_is_shown_before_it_is_used(field: AddressField, edit: QLineEdit, qtbot: Any) -> None:
    qtbot.keyClicks(edit, "localhost:9001")
    assert note(field) == "→ ws://localhost:9001"
    with qtbot.waitSignal(field.entered) as entered:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert entered.args == ["ws://localhost:9001"]
    assert field.text == "ws://localhost:9001"


def test_a_refused_address_stays_and_says_why(field: AddressField, edit: QLineEdit, qtbot: Any) -> None:
    qtbot.keyClicks(edit, "http://a/")
    with qtbot.assertNotEmitted(field.entered):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert field.text == "http://a/"
    assert "scheme is http" in note(field)
    assert edit.hasFocus()
    qtbot.keyClicks(edit, "x")
    assert field.refusal == ""


def test_the_summary_gives_way_to_what_is_more_urgent(field: AddressField, edit: QLineEdit, qtbot: Any) -> None:
    field.set_text("ws://127.0.0.1/")
    field.set_summary("no TLS · deflate")
    assert note(field) == "no TLS · deflate"
    edit.selectAll()
    qtbot.keyClicks(edit, "localhost")
    assert note(field) == "→ ws://localhost"


def test_the_drop_down_asks_for_the_options(field: AddressField, qtbot: Any) -> None:
    button = field.findChild(QPushButton)
    with qtbot.waitSignal(field.options_asked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.accessibleName() == "Connection options"


def test_at_rest_the_host_is_bright_and_the_rest_quiet(field: AddressField) -> None:
    field.set_text("ws://host/path")
    field.findChild(QPushButton).setFocus()
    edit = field.findChild(QLineEdit)
    advance = edit.fontMetrics().horizontalAdvance
    host = lightest(edit, advance("ws://") + 3, advance("ws://host"))
    assert host > lightest(edit, 0, advance("ws://")) + 40
    assert host > lightest(edit, advance("ws://host") + 4, advance("ws://host/path") + 2) + 40


def test_an_address_too_long_for_the_field_ends_in_an_ellipsis(field: AddressField) -> None:
    field.set_text("ws://host/" + "a" * 400)
    field.findChild(QPushButton).setFocus()
    edit = field.findChild(QLineEdit)
    before = edit.grab().toImage()
    field.set_text("ws://host/" + "a" * 400 + "b")
    assert edit.grab().toImage() == before, "what differs is beyond the room"


def test_moving_the_focus_does_not_edit(field: AddressField, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(field.edited):
        field.focus()
        field.findChild(QPushButton).setFocus()


def test_a_long_paste_is_cut(field: AddressField) -> None:
    field.set_text("ws://" + "a" * 20000)
    assert len(field.text) == 8192
