"""Which stretch of a run is in view, and where does a moment stand? Qt-free; seconds of the run, pixels of the plot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count

SHORTEST = 0.02  #: s; more than enough to tell two segments apart
_STEP = 46.0  # px between two figures of the axis, at least


@dataclass(slots=True)
class Span:
    """From `start` to `end` over `width` px."""

    start: float = 0.0
    end: float = 10.0
    width: float = 400.0

    @property
    def length(self) -> float:
        return self.end - self.start

    def x(self, time: float) -> float:
        """Where a moment stands, px from the plot's left."""
        return (time - self.start) / self.length * self.width

    def time(self, x: float) -> float:
        """Which moment stands there."""
        return self.start + x / self.width * self.length

    def fit(self, end: float) -> None:
        """Show everything from the beginning to `end`, with a little room behind it."""
        self.start, self.end = 0.0, max(end, SHORTEST) * 1.03

    def zoom(self, factor: float, x: float, longest: float) -> None:
        """Show `factor` times as much; what is under `x` stays there. Never more than 0 to `longest`."""
        here = self.time(x)
        length = min(max(self.length * factor, SHORTEST), longest)
        start = here - x / self.width * length
        self.start = min(max(start, 0.0), longest - length)
        self.end = self.start + length

    def pan(self, pixels: float, longest: float) -> None:
        """Move the view by so many pixels."""
        length = self.length
        start = self.start + pixels / self.width * length
        self.start = min(max(start, 0.0), max(0.0, longest - length))
        self.end = self.start + length

    def ticks(self) -> tuple[list[float], float]:
        """The axis' figures and their step: 1, 2 or 5 times a power of ten."""
        raw = self.length / max(1.0, self.width / _STEP)
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= raw * (1 - 1e-9))
        first = math.ceil(self.start / step - 1e-9)
        figures: list[float] = []
        for number in count(first):
            time = round(number * step, 9)
            if time > self.end + 1e-9:
                return figures, step
            figures.append(time)
        raise AssertionError("count() ended")


def focus_of(decided: float, now: float, longest: float) -> float:
    """How much to show: up to the moment asked about; later twice as much again and again, as far as the run goes."""
    shown = decided
    while shown * 1.03 < now:
        shown *= 2
    return min(shown, max(longest, decided))
