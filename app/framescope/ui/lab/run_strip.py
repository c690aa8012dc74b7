"""Where in the whole run are we? Both ends' states and the frames at a glance, the stretch in view, and the moment."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.ui.lab.end_track import MISSED, EndTrack, Tracks
from framescope.ui.lab.flight_index import FlightIndex
from framescope.ui.lab.paint_ends import state_tokens
from framescope.ui.lab.sequence_scene import LEFT, RIGHT
from framescope.ui.lab.span import Span
from framescope.ui.theme import Look
from framescope.ui.timeline.style import TimelineStyle

HEIGHT = 34
_BAND = 5.0  # px, of an end's states
_GRIP = 7.0  # px around a handle that grab it
_COLUMN = 2.0  # px, of the frames' columns
_OUTSIDE = 0.55  # how much of what is not in view is covered
_NARROWEST = 3 * _GRIP  # px: a narrower box has no handles, only an inside
_NOTCH = 120


class RunStrip(QWidget):
    """Emits where a drag leads: the box moves the view, its handles zoom, the moment's handle goes back in time."""

    span_asked = Signal(float, float)  #: s, s
    moment_asked = Signal(float)  #: s
    pan_asked = Signal(float)  #: s

    def __init__(self, look: Look, span: Span, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._style = TimelineStyle(look)
        self._span = span
        self._now = self._reached = 0.0
        self._longest = 10.0
        self._tracks: Tracks | None = None
        self._index: FlightIndex | None = None
        self._layer: QPixmap | None = None
        self._shown: tuple[int, ...] = ()  # what the layer shows
        self._grabbed = ""
        self._offset = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("The whole run")
        look.changed.connect(self._restyle)

    def show_whole(self, tracks: Tracks, index: FlightIndex, reached: float) -> None:
        """Show the run as far as it has ever come."""
        shown = (id(tracks), tracks.read, round(self.place_of(reached)))
        self._tracks, self._index, self._reached = tracks, index, reached
        if shown != self._shown:
            self._shown = shown
            self._layer = None
            self.update()

    def show_moment(self, now: float, longest: float) -> None:
        """Show which moment the page stands at, and how much there is."""
        if longest != self._longest:
            self._layer = None
        self._now, self._longest = now, longest
        self.update()

    def place_of(self, time: float) -> float:
        """Where a moment stands, px from the left."""
        return LEFT + time / self._longest * self._width

    def moment_at(self, x: float) -> float:
        """Which moment stands there."""
        return min(max(0.0, (x - LEFT) / self._width), 1.0) * self._longest

    @property
    def _width(self) -> float:
        return max(1.0, self.width() - LEFT - RIGHT)

    def _restyle(self) -> None:
        self._style = TimelineStyle(self._look)
        self._layer = None
        self.update()

    def _part_at(self, x: float) -> str:
        """Tell what a press grabs: "moment", "left", "right", "box"; or "outside"."""
        left, right, moment = self.place_of(self._span.start), self.place_of(self._span.end), self.place_of(self._now)
        has_handles = right - left >= _NARROWEST
        if abs(x - moment) <= _GRIP:
            return "moment"
        if has_handles and abs(x - left) <= _GRIP:
            return "left"
        if has_handles and abs(x - right) <= _GRIP:
            return "right"
        return "box" if left <= x <= right else "outside"

    def sizeHint(self) -> QSize:
        return QSize(560, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layer = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x, span = event.position().x(), self._span
        part = self._part_at(x)
        if part == "outside":
            part = "box"
            start = max(0.0, self.moment_at(x) - span.length / 2)
            self.span_asked.emit(start, start + span.length)
        self._grabbed = part
        places = {"moment": self._now, "right": span.end}
        self._offset = x - self.place_of(places.get(part, span.start))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if not self._grabbed:
            shapes = {"box": Qt.CursorShape.OpenHandCursor, "outside": Qt.CursorShape.PointingHandCursor}
            self.setCursor(shapes.get(self._part_at(x), Qt.CursorShape.SizeHorCursor))
            return
        time, span = self.moment_at(x - self._offset), self._span
        least = self._longest / self._width * _NARROWEST
        match self._grabbed:
            case "moment":
                self.moment_asked.emit(time)
            case "left":
                self.span_asked.emit(min(time, span.end - least), span.end)
            case "right":
                self.span_asked.emit(span.start, max(time, span.start + least))
            case _:
                start = min(time, max(0.0, self._longest - span.length))
                self.span_asked.emit(start, start + span.length)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        self.pan_asked.emit(-(turned.x() or turned.y()) / _NOTCH * self._span.length / 8)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._style.color("scope"))
        if self._tracks is not None and self._index is not None:
            if self._layer is None:
                self._layer = self._paint_layer(self._tracks, self._index)
            painter.drawPixmap(0, 0, self._layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_box(painter)
        self._paint_moment(painter)
        painter.end()

    def _paint_layer(self, tracks: Tracks, index: FlightIndex) -> QPixmap:
        ratio = self.devicePixelRatioF()
        layer = QPixmap(self.size() * ratio)
        layer.setDevicePixelRatio(ratio)
        layer.fill(self._style.color("scope"))
        painter = QPainter(layer)
        for start, end in tracks.holes:
            left, right = self.place_of(start), self.place_of(self._reached if end is None else end)
            painter.fillRect(QRectF(left, _BAND + 2, right - left, self.height() - 2 * _BAND - 4), self._err(0.28))
        self._paint_frames(painter, index)
        for is_server, track in tracks.ends.items():
            self._paint_end(painter, track, self.height() - _BAND - 1 if is_server else 1.0)
        for note in () if tracks.cut is None else (tracks.cut,):
            painter.fillRect(QRectF(self.place_of(note.time) - 1, 0, 2, self.height()), self._err(1.0))
        painter.end()
        return layer

    def _paint_frames(self, painter: QPainter, index: FlightIndex) -> None:
        """One column for a few pixels: the more frames left, the higher."""
        columns = max(1, round(self._width / _COLUMN))
        edges = np.linspace(0.0, self._longest, columns + 1)
        counts = np.diff(index.sent_by(edges))
        room, middle = self.height() / 2 - _BAND - 3, self.height() / 2
        heights = np.minimum(room, 1.5 + np.log2(1 + counts) * 2.0)
        painter.setPen(self._style.pen("text", 1.0))
        lines = []
        for column in np.flatnonzero(counts).tolist():
            x, height = LEFT + (column + 0.5) * _COLUMN, float(heights[column])
            lines.append(QLineF(x, middle - height, x, middle + height))
        painter.drawLines(lines)

    def _paint_end(self, painter: QPainter, track: EndTrack, top: float) -> None:
        ends = [phase.start for phase in track.phases[1:]] + [self._reached]
        for phase, end in zip(track.phases, ends, strict=True):
            left, right = self.place_of(phase.start), self.place_of(end)
            painter.fillRect(
                QRectF(left, top, max(1.0, right - left), _BAND), self._style.color(state_tokens(phase.state, track)[0])
            )
        for wait in track.waits:
            if wait.outcome == MISSED and wait.end is not None:
                painter.fillRect(QRectF(self.place_of(wait.end) - 1, 0, 2, self.height()), self._err(1.0))

    def _err(self, alpha: float) -> object:
        return self._style.color("err", alpha)

    def _paint_box(self, painter: QPainter) -> None:
        left, right = max(0.0, self.place_of(self._span.start)), min(float(self.width()), self.place_of(self._span.end))
        cover, height = self._style.color("bg0", _OUTSIDE), self.height()
        painter.fillRect(QRectF(0, 0, left, height), cover)
        painter.fillRect(QRectF(right, 0, self.width() - right, height), cover)
        painter.setPen(self._style.pen("fg1", 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(
            QRectF(left, 1, max(3.0, right - left), height - 2).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2
        )

    def _paint_moment(self, painter: QPainter) -> None:
        x = round(self.place_of(self._now))
        painter.fillRect(QRectF(x - 1, 0, 2, self.height()), self._style.color("acc"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.color("acc"))
        painter.drawPolygon(QPolygonF([QPointF(x - 4.5, 0), QPointF(x + 4.5, 0), QPointF(x, 6)]))
