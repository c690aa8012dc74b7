"""Do the tools ask for what they say?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from framescope.ui.lab.player import SPEEDS
from framescope.ui.lab.tool_row import ToolRow
from framescope.ui.theme import Look

LEFT = Qt.MouseButton.LeftButton


def test_every_button_asks(look: Look, qtbot: Any, shown: Any) -> None:
    tools = ToolRow(look)
    tools.resize(800, 44)
    shown(tools)
    for signal, button in (
        (tools.restart_asked, tools.restart),
        (tools.toggle_asked, tools.run),
        (tools.step_asked, tools.step),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)
    for speed in SPEEDS:
        with qtbot.waitSignal(tools.speed_chosen) as chosen:
            qtbot.mouseClick(tools.speeds[speed], LEFT)
        assert chosen.args == [speed] and tools.speeds[speed].isChecked()


def test_it_tells_the_time_and_offers_a_pause(look: Look, qtbot: Any) -> None:
    tools = ToolRow(look)
    qtbot.addWidget(tools)
    tools.show_time(14.93)
    assert tools.time_text == "14.9 s"
    tools.show_playing(True)
    assert tools.run.text() == "Pause"
    tools.show_playing(False)
    assert tools.run.text() == "Run"


def test_the_legend_goes_where_there_is_no_room(look: Look, qtbot: Any) -> None:
    tools = ToolRow(look)
    qtbot.addWidget(tools)
    assert tools.minimumSizeHint().width() < 560
