"""Does each line stand in the column of whoever saw it, beside what the network did, and are messages asked for?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from framescope.lab.lesson import Lesson
from framescope.lab.notebook import Note
from framescope.lab.runner import Run
from framescope.lab.scenario import Change, End, Network, Scenario
from framescope.ui.lab.log_model import COLUMNS, LogModel, _joined
from framescope.ui.theme import Look

PINGS = Scenario(
    duration=100, client=End(ping_interval=5), server=End(ping_interval="none"), network=Network(latency=0.5)
)


@pytest.fixture
def model(look: Look, qapp: object) -> LogModel:
    model = LogModel(look)
    model.tester = QAbstractItemModelTester(model)  # type: ignore[attr-defined]
    return model


def show(model: LogModel, run: Run) -> None:
    model.show_run(run)
    model.show_now(run.now)


def row(model: LogModel, number: int, role: Any = Qt.ItemDataRole.DisplayRole) -> list[Any]:
    return [model.data(model.index(number, column), role) for column in range(len(COLUMNS))]


def test_a_line_is_in_its_column(model: LogModel, look: Look) -> None:
    run = Run(PINGS)
    for who, kind, tone in (("client", "knob", ""), ("network", "black hole", "warn"), ("server", "raised", "err")):
        run.notebook.add(0.5, who, kind, f"{who}\u202e", tone)
    show(model, run)
    model.show_now(1.0)
    assert [row(model, number) for number in range(3)] == [
        ["0.500", "client\\u202e", "", ""],
        ["0.500", "", "network\\u202e", ""],
        ["0.500", "", "", "server\\u202e"],
    ]
    assert row(model, 1, Qt.ItemDataRole.BackgroundRole)[0] == look.color("warnbg")
    assert row(model, 2, Qt.ItemDataRole.ForegroundRole)[3] == look.color("err")


def test_what_the_network_did_stands_beside_what_was_sent(model: LogModel, look: Look) -> None:
    run = Run(PINGS)
    run.run_until(6.2)
    show(model, run)
    assert row(model, 2) == ["6.000", "Keepalive ping sent", "on its way", ""]
    run.run_until(7.5)
    model.refresh()
    model.show_now(run.now)
    assert row(model, 2)[2] == "delivered" and row(model, 3) == ["6.500", "", "", "Ping received"]
    assert row(model, 2, Qt.ItemDataRole.ForegroundRole)[2] == look.color("fg2")
    assert row(model, 2, Qt.ItemDataRole.DecorationRole)[2] is not None
    run.do(Change(at=0, black_hole=True))
    run.run_until(13.0)
    model.refresh()
    model.show_now(run.now)
    last = next(number for number in range(model.rowCount()) if model.note(number).time > 10 and model.fate(number))
    assert row(model, last)[2] == "swallowed"
    assert row(model, last, Qt.ItemDataRole.ForegroundRole)[2] == look.color("err")


def test_messages_and_packets_are_asked_for(model: LogModel, lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["keepalive-ping-timeout"].scenario)
    run.run()
    show(model, run)
    few = model.rowCount()
    model.show_messages(True)
    assert model.rowCount() > 2 * few
    sent = [number for number in range(model.rowCount()) if model.note(number).kind == "message sent"]
    assert {fate.text for number in sent if (fate := model.fate(number))} == {"delivered", "swallowed"}
    assert all(fate.text for number in sent if (fate := model.fate(number)))
    for number in sent:  # each line tells of its own frame
        flight = model._rows[number].flight
        assert flight is not None and flight.sent == model.note(number).time
    model.show_messages(False)
    assert model.rowCount() == few


def test_what_is_new_is_appended(model: LogModel, qtbot: Any) -> None:
    assert not model.refresh()
    run = Run(PINGS)
    show(model, run)
    run.run_until(6.0)
    with qtbot.waitSignal(model.rowsInserted):
        assert model.refresh()
    assert not model.refresh() and model.rowCount() == 3
    assert model.headerData(3, Qt.Orientation.Horizontal) == "Server sees"


def test_a_slider_that_is_drawn_makes_one_line(model: LogModel) -> None:
    run = Run(PINGS)
    run.run_until(2.0)
    show(model, run)
    count = model.rowCount()
    for number in range(1, 60):
        run.do(Change(at=0, latency=0.5 + number / 100))
        run.run_until(2.0 + number / 100)
        model.refresh()
    assert model.rowCount() == count + 1
    assert model.note(count).text == "latency 500 ms → 1.09 s"
    run.do(Change(at=0, jitter=0.1))
    model.refresh()
    assert model.rowCount() == count + 2
    model.show_run(run)
    assert model.rowCount() == count + 2  # read at once it is the same


def test_only_changes_of_one_thing_are_joined() -> None:
    one, other = (Note(1.0, "network", "conditions", text) for text in ("latency 1 → 2", "latency 2 → 3"))
    assert _joined(one, other) == Note(1.0, "network", "conditions", "latency 1 → 3")
    for text in ("jitter 1 → 2", "latency 2 → 3, jitter 1 → 2"):
        assert _joined(one, other._replace(value=text)) is None
    assert _joined(one._replace(kind="knob"), other) is None


def test_moments_beside_a_moment(model: LogModel) -> None:
    run = Run(PINGS)
    run.run_until(20.0)
    show(model, run)
    times = [model.note(number).time for number in range(model.rowCount())]
    assert model.moment_beside(times[2], 1) == times[3] and model.moment_beside(times[2], -1) == times[1]
    assert model.moment_beside(times[-1], 1) is None and model.moment_beside(0.0, -1) == 0.0
    assert model.row_at(times[2]) == 2 and model.row_at(0.0) == -1
