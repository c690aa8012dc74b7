"""Is each step's number in the lane that its mark belongs to, and in the colour of errors?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.capture.details import EndInfo
from framescope.engine.events import Change, Which
from framescope.ui.theme import Look
from framescope.ui.timeline.canvas import TimelineCanvas
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.paint_steps import discs_of
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.step_marks import StepMark
from framescope.ui.timeline.viewport import Viewport
from helpers.made_trace import MadeTrace

END = EndInfo("ConnectionClosedError", "sent 1011", 1006, "", "deadline", False)


@pytest.fixture
def scene(look: Look, shown: Any) -> Scene:
    made = MadeTrace()
    ping = made.frame(10, b"ping", 9, sent=True)
    sent = made.frame(12, b"x" * 100, 1, sent=True)
    received = made.frame(14, b"x" * 100, 1)
    made.deadline(20, Which.PONG, Change.MISSED, 20)
    made.ended(30, END)
    trace = made.trace
    missed, ended = trace.story.missed[0].row, trace.story.ended
    assert ended is not None
    rows = [ping, sent, received, missed, ended.row, None, 10_000]
    times = [10, 12, 14, 20, 30, 20, 25]
    view = Viewport()
    canvas = TimelineCanvas(look, view)
    canvas.resize(1000, 340)
    view.begin(trace.start, ended.time)
    exchanges = ExchangeColumns(trace.story)
    exchanges.refresh()
    canvas.show_trace(trace, exchanges)
    shown(canvas)
    view.fit_all()
    canvas.steps = tuple(
        StepMark(n, trace.start + time * 1_000_000_000, row)
        for n, (time, row) in enumerate(zip(times, rows, strict=True), 1)
    )
    canvas.grab()
    assert canvas._scene is not None
    return canvas._scene


def test_each_number_is_in_its_lane(scene: Scene) -> None:
    bands = scene.bands
    discs = {disc.number: disc for disc in discs_of(scene)}
    assert set(discs) == {1, 2, 3, 4, 5, 6}  # a row that is not there has none
    assert bands.sent.holds(discs[1].y)  # above its ping
    assert bands.sent.holds(discs[2].y) and bands.received.holds(discs[3].y)
    assert bands.sent.holds(discs[4].y) and discs[4].x < scene.x(scene.steps[3].time)
    assert bands.sent.holds(discs[5].y) and discs[5].x > scene.x(scene.steps[4].time)
    assert bands.received.holds(discs[6].y) and discs[6].x < scene.x(scene.steps[5].time)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_discs_are_painted(look: Look, shown: Any, scene: Scene, theme: str) -> None:
    look.choose(theme)
    view = scene.view
    canvas = TimelineCanvas(look, view)
    canvas.resize(1000, 340)
    canvas.show_trace(scene.trace, scene.exchanges)
    shown(canvas)
    disc = next(disc for disc in discs_of(scene) if disc.number == 6)
    before = canvas.grab().toImage().pixelColor(round(disc.x) - 5, round(disc.y))
    canvas.steps = scene.steps
    after = canvas.grab().toImage().pixelColor(round(disc.x) - 5, round(disc.y))
    assert before != after and after.name() == look.hex("err").lower()
    canvas.show_trace(scene.trace, scene.exchanges)
    assert canvas.steps == ()
