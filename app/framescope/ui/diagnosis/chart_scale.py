"""Where does each value of the what-if chart stand? Ranges, ticks, pixels and the places of its labels; Qt-free."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

Pair: TypeAlias = tuple[float, float]

_ROOM = 1.3  #: the axis goes on beyond the largest value of interest by so much
_HEAD = 0.22  #: of the plot's height above the end of the recording: nobody knows what was there
_TICKS_ACROSS, _TICKS_UP = 6, 4


class Axis(NamedTuple):
    """A range of values and its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]


class Place(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def touches(self, other: Place) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Plot(NamedTuple):
    """The plot's rectangle and its two axes."""

    area: Place
    across: Axis
    up: Axis

    def x(self, value: float) -> float:
        """Return the pixel of a ping_timeout."""
        return self.area.left + _share(value, self.across) * self.area.width

    def y(self, value: float) -> float:
        """Return the pixel of a number of seconds alive."""
        return self.area.bottom - _share(value, self.up) * self.area.height


def tick_step(least: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten that is not below `least`."""
    if least <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next((digit * power for digit in (1, 2, 5) if digit * power >= least * (1 - 1e-9)), 10 * power)


def span_for(largest: float) -> float:
    """Return where an axis of ping_timeouts ends that has to show `largest` and what lies beyond."""
    if largest <= 0:
        return 1.0
    step = tick_step(largest * _ROOM / _TICKS_ACROSS)
    return round(math.ceil(largest * _ROOM / step - 1e-9) * step, 9)


def across_axis(span: float) -> Axis:
    """Return the axis of ping_timeouts, from 0."""
    return Axis(0.0, span, _ticks(0.0, span, tick_step(span / _TICKS_ACROSS)))


def up_axis(least: float, recorded: float) -> Axis:
    """Return the axis of seconds alive: from a tick below `least` to a little beyond the recording's end."""
    step = tick_step(max(recorded - least, recorded * 0.01, 1e-9) / _TICKS_UP)
    low = max(0.0, math.floor(least / step - 1e-9) * step)
    return Axis(low, recorded + (recorded - low) * _HEAD, _ticks(low, recorded, step))


def tick_text(value: float) -> str:
    """Write a tick without figures that say nothing: 0, 0.5, 20, 1200."""
    return f"{value:.6g}"


def label_beside(plot: Plot, point: Pair, size: Pair) -> Place:
    """Return where words about a point stand: left above it, where the curve never is, or else right below."""
    (x, y), (width, height) = point, size
    if x - 6 - width >= plot.area.left:
        return Place(x - 6 - width, max(plot.area.top, y - 4 - height), width, height)
    return Place(min(x + 7, plot.area.right - width), min(y + 4, plot.area.bottom - height), width, height)


def label_below(plot: Plot, point: Pair, size: Pair, taken: Place | None = None) -> Place:
    """Return where words stand below a point, in the plot, and clear of a label that is there already."""
    (x, y), (width, height) = point, size
    left = min(max(plot.area.left + 2, x - width / 2), plot.area.right - width - 2)
    place = Place(left, y + 6, width, height)
    if taken is not None and place.touches(taken):
        place = Place(left, taken.bottom + 2, width, height)
    return place


def _share(value: float, axis: Axis) -> float:
    return min(1.0, max(0.0, (value - axis.low) / (axis.high - axis.low)))


def _ticks(low: float, high: float, step: float) -> tuple[float, ...]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(count * step, 9) for count in range(first, last + 1))
