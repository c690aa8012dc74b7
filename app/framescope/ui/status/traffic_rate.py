"""How fast do frames and bytes pass right now? Totals sampled over the last two seconds. Qt-free."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from framescope.analysis.model import Totals

_WINDOW_NS = 2_000_000_000


class _Sample(NamedTuple):
    time: int
    frames: int
    bytes: int


class TrafficRate:
    """Both directions together, of one connection after the other."""

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque()
        self._number = 0

    def update(self, number: int, totals: Totals, now_ns: int) -> tuple[float, float]:
        """Take connection `number`'s totals at `now_ns`; return frames and bytes a second."""
        if number != self._number:
            self._samples.clear()
            self._number = number
        frames = totals.sent_frames + totals.received_frames
        size = totals.sent_bytes + totals.received_bytes
        self._samples.append(_Sample(now_ns, frames, size))
        # The oldest one kept is just outside the window, so that the rate spans all of it.
        while len(self._samples) > 2 and self._samples[1].time <= now_ns - _WINDOW_NS:
            self._samples.popleft()
        first = self._samples[0]
        seconds = (now_ns - first.time) / 1e9
        return ((frames - first.frames) / seconds, (size - first.bytes) / seconds) if seconds > 0 else (0.0, 0.0)
