"""Where is the visible range in the overview, and what does a drag there do to it? Qt-free; x from the plot's left."""

from __future__ import annotations

from enum import Enum, auto

from framescope.ui.timeline.viewport import SHORTEST, Viewport

GRIP = 7.0  #: px around a handle that grab it
_NARROWEST = 14.0  #: px: a narrower box has no inside to grab, only handles


class Part(Enum):
    LEFT = auto()
    BOX = auto()
    RIGHT = auto()
    OUTSIDE = auto()


class OverviewRange:
    """Maps the whole capture, and what the view shows beyond it, to `width` pixels."""

    def __init__(self, view: Viewport) -> None:
        self._view = view
        self.width = 1.0
        self._grabbed: Part | None = None
        self._offset = 0.0

    @property
    def first(self) -> int:
        return self._view.origin

    @property
    def last(self) -> int:
        """The end of the capture or of the view, whichever is later; at least a second."""
        return max(self._view.now, self._view.end, self.first + 1_000_000_000)

    @property
    def box(self) -> tuple[float, float]:
        """Left and right edge of the visible range."""
        return max(0.0, self.x(self._view.start)), min(self.width, self.x(self._view.end))

    def x(self, time: int) -> float:
        return (time - self.first) / (self.last - self.first) * self.width

    def time_at(self, x: float) -> int:
        return self.first + round(min(max(x / self.width, 0.0), 1.0) * (self.last - self.first))

    def part_at(self, x: float) -> Part:
        """Tell what a press at x grabs."""
        left, right = self.box
        inner = GRIP if right - left >= _NARROWEST else 0.0
        if left - GRIP <= x < left + inner:
            return Part.LEFT
        if right - inner < x <= right + GRIP:
            return Part.RIGHT
        return Part.BOX if left <= x <= right else Part.OUTSIDE

    def press(self, x: float) -> None:
        """Grab the box or a handle; a press outside jumps there, and grabs the box."""
        part = self.part_at(x)
        if part is Part.OUTSIDE:
            self._view.move_to(round(self.time_at(x) - self._view.span / 2))
            part = Part.BOX
        self._grabbed = part
        self._offset = x - self.x(self._view.end if part is Part.RIGHT else self._view.start)

    def move(self, x: float) -> bool:
        """Drag what was grabbed; True if the view changed."""
        time = self.first + round((x - self._offset) / self.width * (self.last - self.first))
        view = self._view
        match self._grabbed:
            case Part.LEFT:
                view.zoom_to(min(time, view.end - round(SHORTEST)), view.end)
            case Part.RIGHT:
                view.zoom_to(view.start, max(time, view.start + round(SHORTEST)))
            case Part.BOX:
                view.move_to(time)
            case _:
                return False
        return True

    def release(self) -> None:
        self._grabbed = None


def range_text(seconds: float) -> str:
    """Write what the whole capture spans: "0 – 84 ms", "0 – 7.2 s", "0 – 96 s", "0 – 167 min"."""
    if seconds < 1:
        return f"0 – {seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"0 – {seconds:.1f} s"
    return f"0 – {seconds:.0f} s" if seconds < 10_000 else f"0 – {seconds // 60:.0f} min"
