"""What went between the two ends, and when? The time from left to right, the client above, the server below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.lab.runner import Run
from framescope.lab.scenario import seconds
from framescope.ui.lab.end_track import Tracks
from framescope.ui.lab.flight_lines import Rails, Reach, flight_lines
from framescope.ui.lab.paint_ends import paint_end, paint_ground, paint_holes, paint_middlebox, paint_now
from framescope.ui.lab.paint_flights import paint_flights
from framescope.ui.lab.paint_labels import paint_labels
from framescope.ui.lab.sequence_scene import LEFT, RIGHT, SequenceScene
from framescope.ui.lab.span import Span, focus_of
from framescope.ui.theme import Look
from framescope.ui.timeline.style import TimelineStyle

_NOTCH = 120
_ZOOM = 1.25


class SequenceView(QWidget):
    """Draws one run. It shows all of it, until a person zooms; a double click shows all again."""

    resized = Signal()  #: the rails may stand elsewhere

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._style = TimelineStyle(look)
        self._run: Run | None = None
        self._tracks = Tracks({False: None, True: None})
        self._reach = Reach()
        self._rails = Rails(120.0, 360.0)
        self._decided = 10.0
        self._is_fitted = True
        self._drag: float | None = None
        self.span = Span()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Sequence of frames between client and server")
        look.changed.connect(self._restyle)

    def show_run(self, run: Run, decided: float) -> None:
        """Show another run, from its beginning to the moment asked about."""
        self._run, self._decided = run, decided
        timeouts = {is_server: run.scenario.end(is_server).ping_timeout for is_server in (False, True)}
        self._tracks = Tracks({is_server: seconds(value) for is_server, value in timeouts.items()})
        self._reach = Reach()
        self._is_fitted = True
        self.advance()

    def advance(self) -> None:
        """The run has gone on."""
        if self._run is None:
            return
        self._tracks.refresh(self._run.notebook)
        self._reach.refresh(self._run.flights.all, self._run.now)
        if self._is_fitted:
            self.span.fit(focus_of(self._decided, self._run.now, self._longest))
        self.update()

    def set_rails(self, client: float, server: float) -> None:
        """Let the rails line up with the cards beside the view."""
        self._rails = Rails(client, server)
        self.update()

    @property
    def tracks(self) -> Tracks:
        """Both ends' tracks, as far as the run has come."""
        return self._tracks

    def fit(self) -> None:
        """Show all of the run again."""
        self._is_fitted = True
        self.advance()

    @property
    def _longest(self) -> float:
        if self._run is None:
            return 10.0
        return max(self._run.now, self._decided) if self._run.is_over else self._run.scenario.duration

    def _restyle(self) -> None:
        self._style = TimelineStyle(self._look)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.span.width = max(50.0, self.width() - LEFT - RIGHT)
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or turned.x():
            self.span.pan(-(turned.x() or turned.y()) / _NOTCH * 60, self._whole)
        else:
            self.span.zoom(_ZOOM ** (-turned.y() / _NOTCH), event.position().x() - LEFT, self._whole)
        self._is_fitted = False
        self.update()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self.span.pan(self._drag - event.position().x(), self._whole)
            self._drag = event.position().x()
            self._is_fitted = False
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    @property
    def _whole(self) -> float:
        """The longest stretch that a zoom shows."""
        return max(self._longest * 1.03, self.span.length)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._run is None:
            painter.fillRect(self.rect(), self._look.color("scope"))
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, self._run)
        painter.end()

    def _paint(self, painter: QPainter, run: Run) -> None:
        lines = flight_lines(
            run.flights.all,
            self.span,
            self._rails,
            now=run.now,
            latency=run.path.conditions.latency,
            reach=self._reach.longest,
        )
        scene = SequenceScene(
            painter, self._style, self.span, self._rails, self.width(), self.height(), run, self._tracks, lines
        )
        paint_ground(scene)
        paint_holes(scene)
        for is_server in (False, True):
            paint_end(scene, is_server)
        paint_middlebox(scene)
        paint_flights(scene)
        paint_labels(scene)
        paint_now(scene)

    def place_of(self, time: float) -> QPointF:
        """Where a moment stands on the client's rail."""
        return QPointF(LEFT + self.span.x(time), self._rails.client)
