"""Is a fault that is on told by colour, and its control in the row?"""

from __future__ import annotations

from typing import Any

from framescope.ui.controls.switch import Switch
from framescope.ui.lab.fault_row import FaultRow
from framescope.ui.theme import Look


def test_a_fault_that_is_on_is_red(look: Look, qtbot: Any) -> None:
    switch = Switch(look, "Black hole")
    row = FaultRow(look, "target", "Black hole", switch)
    qtbot.addWidget(row)
    assert row.isAncestorOf(switch) and row._name.property("tone") == "quiet"
    row.set_alarm(True)
    assert (row.property("is_alarm"), row._name.property("tone")) == ("true", "err")
    row.set_alarm(False)
    assert (row.property("is_alarm"), row._name.property("tone")) == ("false", "quiet")
