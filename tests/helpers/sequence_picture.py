"""How do the painters' tests look at one picture of a run? By its pixels, at a moment and a height."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from framescope.lab.runner import Run
from framescope.ui.lab.end_track import Tracks
from framescope.ui.lab.flight_index import FlightIndex
from framescope.ui.lab.flight_lines import Rails, flight_lines
from framescope.ui.lab.sequence_scene import LEFT, RIGHT, SequenceScene
from framescope.ui.lab.span import Span
from framescope.ui.theme import Look
from framescope.ui.timeline.style import TimelineStyle

WIDTH, HEIGHT = 800, 500
RAILS = Rails(120.0, 380.0)


class Picture:
    """A scene upon an image of its own."""

    def __init__(self, look: Look, run: Run, end: float, start: float = 0.0) -> None:
        self.look = look
        self.image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
        self.image.fill(Qt.GlobalColor.black)
        span = Span(start, end, WIDTH - LEFT - RIGHT)
        tracks = Tracks({is_server: run.scenario.end(is_server).timeouts().ping_timeout for is_server in (False, True)})
        tracks.refresh(run.notebook)
        latency = run.path.conditions.latency
        index = FlightIndex()
        index.refresh(run.flights.all)
        shown, is_dense = index.in_view(start, end, most=WIDTH // 3, step=3 * span.length / span.width)
        lines = flight_lines(shown, span, RAILS, now=run.now, latency=latency)
        self.painter = QPainter(self.image)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.scene = SequenceScene(
            self.painter, TimelineStyle(look), span, RAILS, WIDTH, HEIGHT, run, tracks, lines, is_dense
        )

    def close(self) -> Picture:
        """Finish painting."""
        self.painter.end()
        return self

    def has(self, token: str, time: float, y: float, reach: int = 5, blend: int = 0) -> bool:
        """Tell whether a token's colour is near a moment and a height; `blend`: what smooth edges may take of it."""
        wanted: QColor = self.look.color(token)
        x = round(self.scene.x(time))
        return any(
            _differs(self.image.pixelColor(px, py), wanted) <= blend
            for px in range(max(0, x - reach), min(WIDTH, x + reach + 1))
            for py in range(max(0, round(y) - reach), min(HEIGHT, round(y) + reach + 1))
        )


def _differs(one: QColor, other: QColor) -> int:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue()))
