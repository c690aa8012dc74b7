"""Does a button ask for the knob or lesson that it names, and does the caption say what will happen?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton

from framescope.analysis.diagnosis.verdict import Try
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.diagnosis.lesson_button import LessonButton
from framescope.ui.diagnosis.tries import Tries
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

LEFT = Qt.MouseButton.LeftButton
RAISE = Try("Raise ping_timeout to 45 s", knob="ping_timeout", value=45.0)
TEXT = Try("Send smaller messages.", lesson="slow-consumer")


def tries(look: Look, shown: Any, *attempts: Try, reason: str = "") -> Tries:
    view = Tries(look)
    view.show_tries(attempts, reason)
    view.resize(460, 120)
    shown(view)
    return view


def caption(view: Tries) -> str:
    (label,) = view.findChildren(ElidedLabel)
    return label.whole


def test_a_knob_is_a_button(look: Look, shown: Any, qtbot: Any) -> None:
    view = tries(look, shown, RAISE, Try("Send less."))
    (button,) = view.findChildren(QPushButton)
    asked = QSignalSpy(view.knob_asked)
    qtbot.mouseClick(button, LEFT)
    assert asked.count() == 1
    assert button.text() == "Raise ping_timeout to 45 s" and asked.at(0) == ["ping_timeout", 45.0]
    assert "Send less." in [label.text() for label in view.findChildren(PlainLabel)]


def test_a_lesson_is_a_button_beside_its_words(look: Look, shown: Any, qtbot: Any) -> None:
    view = tries(look, shown, RAISE, TEXT, Try("Again.", lesson="slow-consumer"))
    turn, lesson = view.findChildren(QPushButton)  # each lesson once
    assert isinstance(lesson, LessonButton) and lesson.y() == turn.y() and lesson.x() > turn.geometry().right()
    asked = QSignalSpy(view.lesson_asked)
    lesson.setFocus()
    qtbot.keyClick(lesson, Qt.Key.Key_Space)
    assert asked.count() == 1 and asked.at(0) == ["slow-consumer"]
    assert "Send smaller messages." in [label.text() for label in view.findChildren(PlainLabel)]


def test_what_has_no_room_beside_another_stands_below(look: Look, shown: Any) -> None:
    view = tries(look, shown, RAISE, Try("Ping more often.", lesson="idle-timeout"))
    turn, lesson = view.findChildren(QPushButton)
    assert lesson.y() > turn.geometry().bottom() and "…" not in lesson.text()


def test_a_lesson_that_is_not_there_is_not_offered(look: Look, shown: Any) -> None:
    view = tries(look, shown, Try("Read on.", lesson="no-such-lesson"))
    assert view.findChildren(QPushButton) == []


def test_a_knob_with_a_lesson_has_both(look: Look, shown: Any) -> None:
    view = tries(look, shown, Try("Ping every 20 s", knob="ping_interval", value=20.0, lesson="idle-timeout"))
    assert [type(button) is LessonButton for button in view.findChildren(QPushButton)] == [False, True]


def test_the_caption_says_what_a_turn_does_and_why(look: Look, shown: Any) -> None:
    view = tries(look, shown, RAISE, reason="worst round trip 27.4 s × 1.6")
    view.show_effect("reconnects to a.test")
    assert caption(view) == "reconnects to a.test · worst round trip 27.4 s × 1.6"
    view.show_effect("applies to connection 2, now OPEN")
    (button,) = view.findChildren(QPushButton)
    assert caption(view).startswith("applies to connection 2, now OPEN · ")
    assert button.accessibleDescription() == "applies to connection 2, now OPEN"
    assert "applies to connection 2" in button.toolTip()


def test_a_button_that_says_the_same_stays(look: Look, shown: Any) -> None:
    view = tries(look, shown, RAISE, reason="worst round trip 27.4 s × 1.6")
    (button,) = view.findChildren(QPushButton)
    button.setFocus()
    view.show_tries((RAISE,), "worst round trip 27.9 s × 1.6")
    assert view.findChildren(QPushButton) == [button] and button.hasFocus()
    assert caption(view) == "worst round trip 27.9 s × 1.6"


def test_without_a_knob_there_is_no_caption(look: Look, shown: Any) -> None:
    view = tries(look, shown, TEXT)
    view.show_effect("reconnects to a.test")
    assert caption(view) == ""


def test_nothing_to_try_is_nothing_to_show(look: Look, shown: Any) -> None:
    view = tries(look, shown, RAISE)
    view.show_tries(())
    assert view.isHidden()
