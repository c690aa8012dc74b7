"""Does a living connection get its chart and its value, anew when its round trips say something new, and only then?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton

from framescope.capture.details import EndInfo
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.ui.diagnosis.live_what_if import LiveWhatIf
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace


@pytest.fixture
def view(look: Look, shown: Any) -> LiveWhatIf:
    view = LiveWhatIf(look)
    view.resize(440, 300)
    shown(view)
    return view


def opened() -> MadeTrace:
    made = MadeTrace()
    made.state(0.1, State.OPEN)
    return made


def ping(made: MadeTrace, at: float, rtt: float) -> None:
    payload = round(at * 1000).to_bytes(4, "big")
    made.frame(at, payload, Opcode.PING, sent=True)
    made.frame(at + rtt, payload, Opcode.PONG)


def buttons(view: LiveWhatIf) -> list[QPushButton]:
    QCoreApplication.processEvents()  # what is new becomes visible
    return [button for button in view.tries.findChildren(QPushButton) if not button.isHidden()]


def test_a_slow_pong_proposes_a_higher_value(view: LiveWhatIf, qtbot: Any) -> None:
    made = opened()
    view.show_trace(made.trace)
    assert view.isHidden()  # no pong yet
    ping(made, 20.0, 15.0)
    view.show_trace(made.trace)
    assert view.isVisible() and view.what_if.text.startswith("20 s: survives the recording; 25 s: survives")
    (button,) = buttons(view)
    asked = QSignalSpy(view.knob_asked)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.count() == 1
    assert button.text() == "Raise ping_timeout to 25 s" and asked.at(0) == ["ping_timeout", 25.0]


def test_a_lower_value_wants_many_pongs(view: LiveWhatIf) -> None:
    made = opened()
    for number in range(1, 30):
        ping(made, 20.0 * number, 0.05)
        view.show_trace(made.trace)
        assert bool(buttons(view)) is (number >= 20)
    assert [button.text() for button in buttons(view)] == ["Lower ping_timeout to 1 s"]
    assert view.tries._reason == "worst round trip 0.05 s × 1.6, at least 1 s"


def test_a_value_that_fits_is_left_alone(view: LiveWhatIf) -> None:
    made = opened()
    ping(made, 20.0, 12.4)  # × 1.6 is just below 20
    view.show_trace(made.trace)
    assert view.isVisible() and buttons(view) == []


def test_it_is_drawn_anew_only_for_something_new(view: LiveWhatIf) -> None:
    made = opened()
    for number in range(1, 13):
        ping(made, 20.0 * number, 0.5)
    view.show_trace(made.trace)
    first = view.what_if.chart.curve
    ping(made, 260.0, 0.5)
    view.show_trace(made.trace)
    assert view.what_if.chart.curve is first  # one more of the same
    ping(made, 280.0, 0.6)
    view.show_trace(made.trace)
    slower = view.what_if.chart.curve
    assert slower is not first  # the worst so far
    made.knob(285.0, "ping_timeout", 20.0, 3.0)
    view.show_trace(made.trace)
    assert view.what_if.text.startswith("3 s: survives")


def test_what_does_not_live_has_none(view: LiveWhatIf) -> None:
    made = opened()
    ping(made, 20.0, 1.0)
    view.show_trace(made.trace)
    assert view.isVisible()
    made.knob(25.0, "ping_interval", 20.0, None)
    view.show_trace(made.trace)
    assert view.isHidden()
    made.knob(26.0, "ping_interval", None, 20.0)
    view.show_trace(made.trace)
    assert view.isVisible()
    made.ended(30.0, EndInfo("ConnectionClosedError", "no close frame received or sent", 1006, "", "fin", True))
    view.show_trace(made.trace)
    assert view.isHidden()  # the diagnosis has it now, where it matters
    view.show_trace(None)
    assert view.isHidden()
