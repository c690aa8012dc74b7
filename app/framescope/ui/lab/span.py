"""Which stretch of a run is in view, and where does a moment stand? Qt-free; seconds of the run, pixels of the plot."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

SHORTEST = 0.02  #: s; more than enough to tell two segments apart
_STEP = 46.0  # px between two figures of the axis, at least
_PAST = 0.97  # share of the view for what has been, while the run goes on
_EDGE = 0.06  # share of the view that a moment keeps from its edges
_READABLE = 150  # frames in view that a person can still tell apart
_FEWEST = 2.0  # s that a view of a moment shows at least


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

    def roll(self, now: float) -> None:
        """Keep a moment in view, near the right edge, with what is to come behind it."""
        length = self.length
        if now > self.start + length * _PAST or now < self.start:
            self.start = max(0.0, now - length * _PAST)
            self.end = self.start + length

    def include(self, time: float) -> None:
        """Move as little as it takes to have a moment in view."""
        length, edge = self.length, self.length * _EDGE
        start = min(self.start, max(0.0, time - edge))
        self.start = max(start, time + edge - length)
        self.end = self.start + length

    def show_moment(self, moment: float, length: float, count: Callable[[float, float], int]) -> None:
        """Show what led to a moment, as much of it as can be read. `count` tells how many frames are in a view."""
        while True:
            start = moment - length * _PAST
            self.start = 0.0 if start < length * _EDGE else start  # the very beginning is worth its place
            self.end = self.start + length
            if length / 2 < _FEWEST or count(self.start, self.end) <= _READABLE:
                return
            length /= 2

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
