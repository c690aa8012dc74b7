"""Which frames of a lane are drawn one by one, and which as an envelope? Qt-free."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from framescope.analysis.lanes import Envelope, Lane
from framescope.analysis.model import Story
from framescope.engine.events import Which
from framescope.engine.frames import Opcode
from framescope.ui.timeline_viewport import Viewport

PIXELS_A_FRAME = 3.0  #: nearer than this, frames become an envelope
_SORTED_OUT = 200_000  #: frames in view up to which rare opcodes are still drawn one by one
_PAIRED = (Opcode.PING, Opcode.PONG)


class Bars(NamedTuple):
    """Frames to draw as bars; parallel arrays in order of time."""

    times: npt.NDArray[np.int64]
    rows: npt.NDArray[np.uint32]
    opcodes: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint32]

    def only(self, mask: npt.NDArray[np.bool_]) -> Bars:
        return Bars(self.times[mask], self.rows[mask], self.opcodes[mask], self.lengths[mask])


class Picture(NamedTuple):
    """What a lane shows: bars, pings and pongs for the keepalive channel, and an envelope where it is dense."""

    bars: Bars
    paired: Bars
    envelope: Envelope | None


def bars_between(lane: Lane, start: int, end: int) -> Bars:
    """Return the frames with start <= time < end."""
    found = lane.between(start, end)
    return Bars(lane.times[found], lane.rows[found], lane.opcodes[found], lane.lengths[found])


def picture(lane: Lane, view: Viewport) -> Picture:
    """Divide the lane's visible frames into bars and an envelope."""
    margin = round(4 * view.ns_per_pixel)
    found = lane.between(view.start - margin, view.end + margin)
    count = found.stop - found.start
    most = view.width / PIXELS_A_FRAME
    if count > _SORTED_OUT:
        nothing = bars_between(lane, 0, 0)
        return Picture(nothing, nothing, lane.envelope(view.edges()))
    bars = Bars(lane.times[found], lane.rows[found], lane.opcodes[found], lane.lengths[found])
    is_paired = np.isin(bars.opcodes, _PAIRED)
    paired = bars.only(is_paired)
    if count - len(paired.times) <= most:
        return Picture(bars.only(~is_paired), paired, None)
    rare = np.bincount(bars.opcodes, minlength=16) <= most / 4
    return Picture(bars.only(rare[bars.opcodes] & ~is_paired), paired, lane.envelope(view.edges()))


def failed_at(story: Story) -> int | None:
    """Return when this side failed the connection: frames after it had no effect. None if it did not."""
    times = [mark.time for mark in story.missed if mark.which in (Which.PONG, Which.OPEN)]
    times += [mark.time for mark in story.violations if not mark.sent]
    return min(times, default=None)


def next_ping(story: Story) -> int | None:
    """Return when the next keepalive ping is due, ns; None while none is."""
    deadline = story.deadlines.get(Which.PING)
    return deadline.due if deadline is not None and deadline.is_running and story.ended is None else None
