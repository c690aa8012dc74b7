"""When is the next ping due, when is the peer presumed dead? ARCHITECTURE's knob table; RFC 6455 5.5.2, 5.5.3."""

from __future__ import annotations

import pytest

from framescope.engine.keepalive import Keepalive


def started(ping_interval: float | None = 20.0, ping_timeout: float | None = 20.0) -> Keepalive:
    keepalive = Keepalive(ping_interval, ping_timeout)
    keepalive.start(0.0)
    return keepalive


def pinged(keepalive: Keepalive, payload: bytes, now: float, *, is_keepalive: bool = True) -> None:
    keepalive.ping_queued(payload, now, is_keepalive=is_keepalive)
    keepalive.ping_written(payload, now)


def test_nothing_is_due_before_the_connection_is_open():
    keepalive = Keepalive(20.0, 20.0)
    assert (keepalive.next_ping, keepalive.pong_due) == (None, None)
    assert not keepalive.is_ping_due(1e9)
    assert not keepalive.is_expired(1e9)


def test_first_ping_counts_from_opening():
    keepalive = started()
    assert keepalive.next_ping == 20.0
    assert not keepalive.is_ping_due(19.999)
    assert keepalive.is_ping_due(20.0)


def test_ping_waits_for_its_pong():
    keepalive = started()
    pinged(keepalive, b"a", 20.0)
    assert (keepalive.next_ping, keepalive.pong_due) == (None, 40.0)
    assert not keepalive.is_expired(39.999)
    assert keepalive.is_expired(40.0)
    (ping,) = keepalive.pong_received(b"a")
    assert (ping.payload, ping.sent) == (b"a", 20.0)
    assert (keepalive.next_ping, keepalive.pong_due) == (40.0, None)


def test_deadline_counts_from_writing():
    """T-NET-4: while the ping waits in the write buffer, from when the socket last moved."""
    keepalive = started()
    keepalive.ping_queued(b"a", 20.0, is_keepalive=True)
    assert keepalive.is_blocked
    assert keepalive.pong_due == 40.0
    keepalive.progressed(30.0)
    assert keepalive.pong_due == 50.0
    keepalive.ping_written(b"a", 31.0)
    assert not keepalive.is_blocked
    assert keepalive.pong_due == 51.0
    keepalive.progressed(40.0)
    keepalive.ping_written(b"a", 41.0)
    assert keepalive.pong_due == 51.0
    assert keepalive.in_flight[b"a"].sent == 31.0


def test_socket_that_moved_before_the_ping_was_queued_gives_no_time_back():
    keepalive = started()
    keepalive.progressed(5.0)
    keepalive.ping_queued(b"a", 20.0, is_keepalive=True)
    assert keepalive.pong_due == 40.0


def test_written_ping_expires_when_the_peers_end_takes_no_more_of_what_stands_before_it():
    keepalive = started()
    pinged(keepalive, b"a", 20.0)
    keepalive.progressed(35.0)  # more was written behind it: that says nothing of the peer
    assert keepalive.pong_due == 40.0
    keepalive.moved(39.0)
    assert keepalive.pong_due == 59.0
    assert not keepalive.is_expired(58.9)
    assert keepalive.is_expired(59.0)


def test_unwritten_ping_is_kept_by_what_moves_in_the_kernel():
    keepalive = started()
    keepalive.ping_queued(b"a", 20.0, is_keepalive=True)
    keepalive.moved(30.0)
    assert keepalive.pong_due == 50.0


def test_link_that_moved_before_the_ping_gives_no_time_back():
    keepalive = started()
    keepalive.moved(10.0)
    pinged(keepalive, b"a", 20.0)
    assert keepalive.pong_due == 40.0


def test_awaited_ping_has_a_deadline():
    keepalive = started()
    pinged(keepalive, b"app", 5.0, is_keepalive=False)
    assert keepalive.awaited is None
    pinged(keepalive, b"a", 20.0)
    assert keepalive.awaited is keepalive.in_flight[b"a"]
    keepalive.pong_received(b"a")
    assert keepalive.awaited is None


