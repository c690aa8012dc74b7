"""Does the log follow the run, give long sentences room, and lead back to a moment?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt

from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.lab.scenario import End, Scenario
from framescope.ui.lab.event_log import EventLog
from framescope.ui.theme import Look

PINGS = Scenario(duration=500, client=End(ping_interval=1), server=End(ping_interval="none"))


@pytest.fixture
def log(look: Look, shown: Any) -> EventLog:
    log = EventLog(look)
    log.resize(600, 150)
    shown(log)
    return log


def follow(log: EventLog, run: Run, until: float) -> None:
    run.run_until(until)
    log.show_run(run, run.now)
    QCoreApplication.processEvents()


def test_it_follows_until_somebody_scrolls(log: EventLog) -> None:
    run = Run(PINGS)
    bar = log.table.verticalScrollBar()
    for until in (20, 40):
        follow(log, run, until)
        assert bar.value() == bar.maximum() > 0
    bar.setValue(0)
    follow(log, run, 60)
    assert bar.value() == 0


def test_a_long_sentence_has_the_lines_that_it_needs(log: EventLog, lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["keepalive-ping-timeout"].scenario)
    follow(log, run, 15)
    row = next(row for row in range(log.model.rowCount()) if log.model.note(row).kind == "raised")
    assert log.table.rowHeight(row) > 1.6 * log.table.rowHeight(0)


def test_a_moment_is_shown_with_what_led_there(log: EventLog) -> None:
    run = Run(PINGS)
    follow(log, run, 60)
    row = log.model.row_at(40.0)
    log.show_moment(40.0)
    assert log.table.rowAt(log.table.viewport().height() - 4) == row


@pytest.mark.parametrize("width", [573, 760])
def test_the_switch_shows_messages_and_keeps_its_caption(log: EventLog, lessons: dict[str, Lesson], width: int) -> None:
    log.resize(width, 150)
    run = Run(lessons["keepalive-ping-timeout"].scenario)
    follow(log, run, 5)
    before = log.model.rowCount()
    log.messages.click()
    assert log.model.rowCount() > before
    head = log.table.horizontalHeader()
    title = head.sectionViewportPosition(3) + 8 + head.fontMetrics().horizontalAdvance("Server sees")
    assert log._caption.isVisible() and title <= log._corner.geometry().left()
    assert log._corner.geometry().right() <= log.width()
    assert sum(head.sectionSize(column) for column in range(4)) == log.table.viewport().width()


def test_a_line_leads_to_its_moment_and_what_comes_later_is_dimmed(log: EventLog, qtbot: Any) -> None:
    run = Run(PINGS)
    follow(log, run, 60)
    with qtbot.waitSignal(log.moment_asked) as asked:
        log.table.setCurrentIndex(log.model.index(4, 0))
        qtbot.keyClick(log.table, Qt.Key.Key_Return)
    assert asked.args == [log.model.note(4).time]
    log.show_run(run, log.model.note(4).time)
    QCoreApplication.processEvents()
    look = log._look
    colours = [log.model.data(log.model.index(row, 1), Qt.ItemDataRole.ForegroundRole) for row in (4, 5)]
    assert colours == [look.color("fg1"), look.color("fg3")]
    assert log.table.rowAt(10) <= 4  # it is in view
