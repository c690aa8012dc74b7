"""What is one picture of a run made of? The span, the rails, the tracks and the lines, and where the bands lie."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from framescope.lab.runner import START, Run
from framescope.ui.lab.end_track import Tracks
from framescope.ui.lab.flight_index import is_data
from framescope.ui.lab.flight_lines import FlightLine, Rails
from framescope.ui.lab.span import Span
from framescope.ui.timeline.style import TimelineStyle

LEFT = 10.0  #: px before the first moment, for marks that stand on it
RIGHT = 12.0
MARK = 11.0  #: px between a rail and the middle of the marks of what was sent from it
WAIT = 7.0  #: px, the height of a ping's wait
MANY = 250  #: frames in view, above which single messages lose their marks and heads
_MANY_CONTROL = 90  #: control frames in view, above which they lose theirs, and their names
SPACING = 3.0  #: px; nearer to each other, one line stands for several frames
MOST_LINES = 250  #: of one direction and kind: what a picture has time for


def axis_height(style: TimelineStyle) -> float:
    """The height of the figures at the top."""
    return style.line + 9.0


@dataclass(slots=True)
class SequenceScene:
    """Everything that a painter of the sequence needs."""

    painter: QPainter
    style: TimelineStyle
    span: Span
    rails: Rails
    width: float
    height: float
    run: Run
    tracks: Tracks
    lines: list[FlightLine]
    is_dense: bool = False  #: one line stands for several frames

    @property
    def axis(self) -> float:
        """The height of the figures at the top."""
        return axis_height(self.style)

    @property
    def is_crowded(self) -> bool:
        """Tell whether single messages are too many to be marked."""
        return self.is_dense or len(self.lines) > MANY

    @property
    def is_control_crowded(self) -> bool:
        """Tell whether pings and pongs, too, are too many."""
        return sum(not is_data(line.flight) for line in self.lines) > _MANY_CONTROL

    @property
    def now_x(self) -> float:
        return self.x(self.run.now)

    def x(self, time: float) -> float:
        """Where a moment stands, px from the widget's left."""
        return LEFT + self.span.x(time)

    def is_in_view(self, time: float) -> bool:
        """Tell whether a moment stands in the picture."""
        return 0 <= self.x(time) <= self.width

    def band(self, is_server: bool) -> QRectF:
        """Where an end's state is written."""
        height = self.style.line + 3.0
        top = self.height - height - 7.0 if is_server else self.axis + 5.0
        return QRectF(LEFT, top, self.width - LEFT, height)

    def wait_top(self, is_server: bool, place: int) -> float:
        """Where the n-th wait lies: two rows, so that one does not hide the next."""
        row = (place % 2) * (WAIT + 2.0)
        band = self.band(is_server)
        return band.top() - 5.0 - WAIT - row if is_server else band.bottom() + 5.0 + row

    def elapsed(self, engine_time: float | None) -> float | None:
        """A time of the engines' clock as the run's."""
        return None if engine_time is None else engine_time - START
