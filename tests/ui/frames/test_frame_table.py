"""Tests of the frame table: following, choosing, copying, and millions of rows."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QSignalSpy

from framescope.capture.reader import DTYPE
from framescope.capture.records import Kind
from framescope.ui.frames.frame_table import FrameTable
from framescope.ui.frames.frame_table_model import COLUMNS, Column
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace
from helpers.pointer import wheel


@pytest.fixture
def made() -> MadeTrace:
    made = MadeTrace()
    for index in range(200):
        made.frame(1.0 + index, b'{"number":%d}' % index, sent=index % 3 == 0)
    return made


@pytest.fixture
def table(look: Look, shown: Any, made: MadeTrace) -> FrameTable:
    table = FrameTable(look)
    table.resize(1020, 300)
    shown(table)
    table.show_trace(made.trace)
    return table


def at_end(table: FrameTable) -> bool:
    bar = table.verticalScrollBar()
    return bool(bar.maximum() > 0 and bar.value() == bar.maximum())


def grow(table: FrameTable, made: MadeTrace, qtbot: Any, count: int = 5) -> None:
    rows = len(made.trace.rows)
    for index in range(count):
        made.frame(1000.0 + index, b"new")
    table.refresh()
    qtbot.waitUntil(lambda: table.verticalScrollBar().maximum() + table.verticalScrollBar().pageStep() >= rows + count)


def row_place(table: FrameTable, row: int) -> QPoint:
    return table.visualRect(table.model().index(row, Column.TIME)).center()


def test_it_follows_the_end(table: FrameTable, made: MadeTrace, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: at_end(table))
    grow(table, made, qtbot)
    assert at_end(table)
    assert table.is_following


def test_scrolling_away_stops_following_and_the_end_resumes_it(table: FrameTable, made: MadeTrace, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: at_end(table))
    wheel(table.viewport(), 120)
    assert not table.is_following
    place = table.verticalScrollBar().value()
    grow(table, made, qtbot)
    assert table.verticalScrollBar().value() == place
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    assert table.is_following
    grow(table, made, qtbot)
    assert at_end(table)


def test_a_click_tells_the_row_once(table: FrameTable, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: at_end(table))
    spy = QSignalSpy(table.row_selected)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=row_place(table, 195))
    assert [spy.at(index) for index in range(spy.count())] == [[195]]
    assert table.selected_row == 195


def test_keys_choose(table: FrameTable, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: at_end(table))
    spy = QSignalSpy(table.row_selected)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=row_place(table, 195))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(table, key)
    assert [spy.at(index)[0] for index in range(spy.count())] == [195, 194, 0, 199]


def test_a_row_chosen_elsewhere_is_shown_and_not_told_again(table: FrameTable) -> None:
    spy = QSignalSpy(table.row_selected)
    table.select_row(20)
    assert table.selected_row == 20
    assert table.viewport().rect().contains(row_place(table, 20))
    assert not table.is_following
    table.select_row(None)
    assert table.selected_row is None
    table.select_row(10_000)
    assert table.selected_row is None
    assert spy.count() == 0


def test_the_selection_stays_while_rows_come(table: FrameTable, made: MadeTrace, qtbot: Any) -> None:
    table.select_row(20)
    grow(table, made, qtbot)
    assert table.selected_row == 20


def test_another_trace_is_followed_from_its_end(table: FrameTable, made: MadeTrace, qtbot: Any) -> None:
    table.select_row(20)
    spy = QSignalSpy(table.row_selected)
    table.show_trace(None)
    assert table.model().rowCount() == 0
    table.refresh()
    table.show_trace(made.trace)
    qtbot.waitUntil(lambda: at_end(table))
    assert table.is_following
    assert table.selected_row is None
    assert spy.count() == 0


def test_ctrl_c_copies_the_row(table: FrameTable, qtbot: Any) -> None:
    table.select_row(3)
    qtbot.keySequence(table, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == '4\t4.000\t+1.000\t↑\tText\tFIN MASK\t12 B\t{"number":3}\t'


def test_the_menu_copies_in_four_forms(table: FrameTable, made: MadeTrace) -> None:
    assert table.context_menu() is None
    table.select_row(1)
    menu = table.context_menu()
    assert menu is not None
    copies = {}
    for action in menu.actions():
        action.trigger()
        copies[action.text()] = QGuiApplication.clipboard().text()
    assert copies["Copy row"].startswith("2\t2.000")
    assert json.loads(copies["Copy as JSON"])["text"] == '{"number":1}'
    assert copies["Copy as hex"] == (b"\x81\x0c" + b'{"number":1}').hex(" ")
    assert copies["Copy as Python"] == "await ws.send('{\"number\":1}')"
    made.knob(300.0, "ping_timeout", 20.0, 3.0)
    table.refresh()
    table.select_row(200)
    event = table.context_menu()
    assert event is not None
    assert [action.text() for action in event.actions()] == ["Copy row", "Copy as JSON"]


def test_payload_and_notes_share_what_is_left(table: FrameTable) -> None:
    for width in (1400, 1020, 800):
        table.resize(width, 300)
        used = sum(table.columnWidth(column) for column in range(len(COLUMNS)))
        assert used == table.viewport().width()
        assert table.columnWidth(Column.PAYLOAD) > table.columnWidth(Column.NOTES) > 90
        assert not table.isColumnHidden(Column.FLAGS)


def test_in_a_narrow_window_the_flags_give_way_and_come_back(table: FrameTable) -> None:
    table.resize(620, 300)
    assert table.isColumnHidden(Column.FLAGS)
    assert sum(table.columnWidth(column) for column in range(len(COLUMNS))) == table.viewport().width()
    assert table.columnWidth(Column.NOTES) > 80
    table.resize(1020, 300)
    assert table.columnWidth(Column.FLAGS) > 60


def test_rows_have_one_height(table: FrameTable) -> None:
    assert table.rowHeight(0) == table.rowHeight(199) >= 22


def test_a_million_rows_cost_nothing_each(table: FrameTable, qtbot: Any) -> None:
    made = MadeTrace()
    made.stream += b"\x81\x02hi"
    records = np.zeros(1_000_000, DTYPE)
    records["time"] = np.arange(1_000_000) * 1000 + 101_000_000_000
    for name, value in (("connection", 1), ("kind", Kind.FRAME), ("first", 0x81), ("header_length", 2), ("length", 2)):
        records[name] = value
    records["offset"] = len(made.stream) - 4
    made.extend(records)
    reads = 0
    read = made.payload

    def counting(*span: Any) -> bytes:
        nonlocal reads
        reads += 1
        return read(*span)

    made.payload = counting  # type: ignore[method-assign]
    table.show_trace(made.trace)
    qtbot.waitUntil(lambda: at_end(table))
    table.grab()
    assert table.model().rowCount() == 1_000_000
    assert table.verticalScrollBar().value() > 999_900
    assert 0 < reads < 60  # of the visible rows only
