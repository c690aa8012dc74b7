"""Do all views show the connection that is chosen, from its first record on?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QTabBar

from framescope.analysis.book import Halt
from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.diagnosis.verdict import Diagnosis
from framescope.analysis.trace import Trace
from framescope.capture.details import ConnectionInfo, EndInfo
from framescope.probe.messages import ConnectOptions
from framescope.ui import showing
from framescope.ui.frames.frame_detail import CONNECTION, DIAGNOSIS
from framescope.ui.main_window import DIAGNOSIS_WIDTH
from helpers.window_bench import BROKEN, CLEAN, WindowBench

GIVEN_UP = EndInfo("TimeoutError", "", None, "", "aborted", False)


def test_a_connection_is_shown_as_soon_as_its_first_record_was_read(bench: WindowBench) -> None:
    bench.operator.connecting.emit(1, ConnectOptions(url="ws://x/"))
    bench.tick()
    assert bench.desk.trace is None and not bench.window.is_at_first_start
    bench.capture.open_connection(ConnectionInfo("ws://127.0.0.1:7/a", "client", {}), bench.clock.ns)
    bench.tick()
    assert bench.desk.trace is not None and bench.desk.trace.number == 1
    assert bench.window.windowTitle() == "Framescope – 127.0.0.1:7"


def test_choosing_shows_rows_title_and_end_of_the_other(bench: WindowBench) -> None:
    first = bench.open()
    bench.frame(first, b"of the first")
    bench.end(first, BROKEN)
    bench.open()
    assert bench.window.banner.isHidden()
    rows = bench.window.table.model().rowCount()
    bench.window.head.connection_chosen.emit(first)
    assert bench.window.table.model().rowCount() > rows


def test_a_failure_opens_its_diagnosis_once_and_leaves_the_focus_alone(bench: WindowBench) -> None:
    window = bench.window
    first = bench.open()
    window.table.setFocus()
    bench.end(first, BROKEN)
    page = window.detail.diagnosis
    assert page.isVisible() and window.focusWidget() is window.table
    assert window.detail.width() >= DIAGNOSIS_WIDTH - 4
    window.detail.show_tab(CONNECTION)
    bench.tick()
    assert not page.isVisible()
    bench.open()
    assert not _has_diagnosis(bench)
    window.head.connection_chosen.emit(first)
    assert _has_diagnosis(bench) and not page.isVisible()  # at once; it is there, but does not push itself forward


@pytest.mark.parametrize("info", [CLEAN, GIVEN_UP], ids=["clean", "given up while connecting"])
def test_a_good_end_has_no_diagnosis(bench: WindowBench, info: EndInfo) -> None:
    bench.end(bench.open(), info)
    assert not _has_diagnosis(bench) and bench.window.banner.isVisible()


def test_a_step_selects_its_row_everywhere_and_the_diagnosis_stays(bench: WindowBench) -> None:
    number = bench.open()
    bench.frame(number, b"the last one")
    bench.end(number, BROKEN)
    trace = bench.desk.trace
    assert trace is not None and trace.story.ended is not None
    bench.window.detail.diagnosis.row_asked.emit(trace.story.ended.row)
    assert bench.window.table.selected_row == trace.story.ended.row
    assert bench.window.detail.diagnosis.isVisible()


def test_a_step_without_a_row_brings_its_moment_into_view(bench: WindowBench) -> None:
    number = bench.open()
    bench.tick(600.0)
    bench.end(number, BROKEN)
    view = bench.window.timeline.viewport
    assert bench.desk.trace is not None
    start = bench.desk.trace.start
    assert view.start > start
    bench.window.detail.diagnosis.time_asked.emit(start)
    assert view.start <= start <= view.end


def test_each_connection_has_its_own_diagnosis_and_keeps_it(bench: WindowBench) -> None:
    ends = (BROKEN, EndInfo("ConnectionClosedError", "sent 1009 (message too big); x", 1006, "", "violation", False))
    numbers = []
    for seconds, info in zip((1.0, 5.0), ends, strict=True):
        numbers.append(bench.open())
        bench.frame(numbers[-1], b"x")
        bench.tick(seconds)
        bench.end(numbers[-1], info)
    running = bench.open()
    window = bench.window
    said = []
    for number in (*numbers, running, *numbers):
        window.head.connection_chosen.emit(number)
        bench.tick()
        page = window.detail.diagnosis
        # It is in view again where it was when another connection was chosen.
        assert page.isVisible() is (number != running)
        if number != running:
            marks = window.timeline._canvas.steps
            said.append((page.headline.headline.text(), page.report, [mark.time for mark in marks]))
    assert said[:2] == said[2:] and said[0] != said[1]
    assert [headline for headline, *_ in said[:2]] == [f"{info.exception}: {info.sentence}" for info in ends]


def test_what_is_recorded_after_the_end_counts_too(bench: WindowBench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.end(bench.open(), BROKEN)
    judged: list[int] = []

    def note(trace: Trace, *, others: list[Trace], halts: list[Halt]) -> Diagnosis | None:
        judged.append(len(halts))
        return diagnose(trace, others=others, halts=halts)

    monkeypatch.setattr(showing, "diagnose", note)
    bench.tick()
    assert judged == []  # nothing new
    book = bench.live.book
    assert book is not None
    book.halts.append(Halt(bench.clock.ns - 5_000_000_000, bench.clock.ns, False))
    bench.tick()
    bench.tick()
    assert judged == [1]


def test_e_leads_to_the_first_step(bench: WindowBench, qtbot: Any) -> None:
    number = bench.open()
    bench.frame(number, b"the last one")
    bench.tick(1.0)
    bench.end(number, BROKEN)
    trace = bench.desk.trace
    assert trace is not None
    diagnosis = diagnose(trace)
    assert diagnosis is not None
    rows = [step.row for step in diagnosis.steps if step.row is not None]
    for row in (rows[0], rows[1], rows[0]):
        qtbot.keyClick(bench.window, Qt.Key.Key_E)
        assert bench.window.table.selected_row == row


def test_the_report_goes_to_the_clipboard(bench: WindowBench, qtbot: Any) -> None:
    bench.end(bench.open(), BROKEN)
    (copy,) = (button for button in bench.window.detail.findChildren(QPushButton) if button.text() == "Copy report")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("ConnectionClosedError: no close frame received or sent\n")
    assert bench.window.toast.text == "The report is on the clipboard"


def test_choosing_leaves_the_focus_alone(bench: WindowBench) -> None:
    bench.end(bench.open())
    bench.open()
    bench.window.head.selector.setFocus()
    bench.window.head.connection_chosen.emit(1)
    assert bench.window.focusWidget() is bench.window.head.selector


def test_the_status_bar_is_about_the_connection_that_is_shown(bench: WindowBench) -> None:
    first = bench.open()
    for _ in range(3):
        bench.frame(first, b"x")
    bench.end(first)
    bench.open()
    assert "1 frame" not in bench.window.status.recording.text
    bench.window.head.connection_chosen.emit(first)
    bench.tick()
    assert "3 frames kept" in bench.window.status.recording.text


def _has_diagnosis(bench: WindowBench) -> bool:
    bar = bench.window.detail.findChild(QTabBar)
    assert bar is not None
    return bar.isTabVisible(DIAGNOSIS)
