"""Which row is at a point of the timeline? The nearest frame, mark or flag within 8 px; Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framescope.analysis.lanes import Lane
from framescope.analysis.trace import Trace
from framescope.engine.frames import Opcode
from framescope.ui.timeline.bands import Bands
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.flags import PlacedFlag
from framescope.ui.timeline.viewport import Viewport

REACH = 8.0  #: px
_MOST = 5000  #: frames looked at around the pointer
_IS_PAIRED = np.isin(np.arange(16), (Opcode.PING, Opcode.PONG))


@dataclass(frozen=True, slots=True)
class Picker:
    """Finds rows of one picture; x counts from the plot's left."""

    trace: Trace
    exchanges: ExchangeColumns
    view: Viewport
    bands: Bands
    flags: list[PlacedFlag]

    def row_at(self, x: float, y: float) -> int | None:
        """Return the row of what is drawn near a point; None where nothing is."""
        bands = self.bands
        if bands.flags.holds(y):
            return self._flag_at(x)
        if bands.keepalive.holds(y):
            is_top = y < bands.keepalive.middle
            found = self._frame_at(x, sent=is_top, is_paired=True)
            return found if found is not None else self._frame_at(x, sent=not is_top, is_paired=True)
        if bands.sent.holds(y) or bands.received.holds(y):
            return self._frame_at(x, sent=bands.sent.holds(y), is_paired=False)
        if bands.rtt.holds(y):
            return self._pong_at(x)
        return None

    def _flag_at(self, x: float) -> int | None:
        for placed in self.flags:
            if placed.left <= x <= placed.left + placed.width or abs(placed.x - x) <= REACH / 2:
                return placed.flag.row
        return None

    def _frame_at(self, x: float, *, sent: bool, is_paired: bool) -> int | None:
        lane = self.trace.lanes[sent]
        time = self.view.time_at(x)
        found = _around(lane, time, round(REACH * self.view.ns_per_pixel))
        is_wanted = _IS_PAIRED[lane.opcodes[found]] == is_paired
        distances = np.abs(lane.times[found] - time)[is_wanted]
        if not len(distances):
            return None
        return int(lane.rows[found][is_wanted][distances.argmin()])

    def _pong_at(self, x: float) -> int | None:
        time = self.view.time_at(x)
        reach = round(REACH * self.view.ns_per_pixel)
        found = self.exchanges.answered_between(time - reach, time + reach)
        if not len(found):
            return None
        nearest = found[np.abs(self.exchanges.answered(found) - time).argmin()]
        return self.exchanges[int(nearest)].pong_row


def _around(lane: Lane, time: int, reach: int) -> slice:
    found = lane.between(time - reach, time + reach + 1)
    if found.stop - found.start > _MOST:
        nearest = lane.nearest(time) or 0
        found = slice(max(found.start, nearest - _MOST // 2), min(found.stop, nearest + _MOST // 2))
    return found
