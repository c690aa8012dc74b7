"""Does a button ask for the knob that it names, and is nothing offered that is not there?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton

from framescope.analysis.verdict import Try
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.diagnosis.tries import Tries
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

RAISE = Try("Raise ping_timeout to 45 s", knob="ping_timeout", value=45.0)
TEXT = Try("Send smaller messages.", lesson="slow-consumer")


def tries(look: Look, shown: Any, *attempts: Try, reason: str = "") -> Tries:
    view = Tries(look)
    view.show_tries(attempts, reason)
    shown(view)
    return view


def test_a_knob_is_a_button(look: Look, shown: Any, qtbot: Any) -> None:
    view = tries(look, shown, RAISE, TEXT, reason="worst round trip 27.4 s × 1.6")
    (button,) = view.findChildren(QPushButton)  # none for the lesson: there is no lab in the window
    asked = QSignalSpy(view.knob_asked)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Raise ping_timeout to 45 s" and asked.at(0) == ["ping_timeout", 45.0]
    assert "Send smaller messages." in [label.text() for label in view.findChildren(PlainLabel)]
    captions = [label.whole for label in view.findChildren(ElidedLabel)]
    assert captions == ["reconnects with the new value; worst round trip 27.4 s × 1.6"]


def test_without_a_knob_there_is_no_button(look: Look, shown: Any) -> None:
    view = tries(look, shown, TEXT)
    assert view.findChildren(QPushButton) == []
    assert [label.whole for label in view.findChildren(ElidedLabel)] == [""]


def test_nothing_to_try_is_nothing_to_show(look: Look, shown: Any) -> None:
    view = tries(look, shown, RAISE)
    view.show_tries(())
    assert view.isHidden()
