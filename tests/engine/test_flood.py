"""Is a flood of pings told, once a second, and only what is one? (RELIABILITY 6)"""

from __future__ import annotations

import pytest

from framescope.engine.events import PingFlood
from framescope.engine.flood import PingRate
from framescope.engine.frames import serialise
from framescope.engine.settings import Limits
from helpers.conversation import KEY, client, play, raw, server, tick


def told(limit: int | None, *times: float) -> list[float]:
    rate = PingRate(limit)
    return [time for time in times if rate.is_flood(time)]


@pytest.mark.parametrize(
    ("count", "is_flood"),
    [pytest.param(2, False, id="limit - 1"), pytest.param(3, False, id="limit"), pytest.param(4, True, id="limit + 1")],
)
def test_pings_within_a_second(count, is_flood):
    assert bool(told(3, *[7.0 + i / 10 for i in range(count)])) is is_flood


def test_second_slides():
    """No edge of a clock's second hides half of a flood."""
    assert told(3, 0.0, 0.9, 1.0, 1.1) == []
    assert told(3, 0.0, 0.9, 1.0, 1.1, 1.2) == [1.2]
    assert told(3, 0.0, 0.3, 0.6, 1.0, 1.3, 1.6) == []  # just the limit, for ever


def test_flood_is_told_once_a_second():
    times = [i / 64 for i in range(224)]
    assert told(3, *times) == [3 / 64, 1 + 3 / 64, 2 + 3 / 64, 3 + 3 / 64]


def test_flood_that_comes_again_is_told_again():
    assert told(1, 5.0, 5.0, 5.5, 90.0, 90.0) == [5.0, 90.0]


def test_no_limit():
    assert told(None, *[0.0] * 10_000) == []


def test_default_is_that_of_reliability_6():
    assert Limits().max_ping_rate == 1000


@pytest.mark.parametrize(("make", "key"), [(client, None), (server, KEY)], ids=["client", "server"])
def test_endpoint_tells_and_goes_on_answering(make, key):
    player = play(make(limits=Limits(max_ping_rate=3)))
    for _ in range(5):
        player >> raw(serialise(0x89, b"p", key))
    player << PingFlood(3)
    assert len(player.frames) == 5
    player >> tick(1.0) >> raw(serialise(0x89, b"p", key) * 4)
    assert player.of(PingFlood) == [PingFlood(3)] * 2
