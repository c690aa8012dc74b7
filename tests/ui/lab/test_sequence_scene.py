"""Do the bands of the two ends lie beyond the rails, and the waits between band and rail?"""

from __future__ import annotations

from framescope.lab.runner import START, Run
from framescope.lab.scenario import Scenario
from framescope.ui.lab.sequence_scene import LEFT, WAIT
from framescope.ui.theme import Look
from helpers.sequence_picture import HEIGHT, RAILS, Picture


def test_bands_and_waits_lie_beyond_the_rails(look: Look) -> None:
    scene = Picture(look, Run(Scenario(duration=10)), 10.0).close().scene
    client, server = scene.band(False), scene.band(True)
    assert scene.axis < client.top() < client.bottom() < RAILS.client
    assert RAILS.server < server.top() < server.bottom() <= HEIGHT
    for place in range(3):
        assert client.bottom() < scene.wait_top(False, place) < RAILS.client - WAIT
        assert RAILS.server < scene.wait_top(True, place) < server.top() - WAIT
    assert scene.wait_top(False, 0) != scene.wait_top(False, 1) == scene.wait_top(False, 3)


def test_times_are_the_runs(look: Look) -> None:
    scene = Picture(look, Run(Scenario(duration=10)), 10.0).close().scene
    assert scene.elapsed(None) is None and scene.elapsed(START + 2.5) == 2.5
    assert scene.x(0.0) == LEFT == scene.now_x and not scene.is_crowded
