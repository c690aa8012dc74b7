"""Does the dial obey wheel, keys, drag and double click, and does a screen reader find a dial with a value?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor

from framescope.ui.knobs.dial import KnobDial
from framescope.ui.knobs.face import Face
from framescope.ui.theme import Look
from helpers.pointer import SHIFT, drag, wheel

NOTCH = 120


@pytest.fixture
def dial(look: Look, shown: Any) -> KnobDial:
    dial = KnobDial(look, 20.0)
    dial.setFixedSize(66, 66)
    dial.turned.connect(dial.set_seconds)  # as a knob does
    shown(dial)
    dial.setFocus()
    return dial


def turns(dial: KnobDial) -> list[float]:
    seen: list[float] = []
    dial.turned.connect(seen.append)
    return seen


def color_at(dial: KnobDial, x: int, y: int) -> QColor:
    """Return the colour `x`, `y` px from the middle."""
    return dial.grab().toImage().pixelColor(33 + x, 33 + y)


def test_a_wheel_notch_is_one_step(dial: KnobDial) -> None:
    seen = turns(dial)
    wheel(dial, NOTCH)
    wheel(dial, -2 * NOTCH)
    assert seen == [50, 10]


def test_a_fine_wheel_adds_up_to_notches(dial: KnobDial) -> None:
    seen = turns(dial)
    for _ in range(3):
        wheel(dial, 40)
    assert seen == [50]


def test_shift_is_fine(dial: KnobDial, qtbot: Any) -> None:
    seen = turns(dial)
    wheel(dial, NOTCH, SHIFT)
    qtbot.keyClick(dial, Qt.Key.Key_Down, SHIFT)
    assert seen == [20.2, 20.0]


def test_up_and_down_are_steps_and_other_keys_are_the_windows(dial: KnobDial, qtbot: Any) -> None:
    seen = turns(dial)
    qtbot.keyClick(dial, Qt.Key.Key_Up)
    qtbot.keyClick(dial, Qt.Key.Key_Down)
    qtbot.keyClick(dial, Qt.Key.Key_Left)
    qtbot.keyClick(dial, Qt.Key.Key_End)
    assert seen == [50, 20]


def test_a_drag_is_a_step_every_three_pixels(dial: KnobDial) -> None:
    seen = turns(dial)
    drag(dial, 8)
    drag(dial, -3)
    drag(dial, 2)
    assert seen == [100, 50]


def test_a_double_click_asks_for_the_default(dial: KnobDial, qtbot: Any) -> None:
    dial.set_seconds(3.0)
    seen = turns(dial)
    with qtbot.waitSignal(dial.default_asked):
        qtbot.mouseDClick(dial, Qt.MouseButton.LeftButton)
    assert seen == []


def test_turning_from_none_wakes_it(dial: KnobDial, qtbot: Any) -> None:
    dial.set_seconds(None)
    seen = turns(dial)
    with qtbot.waitSignal(dial.woken):
        wheel(dial, NOTCH)
    assert seen == []


def test_read_only_nothing_turns_it(dial: KnobDial, qtbot: Any) -> None:
    dial.set_read_only(True)
    seen = turns(dial)
    wheel(dial, NOTCH)
    drag(dial, 9)
    qtbot.keyClick(dial, Qt.Key.Key_Up)
    with qtbot.assertNotEmitted(dial.default_asked):
        qtbot.mouseDClick(dial, Qt.MouseButton.LeftButton)
    assert seen == []


def test_a_screen_reader_finds_a_dial_and_its_value(dial: KnobDial) -> None:
    dial.set_seconds(3.0)
    interface = QAccessible.queryAccessibleInterface(dial)
    assert interface.role() is QAccessible.Role.Dial
    assert interface.valueInterface().currentValue() == 3000


def test_a_screen_reader_can_set_it(dial: KnobDial) -> None:
    seen = turns(dial)
    QAccessible.queryAccessibleInterface(dial).valueInterface().setCurrentValue(5000)
    assert seen == [5.0]


def test_showing_a_value_tells_nobody(dial: KnobDial) -> None:
    seen = turns(dial)
    dial.set_seconds(5.0)
    dial.set_seconds(None)
    assert seen == []


def test_the_arc_is_grey_at_the_default_and_green_when_changed(dial: KnobDial, look: Look) -> None:
    left = (-24, 0)
    assert color_at(dial, *left) == look.color("fg1")
    dial.set_seconds(5.0)
    assert color_at(dial, *left) == look.color("acc")
    dial.show_face(Face(None, "acc", "", "fg2", is_in_force=False))
    assert color_at(dial, *left) == look.color("fg3")


def test_the_ring_empties_clockwise_from_twelve(dial: KnobDial, look: Look) -> None:
    dial.show_face(Face(0.5, "ping", "", "pingt"))
    assert color_at(dial, 30, 0) == look.color("ping")
    assert color_at(dial, -30, 0) == look.color("line")


def test_expired_the_ring_is_full_and_red(dial: KnobDial, look: Look) -> None:
    dial.show_face(Face(1.0, "err", "", "err", is_expired=True))
    assert color_at(dial, 30, 0) == look.color("err")
    assert color_at(dial, -30, 0) == look.color("err")
    assert color_at(dial, -24, 0) == look.color("err")


def test_focus_is_seen_on_the_face(dial: KnobDial, look: Look) -> None:
    assert color_at(dial, -15, 0) == look.color("acc")
    dial.clearFocus()
    assert color_at(dial, -15, 0) != look.color("acc")


def test_a_drag_ends_with_the_button(dial: KnobDial, qtbot: Any) -> None:
    seen = turns(dial)
    drag(dial, 3)
    qtbot.mouseMove(dial, QPoint(30, 2))
    assert seen == [50]
