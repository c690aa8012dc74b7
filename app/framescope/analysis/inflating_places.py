"""Where in a direction can inflating begin? At places that were reached before: few, and kept where they help."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

from framescope.analysis.lanes import Lane
from framescope.engine.deflate import Inflater

CHECKPOINTS = 64  #: of a direction; each keeps a window, 32 KiB, and zlib's own state
BULK = 256  #: frames that are looked at together
_SPACING = 64  # frames between two checkpoints at first; doubled whenever there are too many
_BOOKMARKS = 8
_MOVERS = 4


@dataclass(slots=True)
class Place:
    """A position in a lane, and what inflates there. Without an inflater nothing can be read from here on."""

    index: int
    inflater: Inflater | None
    last_row: int = -1  #: of the last frame that was looked at
    is_compressed: bool = False  #: a compressed message is under way
    offset: int = 0  #: B of this frame's payload that were inflated already
    size: int = 0  #: B that came of them
    start: bytes = b""

    def copy(self) -> Place:
        return replace(self, inflater=deepcopy(self.inflater))

    def is_valid(self, lane: Lane) -> bool:
        """Tell whether no late record was put into the lane before this place since."""
        is_inside = self.offset > 0 or self.inflater is None  # it stopped in this frame
        last = self.index if is_inside else self.index - 1
        return last < 0 or lane.rows[last] == self.last_row

    def leave(self, row: int) -> None:
        """Go on behind a frame."""
        self.index += 1
        self.last_row = row
        self.offset = self.size = 0
        self.start = b""


class Places:
    """The places of one direction that are kept."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.checkpoints: list[Place] = []  #: all along the lane, in order
        self._spacing = _SPACING
        self._bookmarks: list[Place] = []  # where somebody looked, finer than the checkpoints
        self._movers: list[Place] = []  # where somebody was last: the live end, a table scrolled back, a detail

    def nearest(self, low: int, goal: int, *, is_whole: bool) -> Place | None:
        """Take the last place from `low` to `goal`; with `is_whole` none inside the frame `goal`."""
        while self.checkpoints and not self.checkpoints[-1].is_valid(self.lane):
            self.checkpoints.pop()
        self._bookmarks = [place for place in self._bookmarks if place.is_valid(self.lane)]
        self._movers = [place for place in self._movers if place.is_valid(self.lane)]
        candidates = (*self.checkpoints, *self._bookmarks, *self._movers)
        fitting = [place for place in candidates if low <= place.index <= goal - (is_whole and place.offset > 0)]
        if not fitting:
            return None
        # Of two at the same frame, the one that knows that it cannot be read.
        best = max(fitting, key=lambda place: (place.index, place.offset, place.inflater is None))
        mover = next((place for place in self._movers if place is best), None)
        return self.keep(best.copy()) if mover is None else mover

    def keep(self, place: Place) -> Place:
        """Let a place move along with who asks for it."""
        self._movers = [*self._movers[1 - _MOVERS :], place]
        return place

    def mark(self, place: Place, goal: int) -> None:
        """Keep a copy of a place that is passed, where none is near."""
        last = self.checkpoints[-1].index if self.checkpoints else -self._spacing
        if place.index >= last + self._spacing:
            self.checkpoints.append(place.copy())
            if len(self.checkpoints) > CHECKPOINTS:
                del self.checkpoints[1::2]
                self._spacing *= 2
        elif place.index % _SPACING == 0 and goal - place.index < BULK and self._spacing > _SPACING:
            self._bookmarks = [*self._bookmarks[1 - _BOOKMARKS :], place.copy()]
