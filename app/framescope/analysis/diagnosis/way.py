"""Was the other end's machine alive when our pong's deadline passed? What TCP knew, where it was recorded (Linux)."""

from __future__ import annotations

from typing import NamedTuple

from framescope.analysis.model import Story
from framescope.capture.records import Gauge

_MOST = 0.5  #: of the wait for a pong in which nothing was acknowledged


class Way(NamedTuple):
    """What TCP knew of the other end: its machine's, or that of a proxy before it."""

    unacknowledged: int  #: B of ours that nobody has acknowledged
    since_ack: float  #: s since something was acknowledged
    retries: int  #: times that the same was sent again since

    @property
    def has_all(self) -> bool:
        """Tell whether the other end's machine has everything, the ping too."""
        return self.unacknowledged == 0

    def is_dead(self, waited: float) -> bool:
        """Tell whether no machine answers, after `waited` s: one that lives acknowledges, whatever its program does."""
        return self.unacknowledged > 0 and self.retries > 0 and self.since_ack >= _MOST * waited


def way_of(story: Story) -> Way | None:
    """What was recorded when the last deadline of a pong passed; None where nobody could tell."""
    gauges = [story.gauges.get(gauge) for gauge in (Gauge.UNACKNOWLEDGED, Gauge.SINCE_ACK, Gauge.RETRIES)]
    last = [values[-1][1] for values in gauges if values]
    return Way(last[0], last[1] / 1000, last[2]) if len(last) == len(gauges) else None
