"""Is the rate that of the last two seconds, and does it start anew with each connection?"""

from __future__ import annotations

import pytest

from framescope.analysis.model import Totals
from framescope.ui.status.traffic_rate import TrafficRate

SECOND = 1_000_000_000


def test_both_directions_are_counted_over_the_time_they_took() -> None:
    rate = TrafficRate()
    assert rate.update(1, Totals(0, 0, 0, 0), 0) == (0.0, 0.0)
    assert rate.update(1, Totals(1, 100, 3, 900), SECOND // 2) == (8.0, 2000.0)


def test_what_is_older_than_two_seconds_does_not_count() -> None:
    rate = TrafficRate()
    for tenth in range(61):
        received = min(tenth, 20)
        shown = rate.update(1, Totals(0, 0, received, received * 10), tenth * SECOND // 10)
        if tenth == 20:
            assert shown == (pytest.approx(10.0), pytest.approx(100.0))
    assert shown == (0.0, 0.0)


def test_few_samples_are_kept() -> None:
    rate = TrafficRate()
    for sample in range(10_000):
        rate.update(1, Totals(), sample * SECOND // 60)
    assert len(rate._samples) <= 122


def test_a_new_connection_starts_anew() -> None:
    rate = TrafficRate()
    rate.update(1, Totals(0, 0, 500, 5000), 0)
    assert rate.update(2, Totals(0, 0, 1, 10), SECOND) == (0.0, 0.0)
    assert rate.update(2, Totals(0, 0, 2, 20), 2 * SECOND) == (1.0, 10.0)
