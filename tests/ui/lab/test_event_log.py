"""Does the log follow the run while its end is in view, and is how it ended readable to the last word?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from framescope.lab.notebook import Notebook
from framescope.ui.lab.event_log import EventLog
from framescope.ui.theme import Look


@pytest.fixture
def log(look: Look, shown: Any) -> EventLog:
    log = EventLog(look)
    log.resize(600, 150)
    shown(log)
    return log


def write(notebook: Notebook, count: int) -> None:
    for number in range(count):
        notebook.add(float(number), "client", "ping sent", "Ping sent")


def test_it_follows_until_somebody_scrolls(log: EventLog) -> None:
    notebook = Notebook()
    write(notebook, 40)
    log.show_notebook(notebook)
    QCoreApplication.processEvents()
    bar = log.table.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    write(notebook, 40)
    log.refresh()
    QCoreApplication.processEvents()
    assert bar.value() == bar.maximum()
    bar.setValue(0)
    write(notebook, 40)
    log.refresh()
    assert bar.value() == 0


def test_a_long_sentence_has_the_lines_that_it_needs(log: EventLog) -> None:
    notebook = Notebook()
    write(notebook, 1)
    notebook.add(
        2.0, "client", "raised", "ConnectionClosedError: sent 1011 (internal error) keepalive ping timeout; no"
    )
    log.show_notebook(notebook)
    assert log.table.rowHeight(1) > 1.6 * log.table.rowHeight(0)


def test_the_switch_shows_messages(log: EventLog) -> None:
    notebook = Notebook()
    notebook.add(1.0, "client", "message sent", 12)
    log.show_notebook(notebook)
    assert log.model.rowCount() == 0
    log.messages.click()
    assert log.model.rowCount() == 1 and log._corner.geometry().right() <= log.width()
