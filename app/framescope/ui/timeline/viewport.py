"""Which stretch of time does the timeline show, and where is each moment? Qt-free; x counts from the plot's left."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SECOND = 1_000_000_000
LEAD = 0.88  #: where "now" stands while following: the right 12 % are the future
ZOOM_STEP = 1.25
SHORTEST = 1_000_000.0  #: ns, 1 ms
MINUTE = 60.0 * SECOND
_MINUTES = ((1, 4), (2, 4), (5, 5), (10, 5), (20, 4), (30, 6), (60, 6))  #: steps, and how they are divided
_EMBRACED = 0.7  #: of the width is filled by a stretch that did not fit before
_TOLD_APART = 0.25  #: of the width: in less, the marks of a stretch stand on each other
_SPREAD = 0.5  #: of the width is filled by a stretch that was too narrow before
_KEPT = 0.12  #: at least this share of the width shows recorded time

Times = npt.NDArray[np.int64]
Pixels = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ruler:
    """Ticks of the visible range in ns from the connection's start; every `step` has a label."""

    step: int
    major: list[int]
    minor: list[int]


class Viewport:
    """The visible range. Times are monotonic ns, `width` and x are pixels."""

    def __init__(self) -> None:
        self.origin = 0
        self.now = 0
        self.start = 0
        self.span = MINUTE
        self.width = 1.0
        self.ratio = 1.0  #: device pixels in a pixel
        self.is_following = True
        self._lead = LEAD

    @property
    def end(self) -> int:
        return self.start + round(self.span)

    @property
    def longest(self) -> float:
        """The span of the whole capture with its future zone; at least a minute."""
        return max(MINUTE, (self.now - self.origin) / LEAD * 1.02)

    @property
    def ns_per_pixel(self) -> float:
        return self.span / self.width

    @property
    def has_now(self) -> bool:
        """Is "now" in view?"""
        return self.start <= self.now <= self.end

    def x(self, time: int) -> float:
        """Return the pixel of a moment; outside the view it is below 0 or above `width`."""
        return (time - self.start) / self.span * self.width

    def xs(self, times: Times) -> Pixels:
        """Return the pixels of many moments."""
        pixels: Pixels = (times - self.start).astype(np.float64)
        return pixels * (self.width / self.span)

    def time_at(self, x: float) -> int:
        """Return the moment at a pixel."""
        return self.start + round(x * self.ns_per_pixel)

    @property
    def columns(self) -> int:
        """The number of pixel columns; on a dense screen too, where thinner ones could hardly be seen."""
        return max(1, round(self.width))

    @property
    def column_ns(self) -> float:
        return self.span / self.columns

    @property
    def first_column(self) -> int:
        """The first column's number on the grid that begins at the connection's start."""
        return round((self.start - self.origin) / self.column_ns)

    def edges(self, first: int, end: int) -> Times:
        """Return the time edges of grid columns, one more than there are columns; the same ones for each view."""
        offsets: Times = np.rint(np.arange(first, end + 1) * self.column_ns).astype(np.int64)
        return offsets + self.origin

    def begin(self, origin: int, now: int) -> None:
        """Show another connection: follow it, with the span kept."""
        self.origin, self.now = origin, max(origin, now)
        self.follow()

    def advance(self, now: int) -> None:
        """Let the time run; while following the view runs along."""
        self.now = max(self.origin, now)
        if self.is_following:
            self._place_now()

    def resize(self, width: float, ratio: float = 1.0) -> None:
        """Take another width; the span stays."""
        self.width = max(1.0, width)
        self.ratio = ratio
        self._settle(keep_following=True)

    def follow(self) -> None:
        """Bring "now" to its place and keep it there."""
        self.is_following = True
        self._lead = LEAD
        self._place_now()

    def let_go(self) -> None:
        """Stop following; the view stands still."""
        self.is_following = False

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Show `factor` times less time; the moment at `x` stays, or "now" if in view, or the middle."""
        if x is None:
            x = self.x(self.now) if self.has_now else self.width / 2
        fixed = self.start + x * self.ns_per_pixel
        before = (self.start - self.origin) / self.span
        after = (self.now - self.start) / self.span
        self.span = self._fitting(self.span / factor)
        self.start = round(fixed - x * self.ns_per_pixel)
        if factor < 1:
            # Show more of the capture, not more of the nothing before and after it.
            self.start = max(self.start, self.origin + round(min(0.0, before) * self.span))
            self.start = min(self.start, self.now - round(min(LEAD, after) * self.span))
        self._settle()

    def zoom_to(self, start: int, end: int) -> None:
        """Show from `start` to `end`, or around them where that is less than can be shown."""
        self.span = self._fitting(float(end - start))
        self.start = round((start + end) / 2 - self.span / 2)
        self._settle()

    def set_span(self, span: float) -> None:
        """Show `span` ns around what `zoom` keeps in place."""
        self.zoom(self.span / self._fitting(span))

    def fit_all(self) -> None:
        """Show the whole capture, its end at the place of "now"."""
        self.span = max(SHORTEST, (self.now - self.origin) / LEAD)
        self.start = self.origin
        self._settle()

    def pan(self, pixels: float) -> None:
        """Move the view `pixels` towards the future (negative: the past)."""
        self.start += round(pixels * self.ns_per_pixel)
        self._settle()

    def move_to(self, start: int) -> None:
        """Begin the view at `start`; the span stays."""
        self.start = start
        self._settle()

    def reveal(self, time: int) -> bool:
        """Bring a moment into view, in the middle if it was not; True if the view moved."""
        if self.start <= time <= self.end:
            return False
        self.move_to(round(time - self.span / 2))
        return True

    def embrace(self, start: int, end: int) -> bool:
        """Bring a stretch of time into view, with room around it, and wide enough; True if the view moved."""
        extent = end - start
        is_wide = extent == 0 or extent >= _TOLD_APART * self.span
        if is_wide and self.start <= start and end <= self.end:
            return False
        around = max(self.span, extent / _EMBRACED) if is_wide else extent / _SPREAD
        middle = (start + end) / 2
        self.is_following = False
        self.zoom_to(round(middle - around / 2), round(middle + around / 2))
        return True

    def ruler(self, label_width: float = 84.0) -> Ruler:
        """Return ticks in steps of 1-2-5, labels at least `label_width` px apart."""
        step, parts = ruler_step(label_width * self.ns_per_pixel)
        minor_step = max(1, step // parts)
        low = math.floor((self.start - self.origin) / minor_step)
        high = math.ceil((self.end - self.origin) / minor_step)
        every = step // minor_step
        minor = [n * minor_step for n in range(max(0, low), high + 1) if n % every]
        major = [n * step for n in range(max(0, low // every), high // every + 1)]
        return Ruler(step, major, minor)

    def _fitting(self, span: float) -> float:
        return min(max(span, SHORTEST), self.longest)

    def _place_now(self) -> None:
        self.start = round(self.now - self._lead * self.span)
        self._snap()

    def _snap(self) -> None:
        """Align the view to whole pixels, so that a running trace does not shimmer."""
        self.start = self.origin + round(self.first_column * self.column_ns)

    def _settle(self, *, keep_following: bool = False) -> None:
        """Keep following where "now" is still in view, and some of the capture in view in any case."""
        if self.is_following and not keep_following:
            self._lead = (self.now - self.start) / self.span
            self.is_following = 0.0 <= self._lead <= 1.0
        if self.is_following:
            self._place_now()
            return
        latest = round(self.now - _KEPT * self.span)
        earliest = round(self.origin - (1 - _KEPT) * self.span)
        self.start = max(min(self.start, latest), min(earliest, latest))
        self._snap()


def round_up_125(value: float) -> int:
    """Return the next number 1, 2 or 5 times a power of ten that is not below `value` (at least 1)."""
    if value <= 1:
        return 1
    power = 10 ** math.floor(math.log10(value))
    for digit in (1, 2, 5, 10):
        if digit * power >= value * (1 - 1e-9):
            return int(digit * power)
    return int(10 * power)


def ruler_step(least: float) -> tuple[int, int]:
    """Return a round step of at least `least` ns and into how many parts it is divided."""
    for minutes, parts in _MINUTES:
        step = minutes * 60 * SECOND
        if 50 * SECOND < least <= step:
            return step, parts
    unit = 3600 * SECOND if least > 3600 * SECOND else 1
    step = round_up_125(least / unit) * unit
    return step, 4 if str(step // unit)[0] == "2" else 5


def tick_text(time: int, step: int) -> str:
    """Write a ruler label with as many decimals as `step` (ns) needs: "50 s", "85.120 s", "12 min"."""
    if step >= 3600 * SECOND:
        return f"{time / SECOND / 3600:.10g} h"
    if step >= 60 * SECOND:
        return f"{time / SECOND / 60:.10g} min"
    decimals = max(0, 9 - (len(str(step)) - 1))
    return f"{time / SECOND:.{decimals}f} s"


def span_text(span: float) -> str:
    """Write the visible span for the zoom control: "52 s", "1.5 ms", "12 min"."""
    seconds = span / SECOND
    for limit, scale, unit in ((1.0, 1e3, "ms"), (180.0, 1.0, "s"), (7200.0, 1 / 60, "min"), (math.inf, 1 / 3600, "h")):
        if seconds < limit:
            number = seconds * scale
            return f"{number:.0f} {unit}" if number >= 9.95 else f"{number:.1f} {unit}"
    return ""
