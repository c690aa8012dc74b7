"""What is told while a knob is turned, and what does Undo take back?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from framescope.analysis.model import Story
from framescope.engine.settings import KNOBS
from framescope.ui.controls.toast import Toast
from framescope.ui.knobs.code_panel import CodePanel
from framescope.ui.knobs.desk import KnobDesk
from framescope.ui.knobs.strip import KnobStrip
from framescope.ui.theme import Look
from helpers.mouse import move, press, release

HELD = Qt.MouseButton.LeftButton
DEFAULTS = {knob.name: knob.default for knob in KNOBS}


class Bench:
    """The knobs on a window, and what they told. Timers run out when a test says so."""

    def __init__(self, look: Look, qtbot: Any) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.strip = KnobStrip(look, self.window)
        self.code = CodePanel(look, self.window)
        self.toast = Toast(look, self.window)
        self.story: Story | None = Story(1, 0)
        self.desk = KnobDesk(self.strip, self.code, self.toast, lambda: self.story)
        self.told: list[tuple[str, float | None]] = []
        self.desk.turned.connect(lambda name, value: self.told.append((name, value)))

    def turn(self, value: float | None, name: str = "ping_interval") -> None:
        self.strip.knobs[name].turn_to(value)

    def pace(self) -> bool:
        """Let the pace run out; tell whether it was running."""
        return run_out(self.desk._pace)

    def let_go(self) -> bool:
        return run_out(self.desk._gesture)


def run_out(timer: QTimer) -> bool:
    was_active = timer.isActive()
    timer.stop()
    if was_active:
        timer.timeout.emit()
    return was_active


@pytest.fixture
def bench(look: Look, qtbot: Any) -> Bench:
    return Bench(look, qtbot)


def test_the_first_change_is_told_at_once(bench: Bench) -> None:
    bench.turn(5.0)
    assert bench.told == [("ping_interval", 5.0)]
    assert bench.toast.text == "ping_interval is 5 s, from the last ping on"
    assert bench.desk.values == DEFAULTS | {"ping_interval": 5.0}


def test_a_drag_is_told_at_its_pace_and_its_last_value_always(bench: Bench) -> None:
    for value in (10.0, 9.0, 8.0):
        bench.turn(value)
    assert [value for _, value in bench.told] == [10.0]
    assert bench.desk._pace.interval() == 150
    bench.pace()
    assert [value for _, value in bench.told] == [10.0, 8.0]
    bench.turn(7.0)  # the drag goes on
    assert [value for _, value in bench.told] == [10.0, 8.0]
    bench.pace()
    assert [value for _, value in bench.told] == [10.0, 8.0, 7.0]
    bench.pace()
    assert not bench.pace()  # nothing is left to be told


def test_undo_goes_back_to_before_the_drag(bench: Bench) -> None:
    for value in (10.0, 9.0, 8.0, 7.0):
        bench.turn(value)
        bench.pace()
    bench.desk.undo()
    assert bench.told[-1] == ("ping_interval", 20.0)
    assert bench.strip.values == bench.desk.values == DEFAULTS
    bench.desk.undo()
    assert len(bench.told) == 5  # there is nothing more to take back


def test_undo_amid_a_drag_takes_back_what_was_not_told_yet(bench: Bench) -> None:
    bench.turn(10.0)
    bench.turn(5.0)
    bench.desk.undo()
    assert bench.told[-1] == ("ping_interval", 20.0)
    bench.pace()
    assert bench.told[-1] == ("ping_interval", 20.0)


def test_two_gestures_are_two_undos(bench: Bench) -> None:
    bench.turn(10.0)
    bench.let_go()
    bench.turn(5.0)
    bench.desk.undo()
    assert bench.desk.values["ping_interval"] == 10.0
    bench.desk.undo()
    assert bench.desk.values["ping_interval"] == 20.0


def test_a_hand_that_rests_has_not_let_go(bench: Bench) -> None:
    dial = bench.strip.knobs["ping_interval"].dial
    press(dial, 30, 60)
    move(dial, 30, 50, held=HELD)
    first = bench.desk.values["ping_interval"]
    assert bench.let_go() and bench.let_go()
    move(dial, 30, 40, held=HELD)
    assert bench.desk.values["ping_interval"] != first
    release(dial, 30, 40)
    assert bench.let_go() and not bench.let_go()
    bench.desk.undo()
    assert bench.desk.values["ping_interval"] == 20.0


def test_an_undo_that_would_change_nothing_is_skipped(bench: Bench) -> None:
    bench.turn(5.0, "ping_timeout")
    bench.let_go()
    bench.turn(10.0)
    bench.turn(20.0)  # back where it was, in one drag
    bench.desk.undo()
    assert bench.desk.values == DEFAULTS


def test_another_knob_ends_the_gesture_and_tells_what_waits(bench: Bench) -> None:
    bench.turn(10.0)
    bench.turn(9.0)
    bench.turn(None, "ping_timeout")
    assert bench.told == [("ping_interval", 10.0), ("ping_interval", 9.0), ("ping_timeout", None)]


def test_defaults_are_one_undo(bench: Bench) -> None:
    bench.turn(5.0)
    bench.turn(None, "open_timeout")
    bench.code.defaults_asked.emit()
    assert bench.desk.values == bench.strip.values == DEFAULTS
    assert set(bench.told[-2:]) == {("ping_interval", 20.0), ("open_timeout", 10.0)}
    assert bench.toast.text == "Every knob is at its default"
    bench.desk.undo()
    assert bench.desk.values == bench.strip.values == DEFAULTS | {"ping_interval": 5.0, "open_timeout": None}


def test_defaults_at_the_defaults_say_nothing(bench: Bench) -> None:
    bench.code.defaults_asked.emit()
    assert bench.told == [] and bench.toast.isHidden()


def test_without_a_connection_a_value_is_for_the_next_one(bench: Bench) -> None:
    bench.story = None
    bench.turn(5.0)
    assert bench.toast.text == "ping_interval is 5 s: for the next connection"


def test_what_was_turned_while_the_connection_began_is_told_to_it(bench: Bench) -> None:
    asked = dict(bench.desk.values)
    bench.story = None
    bench.turn(5.0)
    bench.story = Story(1, 0)
    bench.told.clear()
    bench.desk.connected(asked)
    assert bench.told == [("ping_interval", 5.0)]
    bench.desk.connected(dict(bench.desk.values))
    assert len(bench.told) == 1


def test_the_toasts_button_undoes(bench: Bench) -> None:
    bench.turn(5.0)
    bench.toast._act()
    assert bench.desk.values == DEFAULTS


def test_the_code_follows(bench: Bench) -> None:
    bench.turn(5.0)
    bench.code.copy()
    assert "ping_interval=5" in QGuiApplication.clipboard().text()
