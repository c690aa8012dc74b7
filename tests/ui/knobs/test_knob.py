"""Do dial, field and None switch of one knob agree, and does it tell of a person's changes only?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from framescope.engine.settings import KNOBS
from framescope.ui.knobs.face import Face
from framescope.ui.knobs.knob import Knob
from framescope.ui.theme import Look
from helpers.pointer import wheel

PING_TIMEOUT = KNOBS[2]


@pytest.fixture
def knob(look: Look, shown: Any) -> Knob:
    knob = Knob(look, PING_TIMEOUT)
    knob.resize(255, 92)
    shown(knob)
    return knob


def turns(knob: Knob) -> list[tuple[str, float | None]]:
    seen: list[tuple[str, float | None]] = []
    knob.turned.connect(lambda name, seconds: seen.append((name, seconds)))
    return seen


def text_of(knob: Knob) -> str:
    edit = knob.field.findChild(QLineEdit)
    assert edit is not None
    return edit.text()


def test_turning_the_dial_shows_in_the_field_and_is_told_once(knob: Knob) -> None:
    seen = turns(knob)
    wheel(knob.dial, 120)
    assert seen == [("ping_timeout", 50)]
    assert text_of(knob) == "50"


def test_typing_turns_the_dial(knob: Knob, qtbot: Any) -> None:
    seen = turns(knob)
    edit = knob.field.findChild(QLineEdit)
    edit.selectAll()
    qtbot.keyClicks(edit, "3")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert seen == [("ping_timeout", 3.0)]
    assert knob.dial.value() == 3000


def test_values_from_outside_are_shown_and_not_told(knob: Knob) -> None:
    seen = turns(knob)
    knob.set_seconds(3.0)
    knob.set_seconds(None)
    assert (text_of(knob), seen) == ("None", [])
    assert knob.none_switch.isChecked()


def test_the_none_switch_comes_back_to_the_number(knob: Knob, qtbot: Any) -> None:
    knob.set_seconds(3.0)
    seen = turns(knob)
    qtbot.mouseClick(knob.none_switch, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(knob.none_switch, Qt.MouseButton.LeftButton)
    assert seen == [("ping_timeout", None), ("ping_timeout", 3.0)]


def test_a_step_from_none_comes_back_to_the_number(knob: Knob, qtbot: Any) -> None:
    knob.set_seconds(3.0)
    knob.set_seconds(None)
    seen = turns(knob)
    wheel(knob.dial, 120)
    assert seen == [("ping_timeout", 3.0)]


def test_a_double_click_is_the_default(knob: Knob, qtbot: Any) -> None:
    knob.set_seconds(3.0)
    seen = turns(knob)
    qtbot.mouseDClick(knob.dial, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(knob.dial, Qt.MouseButton.LeftButton)
    assert seen == [("ping_timeout", 20.0)]


def test_it_is_named_with_value_default_and_live_line(knob: Knob) -> None:
    knob.set_seconds(3.0)
    knob.show_face(Face(0.6, "ping", "pong due in 1.9 s", "pingt"))
    assert knob.dial.accessibleName() == "ping_timeout 3 seconds, default 20, pong due in 1.9 seconds"


def test_the_name_follows_a_countdown_by_whole_seconds(knob: Knob) -> None:
    names = []
    for tenths in (19, 18, 11, 10, 9):
        knob.show_face(Face(0.6, "ping", f"pong due in {tenths / 10:.1f} s", "pingt"))
        names.append(knob.dial.accessibleName().rpartition(" in ")[2])
    assert names == ["1.9 seconds"] * 4 + ["0.9 seconds"]
    knob.set_seconds(0.5)
    assert knob.dial.accessibleName().startswith("ping_timeout 0.5 seconds")


def test_a_refusal_stands_in_the_live_line_until_it_is_undone(knob: Knob, qtbot: Any) -> None:
    edit = knob.field.findChild(QLineEdit)
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "-3")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert "“-3” is not a time" in knob.live_text
    knob.show_face(Face(None, "acc", "stopped", "fg2"))
    assert "“-3” is not a time" in knob.live_text, "the connection's news do not hide the reason"
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert knob.live_text == "stopped"


def test_read_only_nothing_changes(knob: Knob, qtbot: Any) -> None:
    knob.set_read_only(True)
    seen = turns(knob)
    wheel(knob.dial, 120)
    qtbot.mouseClick(knob.none_switch, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(knob.dial, Qt.MouseButton.LeftButton)
    assert (seen, knob.seconds) == ([], 20.0)


def test_what_is_half_typed_when_it_becomes_read_only_is_dropped(knob: Knob, qtbot: Any) -> None:
    seen = turns(knob)
    edit = knob.field.findChild(QLineEdit)
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "3")
    knob.set_read_only(True)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (seen, text_of(knob)) == ([], "20")


def test_it_fits_a_quarter_of_the_smallest_window(knob: Knob) -> None:
    assert knob.minimumSizeHint().width() <= 225


def test_tab_goes_in_reading_order(knob: Knob, qtbot: Any) -> None:
    knob.dial.setFocus()
    order = [knob.focusWidget()]
    for _ in range(2):
        qtbot.keyClick(knob.focusWidget(), Qt.Key.Key_Tab)
        order.append(knob.focusWidget())
    assert order == [knob.dial, knob.none_switch, knob.field.findChild(QLineEdit)]
