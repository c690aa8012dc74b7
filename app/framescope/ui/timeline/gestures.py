"""What does a drag on the timeline do? Pan, zoom to a range, or measure; Qt-free, x counts from the plot's left."""

from __future__ import annotations

from enum import Enum, auto

from framescope.ui.timeline.viewport import Viewport

SLACK = 4.0  #: px that a press may move and still be a click


class Drag(Enum):
    PAN = auto()
    RANGE = auto()
    MEASURE = auto()


class Gestures:
    """One drag at a time, and what is left of it: the two cursors of a measurement."""

    def __init__(self, view: Viewport) -> None:
        self._view = view
        self._drag: Drag | None = None
        self._pressed = 0.0
        self._last = 0.0
        self._has_moved = False
        self._fixed = 0  # the time at which the press was
        self.range: tuple[int, int] | None = None  #: ns: where the view will zoom to on release
        self.measured: tuple[int, int] | None = None  #: ns: the two cursors

    @property
    def is_dragging(self) -> bool:
        return self._drag is not None and self._has_moved

    def press(self, x: float, drag: Drag) -> None:
        """Begin a drag, or a click."""
        self._drag, self._has_moved = drag, False
        self._pressed = self._last = x
        self._fixed = self._view.time_at(x)

    def move(self, x: float) -> bool:
        """Follow the pointer; True when there is something to repaint."""
        if self._drag is None or (not self._has_moved and abs(x - self._pressed) < SLACK):
            return False
        self._has_moved = True
        if self._drag is Drag.PAN:
            self._view.pan(self._last - x)
        else:
            ends = sorted((self._fixed, self._view.time_at(x)))
            if self._drag is Drag.RANGE:
                self.range = ends[0], ends[1]
            else:
                self.measured = ends[0], ends[1]
        self._last = x
        return True

    def release(self) -> bool:
        """End the drag; True when it was a click."""
        drag, self._drag = self._drag, None
        if drag is Drag.RANGE and self.range is not None:
            self._view.zoom_to(*self.range)
            self.range = None
        return drag is not None and not self._has_moved

    def clear(self) -> None:
        """Forget the measurement and let go of a drag."""
        self._drag = self.range = self.measured = None
