"""Does each line stand in the column of whoever saw it, and are messages left out until they are asked for?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from framescope.lab.notebook import Notebook
from framescope.ui.lab.log_model import COLUMNS, LogModel
from framescope.ui.theme import Look


def model_of(look: Look, notebook: Notebook) -> LogModel:
    model = LogModel(look)
    model.tester = QAbstractItemModelTester(model)  # type: ignore[attr-defined]
    model.show_notebook(notebook)
    return model


def row(model: LogModel, number: int, role: Any = Qt.ItemDataRole.DisplayRole) -> list[Any]:
    return [model.data(model.index(number, column), role) for column in range(len(COLUMNS))]


def test_a_line_is_in_its_column(look: Look, qapp: object) -> None:
    notebook = Notebook()
    notebook.add(1.0, "client", "ping sent", "Ping sent")
    notebook.add(2.5, "network", "black hole", "black hole", "warn")
    notebook.add(3.0, "server", "raised", "A\u202eB: no", "err")
    model = model_of(look, notebook)
    assert [row(model, number) for number in range(3)] == [
        ["1.000", "Ping sent", "", ""],
        ["2.500", "", "black hole", ""],
        ["3.000", "", "", "A\\u202eB: no"],
    ]
    assert row(model, 1, Qt.ItemDataRole.BackgroundRole)[0] == look.color("warnbg")
    assert row(model, 2, Qt.ItemDataRole.ForegroundRole)[3] == look.color("err")


def test_messages_and_packets_are_asked_for(look: Look, qapp: object) -> None:
    notebook = Notebook()
    for kind in ("message sent", "swallowed", "ping sent"):
        notebook.add(1.0, "client", kind, "x")
    model = model_of(look, notebook)
    assert model.rowCount() == 1
    model.show_messages(True)
    assert model.rowCount() == 3
    model.show_messages(False)
    assert model.rowCount() == 1


def test_what_is_new_is_appended(look: Look, qtbot: Any) -> None:
    notebook = Notebook()
    model = model_of(look, notebook)
    assert not model.refresh()
    notebook.add(1.0, "client", "ping sent", "x")
    with qtbot.waitSignal(model.rowsInserted):
        assert model.refresh()
    assert not model.refresh() and model.rowCount() == 1
    assert model.headerData(3, Qt.Orientation.Horizontal) == "Server sees"
