"""How high does a round trip stand in the RTT strip? Qt-free: a log axis, or a linear one for values that lie close."""

from __future__ import annotations

import math
from dataclasses import dataclass

_LINEAR_BELOW = 60.0  #: greatest value over smallest


@dataclass(frozen=True, slots=True)
class RttScale:
    """From `low` to `high` seconds; heights are shares of the strip, 0 at the bottom."""

    low: float
    high: float
    is_log: bool

    def share(self, seconds: float) -> float:
        """Return the height of a round trip, from 0 to 1."""
        if self.is_log:
            seconds = max(seconds, self.low)
            share = math.log(seconds / self.low) / math.log(self.high / self.low)
        else:
            share = (seconds - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, share))

    @property
    def marked(self) -> float:
        """Return the power of ten nearest to the middle of the axis: the one with a dotted line."""
        middle = math.sqrt(self.low * self.high) if self.is_log else self.high / 2
        return float(10.0 ** round(math.log10(middle)))

    @property
    def name(self) -> str:
        return "log" if self.is_log else "linear"


def scale_for(values: list[float], timeouts: list[float]) -> RttScale:
    """Return the axis that shows all values and timeouts (seconds, greater than 0)."""
    greatest = max((*values, *timeouts), default=1.0)
    smallest = max(min((*values, *timeouts)) if values else greatest / 1000, 1e-6)
    if greatest / smallest < _LINEAR_BELOW:
        return RttScale(0.0, greatest * 1.15, False)
    # A power of ten below the smallest, so that the axis does not move with every pong.
    return RttScale(10.0 ** math.floor(math.log10(smallest / 2)), max(greatest * 1.6, smallest * 10), True)
