"""What does one picture of the timeline consist of? Everything that its painters share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from framescope.analysis.model import Story
from framescope.analysis.trace import Trace
from framescope.ui.timeline.bands import Band, Bands
from framescope.ui.timeline.envelope_cache import EnvelopeCache
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.flags import PlacedFlag
from framescope.ui.timeline.frames import Picture, failed_at, picture
from framescope.ui.timeline.step_marks import StepMark
from framescope.ui.timeline.style import TimelineStyle
from framescope.ui.timeline.viewport import Viewport


@dataclass
class Scene:
    """One paint. The plot begins at x = `left` and goes to `right`."""

    painter: QPainter
    style: TimelineStyle
    view: Viewport
    bands: Bands
    left: float
    right: float
    trace: Trace
    exchanges: ExchangeColumns
    envelopes: dict[bool, EnvelopeCache]
    steps: tuple[StepMark, ...] = ()
    placed_flags: list[PlacedFlag] = field(default_factory=list)

    @property
    def story(self) -> Story:
        return self.trace.story

    @property
    def is_live(self) -> bool:
        """Does time still run for this connection?"""
        return self.story.ended is None

    @cached_property
    def pictures(self) -> dict[bool, Picture]:
        """What each lane shows, by `sent`."""
        return {sent: picture(self.trace.lanes[sent], self.view, self.envelopes[sent]) for sent in (True, False)}

    @cached_property
    def failed_at(self) -> int | None:
        return failed_at(self.story)

    @property
    def lanes_bottom(self) -> float:
        return self.bands.received.bottom

    def x(self, time: int) -> float:
        """Return the canvas' x of a moment, kept within reach of integer coordinates."""
        return self.left + min(max(self.view.x(time), -1e5), 1e5)

    def crisp(self, time: int) -> float:
        """Return x in the middle of a device pixel, for sharp 1 px lines."""
        ratio = self.view.ratio
        return (round(self.x(time) * ratio - 0.5) + 0.5) / ratio

    def span_rect(self, start: int, end: int, band: Band) -> QRectF:
        """Return the part of a band between two moments, cut to the plot."""
        low = max(self.left - 2, self.x(start))
        high = min(self.right + 2, self.x(end))
        return QRectF(low, band.top, max(0.0, high - low), band.height)

    def is_near(self, x: float, margin: float = 40.0) -> bool:
        """Is x in the plot or so little outside that something of a mark may be seen?"""
        return self.left - margin <= x <= self.right + margin
