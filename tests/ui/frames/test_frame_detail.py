"""Tests of the right panel."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton, QTabBar

from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.capture.details import EndInfo, HandshakeInfo
from framescope.engine.events import Change, Which
from framescope.engine.state import State
from framescope.ui.frames.explain_card import ExplainCard
from framescope.ui.frames.frame_detail import CONNECTION, DIAGNOSIS, HANDSHAKE, MESSAGE, NOTHING, FrameDetail
from framescope.ui.frames.payload_view import PayloadView
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace


@pytest.fixture
def detail(look: Look, shown: Any) -> FrameDetail:
    detail = FrameDetail(look)
    detail.resize(420, 720)
    shown(detail)
    return detail


def tabs(detail: FrameDetail) -> list[str]:
    bar = detail.findChild(QTabBar)
    return [bar.tabText(tab) for tab in range(bar.count()) if bar.isTabVisible(tab)]


def test_without_a_row_it_says_what_to_do(detail: FrameDetail) -> None:
    assert detail.event_page.isVisible()
    assert detail.event_page.text == NOTHING
    assert not detail.event_page.findChild(ExplainCard).isVisible()
    assert tabs(detail) == ["Frame", "Handshake", "Connection"]


def test_a_frame_and_an_event(detail: FrameDetail) -> None:
    made = MadeTrace()
    frame = made.frame(1.0, b"hello")
    made.deadline(2.0, Which.PONG, Change.MISSED, 2.0)
    detail.show_row(made.trace, frame)
    assert detail.frame_page.isVisible()
    detail.show_row(made.trace, frame + 1)
    assert detail.event_page.isVisible()
    assert detail.event_page.text.startswith("Pong deadline passed")
    assert detail.event_page.findChild(ExplainCard).isVisible()
    detail.show_row(made.trace, None)
    assert detail.event_page.text == NOTHING


def test_the_whole_message_of_a_fragment(detail: FrameDetail) -> None:
    made = MadeTrace()
    first = made.frame(1.0, b"Hel", 1, fin=False)
    ping = made.frame(1.1, b"?", 9)
    last = made.frame(1.2, b"lo", 0)
    for row in (first, last):
        detail.show_row(made.trace, row)
        assert "Message" in tabs(detail)
        detail.show_tab(MESSAGE)
        assert detail.message_page.findChild(PayloadView).verdict == "5 B · UTF-8 valid"
    detail.show_row(made.trace, ping)
    assert "Message" not in tabs(detail)
    assert not detail.message_page.isVisible()


def test_handshake_and_connection_follow_the_story(detail: FrameDetail) -> None:
    made = MadeTrace()
    detail.show_row(made.trace, None)
    detail.show_tab(HANDSHAKE)
    assert detail.handshake_view.text == ""
    made.handshake(0.2, HandshakeInfo("GET / HTTP/1.1", [], 101, "Switching Protocols", []))
    detail.refresh()
    assert detail.handshake_view.text.startswith("GET / HTTP/1.1")
    detail.show_tab(CONNECTION)
    assert detail.connection_view.values["sent"] == "0 frames · 0 B"
    made.frame(1.0, b"hello", sent=True)
    detail.refresh()
    assert detail.connection_view.values["sent"] == "1 frame · 11 B"


def test_a_click_on_a_tab(detail: FrameDetail, qtbot: Any) -> None:
    bar = detail.findChild(QTabBar)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(CONNECTION).center())
    assert detail.connection_view.isVisible()


def test_the_chosen_tab_stays_while_rows_are_walked(detail: FrameDetail) -> None:
    made = MadeTrace()
    rows = [made.frame(1.0, b"a"), made.frame(2.0, b"b")]
    detail.show_row(made.trace, rows[0])
    detail.show_tab(CONNECTION)
    detail.show_row(made.trace, rows[1])
    assert detail.connection_view.isVisible()


def test_steps_are_asked_for(detail: FrameDetail, qtbot: Any) -> None:
    made = MadeTrace()
    made.frame(1.0, b"a")
    row = made.frame(2.0, b"b")
    spy = QSignalSpy(detail.step_asked)
    buttons = {button.accessibleName(): button for button in detail.findChildren(QPushButton)}
    assert not buttons["Previous row"].isEnabled()
    detail.show_row(made.trace, row)
    qtbot.mouseClick(buttons["Previous row"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(buttons["Next row"], Qt.MouseButton.LeftButton)
    assert [spy.at(index)[0] for index in range(spy.count())] == [-1, 1]
    detail.show_row(made.trace, 0)
    assert not buttons["Previous row"].isEnabled()


def test_a_diagnosis_is_the_first_tab_and_has_its_own_tools(detail: FrameDetail) -> None:
    made = MadeTrace()
    made.ended(2.0, EndInfo("ConnectionClosedError", "no close frame received or sent", 1006, "", "fin", True))
    detail.show_tab(DIAGNOSIS)
    assert not detail.diagnosis.isVisible()  # nothing to be shown
    detail.resize(470, 720)
    detail.show_diagnosis(made.trace, diagnose(made.trace))
    assert tabs(detail) == ["Diagnosis", "Frame", "Handshake", "Connection"]
    assert detail.event_page.isVisible()  # it is for others to bring it up
    detail.show_tab(DIAGNOSIS)
    buttons = {button.text(): button for button in detail.findChildren(QPushButton)}
    assert detail.diagnosis.isVisible() and buttons["Copy report"].isVisible() and not detail._back.isVisible()
    first = made.frame(2.1, b"Hel", 1, fin=False)
    made.frame(2.2, b"lo", 0)
    detail.show_row(made.trace, first)
    assert detail.diagnosis.isVisible() and buttons["Copy report"].text() == ""  # five tabs
    assert buttons["Copy report"].accessibleName() == "Copy report"
    detail.show_diagnosis(None, None)
    assert detail.frame_page.isVisible() and tabs(detail)[0] == "Frame"
    assert not buttons["Copy report"].isVisible() and detail._back.isVisible()


def test_a_narrow_panel_names_copy_by_its_icon(detail: FrameDetail) -> None:
    (copy,) = (button for button in detail.findChildren(QPushButton) if button.accessibleName() == "Copy report")
    for width, text in ((470, "Copy report"), (340, ""), (470, "Copy report")):
        detail.resize(width, 720)
        assert copy.text() == text


def test_a_value_for_the_living_connection_stands_below_its_facts(detail: FrameDetail, qtbot: Any) -> None:
    made = MadeTrace()
    made.state(0.1, State.OPEN)
    made.frame(20.0, b"?", 9, sent=True)
    made.frame(35.0, b"?", 10)
    detail.show_row(made.trace, None)
    assert not detail.live_what_if.isVisible()  # nor computed
    detail.show_tab(CONNECTION)
    qtbot.waitUntil(detail.live_what_if.tries.isVisible)
    detail.show_effect("applies to connection 1, now OPEN")
    button = detail.live_what_if.tries.findChildren(QPushButton)[-1]
    assert button.accessibleDescription() == "applies to connection 1, now OPEN"
    asked = QSignalSpy(detail.knob_asked)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.count() == 1 and asked.at(0) == ["ping_timeout", 25.0]
    assert detail.connection_view.isVisible()
