"""Is a measurement told when it changes, and ten times a second at most?"""

from __future__ import annotations

from framescope.net.gauge import INTERVAL_NS, Gauge
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
