"""What went between the two ends, and when? The time from left to right, the client above, the server below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.lab.runner import Run
from framescope.lab.scenario import seconds
from framescope.ui.lab.end_track import Tracks
from framescope.ui.lab.flight_index import FlightIndex
from framescope.ui.lab.flight_lines import Rails, flight_lines
from framescope.ui.lab.outlook import Outlook
from framescope.ui.lab.paint_ends import paint_end, paint_ground, paint_holes, paint_middlebox, paint_now
from framescope.ui.lab.paint_flights import paint_flights
from framescope.ui.lab.paint_labels import paint_labels
from framescope.ui.lab.sequence_scene import LEFT, MOST_LINES, RIGHT, SPACING, SequenceScene, axis_height
from framescope.ui.lab.span import Span
from framescope.ui.theme import Look
from framescope.ui.timeline.style import TimelineStyle

_NOTCH = 120
_ZOOM = 1.25
_PAN = 60.0  # px, of a notch or a key


class SequenceView(QWidget):
    """Draws one run, and goes along with it until a person moves the view. A drag on the axis goes back in time."""

    resized = Signal()  #: the rails may stand elsewhere
    view_changed = Signal()
    moment_asked = Signal(float)  #: s of the run, to be shown as it was then
    event_asked = Signal(int)  #: -1: to the event before, 1: to the next

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._style = TimelineStyle(look)
        self._run: Run | None = None
        self._tracks = Tracks({False: None, True: None})
        self._index = FlightIndex()
        self._rails = Rails(120.0, 360.0)
        self._outlook = Outlook()
        self._drag: float | None = None
        self._is_scrubbing = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Sequence of frames between client and server")
        look.changed.connect(self._restyle)

    def show_run(self, run: Run, decided: float, *, has_question: bool = True) -> None:
        """Show another run, from its beginning to the moment asked about, or to a usual one."""
        self._outlook.begin(decided, has_question=has_question)
        self._take(run)
        self.advance()

    def travel(self, run: Run, reached: float) -> None:
        """Show the run as it was at another moment; `reached`: how far it has ever come."""
        self._take(run)
        self._outlook.travel(run.now, reached)
        self._changed()

    def advance(self) -> float | None:
        """The run has gone on; return the moment that the view has jumped to, if it has."""
        if self._run is None:
            return None
        self._refresh(self._run)
        jumped = self._outlook.advance(self._run.now, self._index.count, is_over=self._run.is_over)
        self._changed()
        return jumped

    def fit_all(self) -> None:
        """Show all of the run, as far as it has come, and go on so."""
        self._outlook.fit_all()
        self._changed()

    def follow(self) -> None:
        """Go along with the run again."""
        self._outlook.follow(0.0 if self._run is None else self._run.now)
        self._changed()

    def pan(self, seconds: float) -> None:
        """Move the view by so much."""
        self._pan(seconds / self.span.length * self.span.width)

    def show_span(self, start: float, end: float) -> None:
        """Show this stretch."""
        self._outlook.show(start, end)
        self._changed()

    def set_rails(self, client: float, server: float) -> None:
        """Let the rails line up with the cards beside the view."""
        self._rails = Rails(client, server)
        self.update()

    @property
    def run(self) -> Run | None:
        """The run that is shown."""
        return self._run

    @property
    def tracks(self) -> Tracks:
        """Both ends' tracks, as far as the run has come."""
        return self._tracks

    @property
    def index(self) -> FlightIndex:
        """The run's frames."""
        return self._index

    @property
    def span(self) -> Span:
        """The stretch in view."""
        return self._outlook.span

    @property
    def longest(self) -> float:
        """How much there is to be seen, in seconds."""
        return self._outlook.longest

    def _take(self, run: Run) -> None:
        self._run = run
        timeouts = {is_server: run.scenario.end(is_server).ping_timeout for is_server in (False, True)}
        self._tracks = Tracks({is_server: seconds(value) for is_server, value in timeouts.items()})
        self._index = FlightIndex()
        self._refresh(run)

    def _refresh(self, run: Run) -> None:
        self._tracks.refresh(run.notebook)
        self._index.refresh(run.flights.all)

    def _changed(self) -> None:
        self.update()
        self.view_changed.emit()

    def _restyle(self) -> None:
        self._style = TimelineStyle(self._look)
        self.update()

    def _zoom(self, factor: float, x: float) -> None:
        self._outlook.zoom(factor, x)
        self._changed()

    def _pan(self, pixels: float) -> None:
        self._outlook.pan(pixels)
        self._changed()

    def _scrub(self, x: float) -> None:
        self.moment_asked.emit(max(0.0, self.span.time(x - LEFT)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.span.width = max(50.0, self.width() - LEFT - RIGHT)
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or turned.x():
            self._pan(-(turned.x() or turned.y()) / _NOTCH * _PAN)
        else:
            self._zoom(_ZOOM ** (-turned.y() / _NOTCH), event.position().x() - LEFT)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag = event.position().x()
        self._is_scrubbing = event.position().y() <= axis_height(self._style)
        if self._is_scrubbing:
            self._scrub(self._drag)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._drag is None:
            is_on_axis = event.position().y() <= axis_height(self._style)
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_on_axis else Qt.CursorShape.ArrowCursor)
        elif self._is_scrubbing:
            self._scrub(x)
        else:
            self._pan(self._drag - x)
            self._drag = x

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() > axis_height(self._style):
            self.fit_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.take_key(event):
            super().keyPressEvent(event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key asks of the view; False where it asks nothing."""
        middle, is_shifted = self.span.width / 2, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right as key:
                way = -1 if key == Qt.Key.Key_Left else 1
                self._pan(way * _PAN) if is_shifted else self.event_asked.emit(way)
            case Qt.Key.Key_Home:
                self.moment_asked.emit(0.0)
            case Qt.Key.Key_End:
                self.moment_asked.emit(self._outlook.reached)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(1 / _ZOOM, middle)
            case Qt.Key.Key_Minus:
                self._zoom(_ZOOM, middle)
            case Qt.Key.Key_F:
                self.fit_all()
            case _:
                return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._run is None:
            painter.fillRect(self.rect(), self._look.color("scope"))
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, self._run)
        if self.hasFocus():
            painter.setPen(QPen(self._look.color("fg0"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _paint(self, painter: QPainter, run: Run) -> None:
        span, latency = self.span, run.path.conditions.latency
        most = min(round(span.width / SPACING), MOST_LINES)
        shown, is_dense = self._index.in_view(span.start, span.end, most=most, step=span.length / most)
        lines = flight_lines(shown, span, self._rails, now=run.now, latency=latency)
        scene = SequenceScene(
            painter, self._style, span, self._rails, self.width(), self.height(), run, self._tracks, lines, is_dense
        )
        paint_ground(scene)
        paint_holes(scene)
        for is_server in (False, True):
            paint_end(scene, is_server)
        paint_middlebox(scene)
        paint_flights(scene)
        paint_now(scene)
        paint_labels(scene)  # no line goes through a word
