"""RELIABILITY F18 (RFC 6455 5.5.2, 5.5.3): is a ping of the peer answered, answered late, or swallowed?"""

from __future__ import annotations

import pytest

from framescope.engine.pongs import OWED, PongPolicy, Pongs


def test_pings_are_answered_in_order():
    pongs = Pongs(PongPolicy())
    pongs.pinged(b"a", 1.0)
    pongs.pinged(b"b", 1.0)
    assert pongs.next == 1.0
    assert pongs.due(1.0) == [b"a", b"b"]
    assert (pongs.due(1.0), pongs.next) == ([], None)


def test_pong_is_delayed():
    pongs = Pongs(PongPolicy("delay", 2.0))
    pongs.pinged(b"a", 1.0)
    assert pongs.next == 3.0
    assert pongs.due(2.999) == []
    assert pongs.due(3.0) == [b"a"]


def test_delays_follow_a_pattern():
    pongs = Pongs(PongPolicy("delay", 9.0, (0.0, 1.0)))
    for now in (0.0, 10.0, 20.0):
        pongs.pinged(b"", now)
        assert pongs.next == now + (1.0 if now == 10.0 else 0.0)
        pongs.due(now + 1.0)


def test_ping_is_swallowed():
    pongs = Pongs(PongPolicy("swallow"))
    pongs.pinged(b"a", 1.0)
    assert pongs.next is None


def test_policy_may_change():
    pongs = Pongs(PongPolicy("swallow"))
    pongs.pinged(b"a", 1.0)
    pongs.policy = PongPolicy()
    pongs.pinged(b"b", 2.0)
    assert pongs.due(2.0) == [b"b"]


def test_nothing_is_owed_after_clearing():
    pongs = Pongs(PongPolicy("delay", 2.0))
    pongs.pinged(b"a", 1.0)
    pongs.clear()
    assert pongs.due(9.0) == []


@pytest.mark.parametrize("count", [OWED - 1, OWED, OWED + 1])
def test_flood_under_a_delay_gets_the_latest(count):
    """RFC 6455 5.5.3: the latest may do; limit - 1, limit, limit + 1."""
    pongs = Pongs(PongPolicy("delay", 1.0))
    for number in range(count):
        pongs.pinged(number.to_bytes(2, "big"), 0.0)
    owed = pongs.due(1.0)
    assert len(owed) == min(count, OWED)
    assert owed[-1] == (count - 1).to_bytes(2, "big")
