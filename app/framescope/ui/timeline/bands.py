"""How high is each band of the timeline, and how high a frame's bar? Qt-free; y counts from the canvas' top."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

#: natural heights at 100 % font size, from the top
RULER, FLAGS, SENT, KEEPALIVE, RECEIVED, STATE, RTT = 20, 22, 56, 58, 97, 21, 54
NATURAL = RULER + FLAGS + SENT + KEEPALIVE + RECEIVED + STATE + RTT
LINE = 13.0  #: the line height of 10 px mono that the natural heights are made for
FULL_LANE = 18.0  #: log2(1 + bytes) of a bar that fills its lane: 256 KiB
SMALLEST_BAR = 3.0
MARKED_SIZES = (16, 256, 4096, 65536)  #: bytes with a dotted line across the lanes
_SHARES = (0.3, 0.15, 0.55)  #: of spare height: sent lane, keepalive channel, received lane
_SMALLEST = (24.0, 44.0, 36.0)


class Band(NamedTuple):
    """One horizontal band."""

    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    def holds(self, y: float) -> bool:
        return self.top <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Bands:
    """All bands of a canvas; `rtt` has no height where it is folded."""

    ruler: Band
    flags: Band
    sent: Band
    keepalive: Band
    received: Band
    state: Band
    rtt: Band

    def lane(self, sent: bool) -> Band:
        return self.sent if sent else self.received


def bands(height: float, *, line: float = LINE, is_rtt_folded: bool = False) -> Bands:
    """Divide `height` (px): spare height goes to the lanes, missing height is taken from them."""
    grown = max(0.0, line - LINE)
    rtt = 0.0 if is_rtt_folded else RTT + 3 * grown
    fixed = [RULER + grown, FLAGS + grown, STATE + grown, rtt]
    natural = (SENT, KEEPALIVE, RECEIVED)
    spare = height - sum(fixed) - sum(natural)
    middle = [max(least, size + spare * share) for size, share, least in zip(natural, _SHARES, _SMALLEST, strict=True)]
    sent, keepalive = (float(round(size)) for size in middle[:2])
    received = max(_SMALLEST[2], height - sum(fixed) - sent - keepalive)
    heights = [fixed[0], fixed[1], sent, keepalive, received, fixed[2], fixed[3]]
    found, top = [], 0.0
    for size in heights:
        found.append(Band(top, size))
        top += size
    return Bands(*found)


def bar_height(length: int, lane: float) -> float:
    """Return the height (px) of a frame of `length` bytes in a lane `lane` px high."""
    return min(lane, max(SMALLEST_BAR, math.log2(1 + length) / FULL_LANE * lane))


def bar_heights(lengths: npt.NDArray[np.integer[Any]], lane: float) -> npt.NDArray[np.float64]:
    """Return `bar_height` of many frames."""
    heights: npt.NDArray[np.float64] = np.log2(lengths.astype(np.float64) + 1.0) * (lane / FULL_LANE)
    return np.clip(heights, SMALLEST_BAR, lane)
