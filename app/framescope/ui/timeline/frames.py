"""Which frames of a lane are drawn one by one, and which as an envelope? Qt-free."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from framescope.analysis.lanes import Envelope, Lane
from framescope.analysis.model import Story
from framescope.engine.events import Which
from framescope.engine.frames import Opcode
from framescope.ui.timeline.envelope_cache import EnvelopeCache
from framescope.ui.timeline.viewport import Viewport

PIXELS_A_FRAME = 3.0  #: nearer than this, frames become an envelope
_SORTED_OUT = 200_000  #: frames in view up to which rare opcodes are still drawn one by one


class Bars(NamedTuple):
    """Frames to draw as bars; parallel arrays in order of time."""

    times: npt.NDArray[np.int64]
    rows: npt.NDArray[np.uint32]
    opcodes: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint32]


class Picture(NamedTuple):
    """What a lane shows: bars, pings and pongs for the keepalive channel, and an envelope where it is dense."""

    bars: Bars
    paired: Bars
    envelope: Envelope | None


def picture(lane: Lane, view: Viewport, envelopes: EnvelopeCache) -> Picture:
    """Divide the lane's visible frames into bars and an envelope."""
    margin = round(4 * view.ns_per_pixel)
    found = lane.between(view.start - margin, view.end + margin)
    count = found.stop - found.start
    if count > _SORTED_OUT:
        nothing = _frames(lane, found.start, np.empty(0, np.int64))
        return Picture(nothing, nothing, envelopes.of(view))
    opcodes = lane.opcodes[found]
    control = np.flatnonzero(opcodes >= Opcode.CLOSE)
    is_paired = np.isin(opcodes[control], (Opcode.PING, Opcode.PONG))
    paired = _frames(lane, found.start, control[is_paired])
    most = view.width / PIXELS_A_FRAME
    if count - len(paired.times) <= most:
        barred = np.setdiff1d(np.arange(count), control[is_paired], assume_unique=True)
        return Picture(_frames(lane, found.start, barred), paired, None)
    rare = [control[~is_paired][: round(most)], *_rare(opcodes, count - len(control), most / 4)]
    return Picture(_frames(lane, found.start, np.sort(np.concatenate(rare))), paired, envelopes.of(view))


def _rare(opcodes: npt.NDArray[np.uint8], count: int, most: float) -> list[npt.NDArray[np.int64]]:
    """Return the places of data opcodes that occur at most `most` times among `count` data frames."""
    found = []
    for opcode in range(Opcode.CLOSE):
        if count <= 0:
            break
        is_it = opcodes == opcode
        times = int(np.count_nonzero(is_it))
        count -= times
        if 0 < times <= most:
            found.append(np.flatnonzero(is_it))
    return found


def _frames(lane: Lane, start: int, places: npt.NDArray[np.int64]) -> Bars:
    """Gather the frames at some places behind `start`."""
    indexes = places + start
    return Bars(
        lane.times.take(indexes), lane.rows.take(indexes), lane.opcodes.take(indexes), lane.lengths.take(indexes)
    )


def failed_at(story: Story) -> int | None:
    """Return when this side failed the connection: frames after it had no effect. None if it did not."""
    times = [mark.time for mark in story.missed if mark.which in (Which.PONG, Which.OPEN)]
    times += [mark.time for mark in story.violations if not mark.sent]
    return min(times, default=None)


def next_ping(story: Story) -> int | None:
    """Return when the next keepalive ping is due, ns; None while none is."""
    deadline = story.deadlines.get(Which.PING)
    return deadline.due if deadline is not None and deadline.is_running and story.ended is None else None
