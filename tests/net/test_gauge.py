"""Is a measurement told when it changes, and ten times a second at most?"""

from __future__ import annotations

import socket
import sys

import pytest

from framescope.net.gauge import INTERVAL_NS, Gauge, Gauges
from helpers.raw_peers import RecordingTap


def test_change_is_told_and_the_next_one_waits() -> None:
    tap = RecordingTap()
    gauge = Gauge("send_buffer", tap)
    assert gauge.see(0, 5) is None
    assert gauge.see(100, 10) is None
    assert gauge.see(200, 20) == 10 + INTERVAL_NS
    assert gauge.see(100, 30) is None  # back at what is known
    assert gauge.see(300, 10 + INTERVAL_NS) is None
    assert tap.gauges == [("send_buffer", 100, 10), ("send_buffer", 300, 10 + INTERVAL_NS)]


def test_a_queue_is_told_while_reading_is_paused() -> None:
    tap = RecordingTap()
    gauges = Gauges(tap)
    assert gauges.see(0, 7, 0, is_paused=False) is None
    assert tap.gauges == []  # a queue that is emptied at once is no news
    assert gauges.see(9, 7, 1, is_paused=True) is None
    assert tap.gauges == [("send_buffer", 9, 1), ("reading_paused", 1, 1), ("receive_queue", 7, 1)]
    assert gauges.see(9, 6, 2, is_paused=False) == 1 + INTERVAL_NS
    assert gauges.see(9, 6, 1 + INTERVAL_NS, is_paused=False) is None
    assert tap.gauges[3:] == [("reading_paused", 0, 1 + INTERVAL_NS), ("receive_queue", 0, 1 + INTERVAL_NS)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what was acknowledged")
def test_what_tcp_knows_of_the_peer_is_told() -> None:
    tap = RecordingTap()
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as ours:
        Gauges(tap).see_way(ours, 7)
    names = [(name, time_ns) for name, _, time_ns in tap.gauges]
    assert names == [("unacknowledged", 7), ("since_ack", 7), ("retries", 7)]
    assert tap.gauges[0][1] == tap.gauges[2][1] == 0  # nothing was sent


def test_what_nobody_can_tell_is_not_told() -> None:
    tap = RecordingTap()
    one, other = socket.socketpair()
    with one, other:
        Gauges(tap).see_way(one, 7)
    assert tap.gauges == []
