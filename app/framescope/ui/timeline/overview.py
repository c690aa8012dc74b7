"""How does the whole capture look at a glance? Two mini lanes, flags and misses, and the visible range as a box."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.analysis.event_text import missed_exchange
from framescope.analysis.trace import Trace
from framescope.engine.events import Which
from framescope.ui.theme import Look
from framescope.ui.timeline.bands import bar_heights
from framescope.ui.timeline.column_image import column_image, premultiplied, token_table
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.flags import merged_turns
from framescope.ui.timeline.overview_range import OverviewRange, Part, range_text
from framescope.ui.timeline.style import TimelineStyle
from framescope.ui.timeline.viewport import SECOND, Viewport

HEIGHT = 40
_MARGIN = 8.0  #: px right of the plot, for the handle
_MIDDLE = 0.36  #: of the height: sent frames grow up from it, received ones down
_COLUMN = 2.0  #: px wide, so that one frame in a long capture is seen
_ONE_FLAG = 16.0  #: px: turns of one knob nearer than this are one flag
_BODY = 0.75
_OUTSIDE = 0.62  #: how much of what is not visible is covered
_STALE = 250_000_000  #: ns after which new frames are shown
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Overview(QWidget):
    """The strip under the timeline; it moves the viewport that it shares with the canvas."""

    view_changed = Signal()

    def __init__(self, look: Look, view: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._view = view
        self._style = TimelineStyle(look)
        self._range = OverviewRange(view)
        self._trace: Trace | None = None
        self._exchanges: ExchangeColumns | None = None
        self._layer: QPixmap | None = None
        self._painted: object = None
        self._shown_state = (0, 0, 0)  # of the layer: "now", the latest record, the end of its range
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Overview")
        look.changed.connect(self._restyle)

    def show_trace(self, trace: Trace | None, exchanges: ExchangeColumns | None) -> None:
        """Show another connection, or none."""
        self._trace, self._exchanges = trace, exchanges
        self._layer = None
        self.update()

    def refresh(self) -> None:
        """Repaint if the view moved, or the trace grew a while ago."""
        state = (self._range.box, self._is_stale())
        if state != self._painted:
            self.update()

    def _restyle(self) -> None:
        self._style = TimelineStyle(self._look)
        self._layer = None
        self.update()

    def _is_stale(self) -> bool:
        """New frames, or a wider range of time, are shown four times a second; after the end, or by hand, at once."""
        if self._trace is None:
            return False
        now, end, last = self._shown_state
        moved = abs(self._range.last - last) / (self._range.last - self._range.first) * self._range.width >= 1
        if moved and not self._view.is_following:
            return True
        has_time_passed = self._trace.story.ended is not None or abs(self._view.now - now) >= _STALE
        return has_time_passed and (moved or self._trace.end != end)

    def _paint_layer(self, trace: Trace) -> QPixmap:
        ratio = self.devicePixelRatioF()
        layer = QPixmap(QSize(max(1, round(self._range.width)), self.height()) * ratio)
        layer.setDevicePixelRatio(ratio)
        layer.fill(self._style.color("scope"))
        painter = QPainter(layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_misses(painter, trace)
        for sent in (True, False):
            self._paint_lane(painter, trace, ratio, sent=sent)
        self._paint_marks(painter, trace)
        painter.end()
        return layer

    def _paint_lane(self, painter: QPainter, trace: Trace, ratio: float, *, sent: bool) -> None:
        middle = self.height() * _MIDDLE
        height = round(((middle - 6) if sent else (self.height() - middle - 4)) * ratio)
        columns = max(1, round(self._range.width / _COLUMN))
        span = self._range.last - self._range.first
        edges: npt.NDArray[np.int64] = np.rint(np.arange(columns + 1) * (span / columns)).astype(np.int64)
        envelope = trace.lanes[sent].envelope(edges + self._range.first)
        reach = np.where(envelope.counts > 0, bar_heights(envelope.max_length, float(height)), 0.0)
        colors = token_table(self._look)[envelope.dominant & 0x0F]
        body = premultiplied(colors, np.full(columns, _BODY))
        image = column_image(reach, body, body, height, thickness=0, grows_up=sent)
        top = middle - height / ratio if sent else middle
        painter.drawImage(QRectF(0, top, self._range.width, height / ratio), image)

    def _paint_misses(self, painter: QPainter, trace: Trace) -> None:
        for mark in trace.story.missed:
            x = self._range.x(mark.time)
            exchange = missed_exchange(trace.story, mark.time) if mark.which is Which.PONG else None
            if exchange is not None:
                left = self._range.x(exchange.sent)
                painter.fillRect(QRectF(left, 0, x - left, self.height()), self._style.color("err", 0.3))
            painter.fillRect(QRectF(x - 1, 0, 2, self.height()), self._style.color("err"))

    def _paint_marks(self, painter: QPainter, trace: Trace) -> None:
        style, story = self._style, trace.story
        gap = round(_ONE_FLAG * (self._range.last - self._range.first) / self._range.width)
        for turn in merged_turns(story.knob_turns, gap):
            x = float(round(self._range.x(turn.time)))
            painter.fillRect(QRectF(x, 0, 1, self.height()), style.color("acc"))
            painter.fillRect(QRectF(x, 0, 6, 5), style.color("acc"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.color("warn"))
        for x in self._slow_pongs():
            painter.drawPolygon(QPolygonF([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 5)]))
        painter.setBrush(style.color("err"))
        for violation in story.violations:
            painter.drawEllipse(QPointF(self._range.x(violation.time), 3.5), 3, 3)

    def _slow_pongs(self) -> list[float]:
        """Return where pongs came after more than half of their time, at most one for a few pixels."""
        if self._exchanges is None:
            return []
        times = self._exchanges.answered(self._exchanges.slow())
        xs = (times - self._range.first) * (self._range.width / (self._range.last - self._range.first))
        return [float(x) for x in np.unique(np.rint(xs / 6)) * 6]

    def _paint_gutter(self, painter: QPainter) -> None:
        style = self._style
        painter.fillRect(QRectF(0, 0, style.gutter, self.height()), style.color("bg1"))
        half = self.height() / 2 - 3
        painter.setFont(style.title)
        painter.setPen(style.color("fg0"))
        painter.drawText(QRectF(10, 3, style.gutter - 12, half), _LEFT, "Overview")
        if self._trace is not None:
            text = range_text((self._view.now - self._view.origin) / SECOND)
            painter.setFont(style.axis)
            painter.setPen(style.color("fg1"))
            painter.drawText(QRectF(10, 2 + half, style.gutter - 12, half), _LEFT, text)
        painter.setPen(style.pen("line"))
        painter.drawLine(QLineF(style.gutter - 0.5, 0, style.gutter - 0.5, self.height()))
        painter.drawLine(QLineF(0, 0.5, self.width(), 0.5))

    def _paint_box(self, painter: QPainter) -> None:
        style, height = self._style, self.height()
        left, right = self._range.box
        painter.fillRect(QRectF(0, 0, left, height), style.color("bg0", _OUTSIDE))
        painter.fillRect(QRectF(right, 0, self._range.width - right + _MARGIN, height), style.color("bg0", _OUTSIDE))
        box = QRectF(left, 1, max(2.0, right - left), height - 2).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(style.pen("fg1", 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 1.5, 1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.color("fg1"))
        for x in (left, right):
            painter.drawRoundedRect(QRectF(x - 3, height / 2 - 8, 6, 16), 2, 2)
        if self._trace is not None and self._trace.story.ended is None:
            painter.fillRect(QRectF(self._range.x(self._view.now) - 1, 1, 2, height - 2), style.color("acc"))

    def sizeHint(self) -> QSize:
        return QSize(900, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._range.width = max(1.0, self.width() - self._style.gutter - _MARGIN)
        self._layer = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._trace is not None and (self._layer is None or self._is_stale()):
            self._shown_state = (self._view.now, self._trace.end, self._range.last)
            self._layer = self._paint_layer(self._trace)
        self._painted = (self._range.box, self._is_stale())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._style.color("scope"))
        self._paint_gutter(painter)
        if self._layer is not None:
            painter.save()
            painter.translate(self._style.gutter, 0)
            painter.setClipRect(QRectF(0, 0, self._range.width + _MARGIN, self.height()))
            painter.drawPixmap(0, 0, self._layer)
            self._paint_box(painter)
            painter.restore()
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._trace is not None:
            self._range.press(event.position().x() - self._style.gutter)
            self.view_changed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x() - self._style.gutter
        if event.buttons() & Qt.MouseButton.LeftButton and self._trace is not None:
            if self._range.move(x):
                self.view_changed.emit()
        else:
            is_handle = self._range.part_at(x) in (Part.LEFT, Part.RIGHT)
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_handle else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._range.release()
