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


def test_the_legend_stands_in_one_row_or_two(look: Look, qtbot: Any, shown: Any) -> None:
    tools = ToolRow(look)
    shown(tools)
    for width, rows in ((330, 1), (180, 2)):
        tools.legend.resize(width, 44)
        assert max(map(len, tools.legend.columns())) == rows
        assert [mark for column in tools.legend.columns() for mark in column] == [
            *("text", "ping", "pong", "close", "lost")
        ]
    tools.legend.show_seen({0x0, 0x2, 0x9}, has_lost=True)
    assert tools.legend.accessibleName() == "Marks: binary, fragment, ping, pong, close, lost"
    tools.legend.resize(160, 44)
    assert tools.legend.columns() == [["binary", "fragment"], ["ping", "lost"]]  # no room for more
    tools.legend.resize(40, 44)
    assert tools.legend.columns() == []


def test_what_was_done_by_hand_can_be_done_again(look: Look, qtbot: Any, shown: Any) -> None:
    tools = ToolRow(look)
    tools.resize(800, 44)
    shown(tools)
    assert not tools.again.isVisible()
    tools.show_changes(2)
    assert tools.again.isVisible() and "2 changes" in tools.again.accessibleName()
    with qtbot.waitSignal(tools.again_asked):
        qtbot.mouseClick(tools.again, LEFT)
    tools.show_changes(0)
    assert not tools.again.isVisible()
