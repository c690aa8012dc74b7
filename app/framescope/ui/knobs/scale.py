"""Where does a knob's value stand on its dial, and which value is one step further? Qt-free; values in seconds."""

from __future__ import annotations

import math

from framescope.engine.settings import LARGEST, SMALLEST

#: The arc shows this range on a log scale; values outside stand at its ends.
ARC_SMALLEST = 0.1
ARC_LARGEST = 300.0
#: Degrees clockwise from 12 o'clock: the arc runs from 7:30 over 12 to 4:30.
ARC_START = -135.0
ARC_SPAN = 270.0
#: Where the scale has a dot, s.
DOTS = (0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)

_SERIES = (1.0, 2.0, 5.0)


def fraction(value: float | None) -> float:
    """Return how much of the arc `value` fills, 0 to 1. None has no limit: the whole arc."""
    if value is None:
        return 1.0
    if value <= ARC_SMALLEST:
        return 0.0
    return min(1.0, math.log(value / ARC_SMALLEST) / math.log(ARC_LARGEST / ARC_SMALLEST))


def angle(value: float | None) -> float:
    """Return the pointer's angle, degrees clockwise from 12 o'clock."""
    return ARC_START + ARC_SPAN * fraction(value)


def stepped(value: float, notches: int, *, is_fine: bool = False) -> float:
    """Return `value` turned by whole notches: one of 1-2-5 each, or 1 % when fine; within what a knob takes."""
    step = _fine_step if is_fine else _coarse_step
    for _ in range(abs(notches)):
        value = step(value, up=notches > 0)
    return value


def _coarse_step(value: float, *, up: bool) -> float:
    exponent = math.floor(math.log10(value))
    near = [round(digit * 10.0**power, 9) for power in (exponent - 1, exponent, exponent + 1) for digit in _SERIES]
    if up:
        return min(LARGEST, *(mark for mark in near if mark > value * (1 + 1e-9)))
    return max(SMALLEST, *(mark for mark in near if mark < value * (1 - 1e-9)))


def _fine_step(value: float, *, up: bool) -> float:
    # Three figures keep the number readable, and 1 % always moves the third one.
    turned = value * 1.01 if up else value / 1.01
    return min(LARGEST, max(SMALLEST, float(f"{turned:.3g}")))
