"""Can a program write what it writes for `websockets`, 0 or a year, and is nonsense still refused?"""

from __future__ import annotations

import math
from typing import Any

import pytest

from framescope.engine.connection import Connection as Engine
from framescope.engine.handshake import ClientOffer
from framescope.engine.settings import LARGEST, SMALLEST, BadKnob
from framescope.engine.url import parse_url
from framescope.net.connection import ClientConnection
from framescope.net.knobs import within_reach
from helpers.loops import in_loop


@pytest.mark.parametrize(
    ("given", "taken"),
    [(None, None), (0, SMALLEST), (0.5, 0.5), (20, 20), (10**9, LARGEST), (math.inf, LARGEST), (-1, -1), (True, True)],
)
def test_reach(given: Any, taken: Any) -> None:
    assert within_reach(given) == taken
    assert within_reach(given) is not True or given is True


@in_loop
async def test_a_knob_is_read_and_turned_as_an_attribute() -> None:
    engine = Engine(ClientOffer(parse_url("ws://a/")), now=0.0)
    connection = ClientConnection(engine, ping_interval=None, ping_timeout=3, close_timeout=0)
    assert (connection.open_timeout, connection.ping_interval, connection.ping_timeout) == (10, None, 3)
    assert connection.close_timeout == SMALLEST
    connection.close_timeout = 1.5
    assert engine.timeouts.close_timeout == 1.5
    for nonsense in (-1, math.nan, "soon"):
        with pytest.raises(BadKnob):
            connection.ping_timeout = nonsense
    connection.driver.abort()
