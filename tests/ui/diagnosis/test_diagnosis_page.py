"""Does the page show the whole diagnosis, and tell what a person asks for?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel, QPushButton

from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.diagnosis.verdict import Diagnosis, Try
from framescope.capture.details import EndInfo
from framescope.lab.scenario import Change, End, Kill, Scenario, Turn
from framescope.ui import style_sheet
from framescope.ui.diagnosis.chart import HIGHEST, LOWEST
from framescope.ui.diagnosis.diagnosis_page import DiagnosisPage, codes
from framescope.ui.diagnosis.lesson_button import LessonButton
from framescope.ui.diagnosis.section import together
from framescope.ui.diagnosis.step_list import StepRow
from framescope.ui.diagnosis.what_if import OFF
from framescope.ui.main_window import MainWindow
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look
from helpers.lab_captures import book_of, scenario
from helpers.made_trace import MadeTrace
from ui.diagnosis.conftest import Case

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(look: Look, shown: Any, late: Case) -> DiagnosisPage:
    page = DiagnosisPage(look)
    page.resize(470, 700)
    shown(page)
    page.show_diagnosis(*late)
    return page


def test_everything_stands_on_it(page: DiagnosisPage, late: Case) -> None:
    said = late.diagnosis
    assert page.headline.headline.text() == said.headline and page.headline.sentence.text() == together(said.plain)
    texts = [label.text() for label in page.findChildren(PlainLabel)]
    for text in (said.other_end, *said.unknown, *(cause.evidence for cause in said.causes)):
        assert together(text) in texts
    assert page.what_if.isVisible() and page.what_if.text.startswith("3 s: dies at 18.1 s; 10 s: survives")
    assert "sent 1011 · close_code is 1006" in texts


def test_all_labels_are_plain(page: DiagnosisPage) -> None:
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in page.findChildren(QLabel))


def test_nothing_is_wider_than_the_page(page: DiagnosisPage, qtbot: Any) -> None:
    for width in (340, 470, 640):
        page.resize(width, 700)
        qtbot.waitUntil(lambda width=width: page.viewport().width() >= width - 20)
        assert page.widget().width() == page.viewport().width()
        assert page.widget().height() < 1600


def test_a_step_and_a_try_are_told(page: DiagnosisPage, late: Case, qtbot: Any) -> None:
    rows, knobs = QSignalSpy(page.row_asked), QSignalSpy(page.knob_asked)
    times, lessons = QSignalSpy(page.time_asked), QSignalSpy(page.lesson_asked)
    first, second, *_ = page.findChildren(StepRow)
    buttons = {button.text(): button for button in page.findChildren(QPushButton)}
    qtbot.mouseClick(first, LEFT)
    qtbot.mouseClick(second, LEFT)
    qtbot.mouseClick(buttons["Raise ping_timeout to 10 s"], LEFT)
    (lesson,) = page.findChildren(LessonButton)
    qtbot.mouseClick(lesson, LEFT)
    assert rows.at(0) == [19] and knobs.at(0) == ["ping_timeout", 10.0]
    assert times.at(0) == [late.diagnosis.steps[1].time] and lessons.at(0) == ["slow-consumer"]


def test_the_report_has_the_chart_in_words(page: DiagnosisPage) -> None:
    assert "3 s: dies at 18.1 s; 10 s: survives the recording" in page.report
    assert page.report.startswith("ConnectionClosedError: sent 1011")


def test_what_is_empty_is_absent(page: DiagnosisPage, late: Case) -> None:
    page.show_diagnosis(late.trace, replace(late.diagnosis, unknown=(), tries=()))
    assert page.unknown.isHidden() and page.tries.isHidden()
    assert page.what_if.text.startswith("3 s: dies at 18.1 s; from")  # nothing is suggested


def test_before_anything_was_shown_there_is_no_report(look: Look, shown: Any) -> None:
    page = DiagnosisPage(look)
    shown(page)
    assert page.report == ""


@pytest.mark.parametrize(
    ("sent", "received", "code", "text"),
    [(1011, None, 1006, "sent 1011 · close_code is 1006"), (None, None, None, ""), (None, 4000, 4000,
      "received 4000 · close_code is 4000")],
)  # fmt: skip
def test_both_numbers_of_an_end(sent: int | None, received: int | None, code: int | None, text: str) -> None:
    info = EndInfo("ConnectionClosedError", "x", code, "", "fin", True, sent_code=sent, received_code=received)
    assert codes(info) == text


def test_a_turned_interval_is_replayed_from_then_on(look: Look, shown: Any, tmp_path: Path) -> None:
    turn = Turn(at=11, end="client", knob="ping_interval", value=1)
    hole = Change(at=18.5, black_hole=True)
    with book_of(tmp_path / "capture", scenario(turn, hole, client=End(ping_interval=20, ping_timeout=3))) as book:
        trace = book.traces[1]
        diagnosis = diagnose(trace)
        assert diagnosis is not None
        page = DiagnosisPage(look)
        shown(page)
        page.show_diagnosis(trace, diagnosis)
        assert page.what_if.text.startswith("3 s: dies at 2")


@pytest.mark.parametrize(
    ("ended", "text"),
    [
        (scenario(Kill(at=7.3, end="server")), ""),
        (scenario(Change(at=8, black_hole=True)), "3 s: dies at"),
        (scenario(Kill(at=60, end="server"), client=End(ping_interval="none")), OFF),
    ],
    ids=["a FIN", "silence", "idle, without pings"],
)
def test_what_if_is_asked_where_pings_matter(
    look: Look, shown: Any, tmp_path: Path, ended: Scenario, text: str
) -> None:
    page = DiagnosisPage(look)
    shown(page)
    with book_of(tmp_path / "capture", ended) as book:
        diagnosis = diagnose(book.traces[1])
        assert diagnosis is not None
        page.show_diagnosis(book.traces[1], diagnosis)
    assert page.what_if.text.startswith(text) and bool(page.what_if.text) is bool(text)
    assert page.what_if.isVisible() is bool(text)


def test_what_the_headline_advises_is_not_said_twice(look: Look, shown: Any) -> None:
    made = MadeTrace()
    made.ended(1.0, EndInfo("InvalidStatus", "HTTP 403", None, "", "refused", True, advice="Give a token."))
    trace = made.trace
    page = DiagnosisPage(look)
    shown(page)
    tries = (Try("Give a token."), Try("Look at Handshake."))
    page.show_diagnosis(trace, Diagnosis("a", "b", "c", (), (), (), tries, ()))
    texts = [label.text() for label in page.findChildren(PlainLabel)]
    assert texts.count("Give a token.") == 1 and texts.count("Look at Handshake.") == 1
    page.show_diagnosis(trace, Diagnosis("a", "b", "c", (), (), (), tries[:1], ()))
    assert page.tries.isHidden() and page.headline.advice.isVisible()
    assert page.report.count("Give a token.") == 1


def test_the_chart_takes_what_height_is_left(page: DiagnosisPage, qtbot: Any) -> None:
    """Down to Try everything is in view, if the window is high enough for it."""
    heights = []
    for height in (500, 720, 1200):
        page.resize(470, height)
        qtbot.wait(1)
        heights.append(page.what_if.chart.height())
    assert LOWEST <= heights[0] < LOWEST + 6 < heights[1] < heights[2] and heights[2] >= HIGHEST
    page.resize(470, 720)
    qtbot.waitUntil(lambda: page.tries.geometry().bottom() < page.viewport().height())


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_an_ordinary_1011_is_whole_in_the_usual_window(
    look: Look, shown: Any, late: Case, qtbot: Any, theme: str
) -> None:
    look.choose(theme)
    window = MainWindow(look)
    window.setStyleSheet(style_sheet.build(look.hex))
    shown(window)
    window.show_connection()
    window.detail.show_diagnosis(*late)
    window.show_diagnosis()
    page = window.detail.diagnosis
    assert len(late.diagnosis.steps) >= 5 and len(late.diagnosis.causes) >= 2
    qtbot.waitUntil(page.tries.isVisible)
    qtbot.waitUntil(lambda: page.tries.geometry().bottom() < page.viewport().height())
    assert page.what_if.chart.isVisible() and page.what_if.chart.height() >= LOWEST
    window.finish()
