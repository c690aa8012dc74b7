"""Does the switch obey clicks anywhere on it and the space bar, and show its two states differently?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor

from framescope.ui.controls.switch import Switch
from framescope.ui.theme import Look


@pytest.fixture
def switch(look: Look, shown: Any) -> Switch:
    switch = Switch(look, "Check the certificate", off_token="err")
    switch.setFixedSize(switch.sizeHint())
    shown(switch)
    switch.clearFocus()
    return switch


def has_color(switch: Switch, color: QColor) -> bool:
    image = switch.grab().toImage()
    return any(image.pixelColor(x, image.height() // 2) == color for x in range(image.width()))


@pytest.mark.parametrize("x", [1, 16, 31])
def test_a_click_anywhere_switches(switch: Switch, qtbot: Any, x: int) -> None:
    with qtbot.waitSignal(switch.clicked):
        qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
    assert switch.isChecked()


def test_the_space_bar_switches(switch: Switch, qtbot: Any) -> None:
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()


def test_a_dangerous_off_is_red_and_on_is_green(switch: Switch, look: Look) -> None:
    assert has_color(switch, look.color("err"))
    switch.setChecked(True)
    assert has_color(switch, look.color("acc"))
    assert not has_color(switch, look.color("err"))


def test_focus_is_seen(switch: Switch, look: Look) -> None:
    before = switch.grab().toImage()
    switch.setFocus()
    assert switch.grab().toImage() != before


def test_a_screen_reader_finds_a_check_box(switch: Switch) -> None:
    interface = QAccessible.queryAccessibleInterface(switch)
    assert interface.role() is QAccessible.Role.CheckBox
    assert interface.text(QAccessible.Text.Name) == "Check the certificate"
    assert switch.sizeHint().width() >= 20 <= switch.sizeHint().height()
