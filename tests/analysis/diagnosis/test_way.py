"""Is a dead way told from a machine that lives, whatever its program does?"""

from __future__ import annotations

import pytest

from framescope.analysis.diagnosis.way import Way, way_of
from framescope.analysis.model import Story
from framescope.capture.records import Gauge


@pytest.mark.parametrize(
    ("way", "is_dead"),
    [
        (Way(6, 2.9, 3), True),
        (Way(0, 2.9, 0), False),  # all is there: the program does not answer
        (Way(6, 2.9, 0), False),  # sent a moment ago
        (Way(4_000_000, 0.2, 1), False),  # no room at the other end, and it says so
    ],
)
def test_one_that_acknowledges_nothing_is_dead(way: Way, is_dead: bool) -> None:
    assert way.is_dead(3.0) is is_dead
    assert way.has_all is (way.unacknowledged == 0)


def test_what_was_recorded_last_counts() -> None:
    story = Story(1, 0)
    assert way_of(story) is None
    story.gauges[Gauge.UNACKNOWLEDGED] = [(1, 5), (2, 6)]
    story.gauges[Gauge.SINCE_ACK] = [(2, 1500)]
    assert way_of(story) is None  # a part of it
    story.gauges[Gauge.RETRIES] = [(2, 4)]
    assert way_of(story) == (6, 1.5, 4)
