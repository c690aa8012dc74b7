"""Which value stands where on a slider of the network? Qt-free: logarithmic, with "none" at one end."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from framescope.analysis.units import format_percent, format_seconds

STEPS = 100  #: places of a slider


@dataclass(frozen=True, slots=True)
class Scale:
    """From `smallest` to `largest`; place 0 is 0, or with `none_is_last` the last place is None, without limit."""

    name: str
    smallest: float
    largest: float
    words: Callable[[float | None], str]
    none_is_last: bool = False

    def place(self, value: float | None) -> int:
        """Where a value stands."""
        if value is None:
            return STEPS
        if value < self.smallest:
            return 0
        low, high = self._ends
        share = math.log(min(value, self.largest) / self.smallest) / math.log(self.largest / self.smallest)
        return round(low + share * (high - low))

    def value(self, place: int) -> float | None:
        """Which value stands there, in two figures."""
        low, high = self._ends
        if place < low:
            return 0.0
        if place > high:
            return None
        exact = self.smallest * (self.largest / self.smallest) ** ((place - low) / (high - low))
        return float(f"{exact:.2g}")

    @property
    def _ends(self) -> tuple[int, int]:
        return (0, STEPS - 1) if self.none_is_last else (1, STEPS)


def _seconds(value: float | None) -> str:
    return format_seconds(value) if value else "0 ms"


def _jitter(value: float | None) -> str:
    return f"±{format_seconds(value)}" if value else "0 ms"


def _bandwidth(value: float | None) -> str:
    """Write a rate as links are sold: in bits, by thousands."""
    if value is None:
        return "no limit"
    bits = value * 8
    for unit, size in (("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3)):
        if bits >= size * 0.9995:
            return f"{bits / size:.3g} {unit}"
    return f"{bits:.3g} bit/s"


def _loss(value: float | None) -> str:
    if not value:
        return "0 %"
    return format_percent(value) if value >= 0.095 else f"{value * 100:.2g} %"


LATENCY = Scale("Latency", 0.001, 5.0, _seconds)
JITTER = Scale("Jitter", 0.001, 1.0, _jitter)
BANDWIDTH = Scale("Bandwidth", 125.0, 125e6, _bandwidth, none_is_last=True)
LOSS = Scale("Loss", 0.001, 0.5, _loss)
