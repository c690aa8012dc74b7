"""Does the tool row show what it is told, offer only what works, and ask for what is clicked?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.ui.controls.icon_button import IconButton
from framescope.ui.controls.key_button import KeyButton
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look
from framescope.ui.timeline.tools import Legend, TimelineTools


@pytest.fixture
def tools(look: Look, shown: Any) -> TimelineTools:
    tools = TimelineTools(look)
    tools.resize(1000, 30)
    tools.set_is_live(True)
    shown(tools)
    return tools


def texts(tools: TimelineTools) -> list[str]:
    return [label.text() for label in tools.findChildren(PlainLabel) if label.isVisible()]


def button(tools: TimelineTools, name: str) -> IconButton:
    return next(found for found in tools.findChildren(IconButton) if name in (found.text(), found.accessibleName()))


def test_without_a_connection_there_is_nothing_to_press(tools: TimelineTools) -> None:
    tools.set_is_live(False)
    assert texts(tools) == ["Timeline", "no signal"]
    assert not any(found.isVisible() for found in tools.findChildren(IconButton))


def test_the_span_stands_between_its_buttons(tools: TimelineTools) -> None:
    tools.show_span("52 s")
    assert texts(tools) == ["Timeline", "52 s"]


def test_the_buttons_ask(tools: TimelineTools) -> None:
    asked: list[object] = []
    tools.zoom_asked.connect(asked.append)
    tools.measure_asked.connect(asked.append)
    tools.follow_asked.connect(lambda: asked.append("follow"))
    tools.failure_asked.connect(lambda: asked.append("failure"))
    button(tools, "Zoom in (+)").click()
    button(tools, "Zoom out (−)").click()
    button(tools, "Measure").click()
    button(tools, "Follow live").click()
    tools.show_following(True, is_failure=True)
    button(tools, "Go to failure").click()
    assert asked == [1, -1, True, "follow", "failure"]


def test_following_is_lit_and_said(tools: TimelineTools) -> None:
    follow = tools.findChild(KeyButton)
    tools.show_following(True, is_failure=False)
    assert (follow.property("kind"), follow.accessibleDescription()) == ("lit", "on")
    tools.show_following(False, is_failure=False)
    assert (follow.property("kind"), follow.accessibleDescription()) == ("small", "off")


def test_the_legend_gives_way_before_the_buttons(tools: TimelineTools) -> None:
    legend = tools.findChild(Legend)
    wide = legend.width()
    tools.resize(560, 30)
    tools.layout().activate()
    assert legend.width() < wide
    assert tools.findChild(KeyButton).geometry().right() <= 560
    tools.grab()
