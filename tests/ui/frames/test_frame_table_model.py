"""Tests of what a view is told of a trace's rows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from framescope.analysis.frame_row import AWAITED
from framescope.engine.deflate import Deflater
from framescope.ui.frames.frame_table_model import COLUMNS, Column, FrameTableModel
from helpers.made_trace import MadeTrace


@pytest.fixture
def model(qapp: object) -> FrameTableModel:
    return FrameTableModel()


def test_it_keeps_the_rules_of_models(model: FrameTableModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made = MadeTrace()
    made.frame(1.0, b"one")
    model.show_trace(made.trace)
    made.frame(2.0, b"two")
    model.refresh()
    model.show_trace(None)
    assert tester.model() is model


def test_new_rows_are_told_of_in_one_step(model: FrameTableModel) -> None:
    made = MadeTrace()
    made.frame(1.0, b"one")
    model.show_trace(made.trace)
    spy = QSignalSpy(model.rowsInserted)
    assert not model.refresh()
    for at in (2.0, 3.0, 4.0):
        made.frame(at, b"more")
    assert model.rowCount() == 1
    assert model.refresh()
    assert [spy.at(0)[1], spy.at(0)[2], spy.count()] == [1, 3, 1]
    assert model.rowCount() == 4


def test_cells_are_plain_text_with_marks_for_control_characters(model: FrameTableModel) -> None:
    made = MadeTrace()
    made.frame(1.0, "<img src=x>\x1b[0m\u202e".encode())
    model.show_trace(made.trace)
    texts = [model.index(0, column).data() for column in range(len(COLUMNS))]
    assert texts == ["1", "1.000", "", "↓", "Text", "FIN", "18 B", "<img src=x>␛[0m\\u202e", ""]
    tip = model.index(0, Column.PAYLOAD).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in tip
    assert "<img" not in tip
    assert model.index(0, Column.NUMBER).data(Qt.ItemDataRole.ToolTipRole) is None


def test_headings(model: FrameTableModel) -> None:
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(len(COLUMNS))]
    assert headings == list(COLUMNS)
    assert [column.name.capitalize() for column in Column if column.name.capitalize() in COLUMNS] == headings[4:]
    assert model.headerData(Column.ARROW, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole) == "Direction"


def test_a_payload_is_read_once_while_it_is_shown(model: FrameTableModel, monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeTrace()
    made.frame(1.0, b"one")
    reads: list[int] = []
    read = made.payload
    monkeypatch.setattr(made, "payload", lambda record, *span: reads.append(1) or read(record, *span))
    model.show_trace(made.trace)
    assert model.frame_row(0).preview == model.frame_row(0).preview == "one"
    assert len(reads) == 1


def test_there_is_nothing_below_a_row(model: FrameTableModel) -> None:
    made = MadeTrace()
    made.frame(1.0, b"one")
    model.show_trace(made.trace)
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.data(QModelIndex()) is None


def test_a_payload_that_is_not_inflated_yet_is_looked_for_again(model: FrameTableModel) -> None:
    made = MadeTrace()
    made.deflate()
    deflater = Deflater(15, is_reset=False)
    for place in range(1000):
        row = made.frame(1.0, deflater.deflate(b"tick %d" % place, ends=True), first=0xC1)
    model.show_trace(made.trace)
    spy = QSignalSpy(model.dataChanged)
    shown = []
    for _ in range(5):
        shown.append([model.frame_row(row).preview for _ in range(4)][-1])  # four looks in one paint go as far as one
        model.refresh()
    assert shown == [AWAITED, AWAITED, AWAITED, "tick 999", "tick 999"]
    assert spy.count() == 3
    assert (spy.at(0)[0].row(), spy.at(0)[0].column()) == (row, Column.PAYLOAD)


def test_previews_are_remembered(model: FrameTableModel, monkeypatch: pytest.MonkeyPatch) -> None:
    made = MadeTrace()
    for place in range(1500):
        made.frame(1.0, b"tick %d" % place)
    model.show_trace(made.trace)
    for row in range(1500):
        model.frame_row(row)
    assert len(model._previews) == 1024
    monkeypatch.setattr(made, "payload", None)
    assert model.frame_row(1400).preview == "tick 1400"