def test_timeout_of_none_has_no_deadline_and_never_blocks_the_next():
    keepalive = started(ping_timeout=None)
    pinged(keepalive, b"a", 20.0)
    assert (keepalive.next_ping, keepalive.pong_due) == (40.0, None)
    assert not keepalive.is_expired(1e9)


def test_ping_of_the_application_has_no_deadline():
    keepalive = started()
    pinged(keepalive, b"app", 5.0, is_keepalive=False)
    assert (keepalive.next_ping, keepalive.pong_due) == (20.0, None)


@pytest.mark.parametrize(
    ("value", "now", "due"),
    [
        pytest.param(5.0, 2.0, 5.0, id="sooner"),
        pytest.param(5.0, 9.0, 9.0, id="at once, never in the past"),
        pytest.param(60.0, 9.0, 60.0, id="later"),
        pytest.param(None, 9.0, None, id="None stops"),
    ],
)
def test_interval_is_turned(value, now, due):
    keepalive = started()
    keepalive.set_interval(value, now)
    assert keepalive.next_ping == due


def test_interval_that_comes_back_starts_again():
    keepalive = started(ping_interval=None)
    assert keepalive.next_ping is None
    keepalive.set_interval(20.0, 100.0)
    assert keepalive.next_ping == 100.0


def test_timeout_is_turned_for_pings_sent_from_now_on():
    keepalive = started()
    pinged(keepalive, b"a", 20.0)
    keepalive.set_timeout(1.0)
    assert keepalive.pong_due == 40.0
    keepalive.pong_received(b"a")
    pinged(keepalive, b"b", 40.0)
    assert keepalive.pong_due == 41.0


def test_pong_that_nobody_asked_for():
    """F19 (5.5.3)."""
    keepalive = started()
    pinged(keepalive, b"a", 20.0)
    assert keepalive.pong_received(b"b") == []
    assert keepalive.pong_due == 40.0


def test_pong_answers_earlier_pings_too():
    """F18 (5.5.3): the peer may answer the latest ping only."""
    keepalive = started()
    pinged(keepalive, b"app", 5.0, is_keepalive=False)
    pinged(keepalive, b"a", 20.0)
    pinged(keepalive, b"b", 21.0, is_keepalive=False)
    pinged(keepalive, b"c", 22.0, is_keepalive=False)
    assert [ping.payload for ping in keepalive.pong_received(b"b")] == [b"app", b"a", b"b"]
    assert list(keepalive.in_flight) == [b"c"]
    assert keepalive.pong_due is None


def test_pong_of_an_earlier_ping_leaves_the_awaited_one():
    keepalive = started()
    pinged(keepalive, b"app", 5.0, is_keepalive=False)
    pinged(keepalive, b"a", 20.0)
    keepalive.pong_received(b"app")
    assert keepalive.pong_due == 40.0


def test_stopped_keepalive_presumes_nobody_dead():
    keepalive = started()
    pinged(keepalive, b"a", 20.0)
    keepalive.stop()
    assert (keepalive.next_ping, keepalive.pong_due, keepalive.is_blocked) == (None, None, False)
    assert [ping.payload for ping in keepalive.pong_received(b"a")] == [b"a"]


def test_ping_that_is_not_known_cannot_be_written():
    keepalive = started()
    keepalive.ping_written(b"x", 1.0)
    assert keepalive.in_flight == {}


def test_nothing_is_later_than_asked_for_right_after_the_start_of_the_clock():
    """Where its times begin is no time of the keepalive's."""
    keepalive = started(ping_interval=0.25, ping_timeout=0.5)
    assert keepalive.next_ping == 0.25
    pinged(keepalive, b"a", 0.25)
    assert keepalive.pong_due == 0.75


def test_a_ping_knows_whose_it_is_and_how_long_it_may_take():
    keepalive = started()
    pinged(keepalive, b"app", 5.0, is_keepalive=False)
    pinged(keepalive, b"a", 20.0)
    app, ours = keepalive.pong_received(b"a")
    assert (app.is_keepalive, app.timeout, app.sent) == (False, None, 5.0)
    assert (ours.is_keepalive, ours.timeout, ours.sent) == (True, 20.0, 20.0)
