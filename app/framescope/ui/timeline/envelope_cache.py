"""Which pixel columns need no new look? Those of the last picture that still stand: a running trace adds a few."""

from __future__ import annotations

import numpy as np

from framescope.analysis.lanes import Envelope, Lane
from framescope.ui.timeline.viewport import Viewport


class EnvelopeCache:
    """A lane's envelope over a view. The view's columns lie on a fixed grid, so that old ones can be kept."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._column_ns = 0.0
        self._first = 0  # the grid number of the first kept column
        self._settled = 0  # columns from this grid number on may still get frames
        self._kept: Envelope | None = None

    def of(self, view: Viewport) -> Envelope:
        """Return the envelope of the view's columns."""
        first, end = view.first_column, view.first_column + view.columns
        low, high = self._standing(view, first, end)
        if low < high and self._kept is not None:
            parts = [
                self._look(view, first, low),
                _cut(self._kept, low - self._first, high - self._first),
                self._look(view, high, end),
            ]
            envelope = _joined(parts)
        else:
            envelope = self._look(view, first, end)
        self._column_ns, self._first, self._kept = view.column_ns, first, envelope
        # The column of the newest frame may still get more.
        newest = self._lane.times[-1] if self._lane.count() else view.origin
        self._settled = int((newest - view.origin) / view.column_ns)
        return envelope

    def _standing(self, view: Viewport, first: int, end: int) -> tuple[int, int]:
        """Return which columns of the view can be taken over; none where frames came in between."""
        if self._kept is None or self._column_ns != view.column_ns:
            return first, first
        low = max(first, self._first)
        high = min(end, self._first + len(self._kept.counts), self._settled)
        if low >= high:
            return first, first
        ends = view.edges(low, high)[[0, -1]].tolist()
        found = self._lane.between(*ends)
        # A frame that was long in the write buffer is recorded late, with the time at which it was begun.
        is_same = found.stop - found.start == int(self._kept.counts[low - self._first : high - self._first].sum())
        return (low, high) if is_same else (first, first)

    def _look(self, view: Viewport, first: int, end: int) -> Envelope:
        return self._lane.envelope(view.edges(first, max(first, end)))


def _cut(envelope: Envelope, start: int, stop: int) -> Envelope:
    return Envelope(envelope.counts[start:stop], envelope.max_length[start:stop], envelope.dominant[start:stop])


def _joined(parts: list[Envelope]) -> Envelope:
    counts, longest, dominant = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Envelope(counts, longest, dominant)
