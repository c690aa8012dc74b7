"""Which pings does a pong answer, and what becomes of those that none answers?"""

from __future__ import annotations

import asyncio

import pytest

from framescope.engine.close import ConnectionClosed, closed_exception
from framescope.net.pings import Pings
from helpers.loops import in_loop


@in_loop
async def test_pong_answers_its_ping_and_earlier_ones() -> None:
    pings = Pings()
    first, second, third = (pings.add(payload, float(at)) for at, payload in enumerate([b"a", b"b", b"c"]))
    assert b"b" in pings
    pings.ponged(b"b", 4.0, in_flight={b"c"}, now=5.0)
    assert (await first, await second) == (5.0, 4.0)
    assert not third.done()
    assert b"b" not in pings


@in_loop
async def test_pong_of_a_keepalive_ping_answers_earlier_ones() -> None:
    pings = Pings()
    ours = pings.add(b"a", 1.0)
    pings.ponged(b"keepalive", 0.5, in_flight=set(), now=3.0)
    assert await ours == 2.0


@in_loop
async def test_end_answers_the_rest_with_its_error() -> None:
    pings = Pings()
    waiter, cancelled = pings.add(b"a", 1.0), pings.add(b"b", 1.0)
    cancelled.cancel()
    pings.close(closed_exception(None, None, None))
    with pytest.raises(ConnectionClosed, match="no close frame received or sent"):
        await waiter
    del waiter
    await asyncio.sleep(0)
