"""Are the status line's figures the run's?"""

from __future__ import annotations

from typing import Any

from framescope.lab.lesson import Lesson
from framescope.lab.lessons import play
from framescope.ui.lab.flight_index import FlightIndex
from framescope.ui.lab.lab_status import LabStatus
from framescope.ui.theme import Look


def test_figures_are_the_runs(look: Look, lessons: dict[str, Lesson], qtbot: Any) -> None:
    status = LabStatus(look)
    qtbot.addWidget(status)
    run = play(lessons["keepalive-ping-timeout"])
    index = FlightIndex()
    index.refresh(run.flights.all)
    status.show_run(index, "10×")
    arrived = [flight for flight in run.flights.all if flight.received is not None]
    at_server = sum(flight.to_server for flight in arrived)
    assert status.cells["server"].text == f"server saw {at_server} frames"
    assert status.cells["client"].text == f"client saw {len(arrived) - at_server} frames"
    assert status.cells["swallowed"].text == f"swallowed {len(run.flights.all) - len(arrived)}"
    assert status.cells["swallowed"].tokens() == ("err", "err")
    assert status.cells["time"].text == "simulated time 10×"
    assert "socket" in status.cells["network"].text
