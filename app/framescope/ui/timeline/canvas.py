"""How does the timeline react to mouse, wheel and time? The one widget that is painted, in two layers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.analysis.trace import Trace
from framescope.ui.plain import tip
from framescope.ui.theme import Look
from framescope.ui.timeline import painting
from framescope.ui.timeline.bands import NATURAL, RTT, bands
from framescope.ui.timeline.envelope_cache import EnvelopeCache
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.gestures import Drag, Gestures
from framescope.ui.timeline.pick import Picker
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.step_marks import StepMark
from framescope.ui.timeline.style import TimelineStyle
from framescope.ui.timeline.tip import Tip, rtt_text, tip_of
from framescope.ui.timeline.viewport import ZOOM_STEP, Viewport
from framescope.ui.timeline.walk import extent_of, time_of

_FIRST_TIP = 350  #: ms until the first tooltip; the next ones come at once
_NOTCH = 120.0  #: eighths of a degree
_PAN_A_NOTCH = 0.1  #: of the width
_SETTLED = 0.3  #: of the view that a message fills at each side after a double click


class TimelineCanvas(QWidget):
    """Ruler, flags, lanes, keepalive channel, states and RTT of one trace."""

    row_picked = Signal(int)  #: a person chose a row
    view_changed = Signal()  #: the visible range, or following, changed by hand

    def __init__(self, look: Look, view: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._view = view
        self._style = TimelineStyle(look)
        self._trace: Trace | None = None
        self._exchanges: ExchangeColumns | None = None
        self._envelopes: dict[bool, EnvelopeCache] = {}
        self._gestures = Gestures(view)
        self._scene: Scene | None = None  # of the layer below
        self._layer: QPixmap | None = None
        self._painted: object = None  # what the layer shows
        self._steps: tuple[StepMark, ...] = ()
        self._selected: int | None = None
        self._hover: QPointF | None = None
        self._tip: tuple[int, Tip] | None = None
        self._is_measuring = False
        self._is_rtt_folded = False
        self._tip_timer = QTimer(self, singleShot=True, interval=_FIRST_TIP)
        self._tip_timer.timeout.connect(self._show_tip)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Timeline")
        look.changed.connect(self._restyle)

    @property
    def selected(self) -> int | None:
        return self._selected

    @property
    def has_measurement(self) -> bool:
        return self._gestures.measured is not None

    def show_trace(self, trace: Trace | None, exchanges: ExchangeColumns | None) -> None:
        """Show another connection, or none."""
        self._trace, self._exchanges = trace, exchanges
        self._envelopes = {} if trace is None else {sent: EnvelopeCache(lane) for sent, lane in trace.lanes.items()}
        self._gestures.clear()
        self._steps = ()
        self._selected = self._tip = self._scene = None
        self.repaint_all()

    @property
    def steps(self) -> tuple[StepMark, ...]:
        """What led to the end, to be numbered."""
        return self._steps

    @steps.setter
    def steps(self, steps: tuple[StepMark, ...]) -> None:
        if steps != self._steps:
            self._steps = steps
            self.repaint_all()

    def refresh(self) -> None:
        """Repaint if the trace grew or the view moved since the last paint."""
        if self._state() != self._painted:
            self.update()

    def repaint_all(self) -> None:
        """Paint anew, whether or not something seems to have changed."""
        self._painted = None
        self.update()

    def select_row(self, row: int | None) -> None:
        """Mark a row and bring it into view."""
        self._selected = row
        trace = self._trace
        if row is None or trace is None or row >= len(trace.rows):
            self.update()
        elif self._view.reveal(time_of(trace, row)):
            self.view_changed.emit()
        self.update()

    def set_measuring(self, is_measuring: bool) -> None:
        """Let the next drag in the lanes measure; or drop the measurement."""
        self._is_measuring = is_measuring
        self.setCursor(Qt.CursorShape.CrossCursor if is_measuring else Qt.CursorShape.ArrowCursor)
        if not is_measuring:
            self._gestures.clear()
        self.update()

    def fold_rtt(self, is_folded: bool) -> None:
        """Hide or show the RTT strip."""
        self._is_rtt_folded = is_folded
        self.repaint_all()

    def _restyle(self) -> None:
        self._style = TimelineStyle(self._look)
        self._lay_out()
        self.repaint_all()

    def _lay_out(self) -> None:
        self._view.resize(self.width() - self._style.gutter, self.devicePixelRatioF())

    def _state(self) -> object:
        """What the layer below depends on; "now" counts in device pixels and tenths of a second."""
        view, trace = self._view, self._trace
        if trace is None:
            return None, view.start, view.span, self.size()
        is_moving = trace.story.ended is None and view.has_now
        now = (round(view.now / view.ns_per_pixel * view.ratio), view.now // 100_000_000) if is_moving else None
        return now, trace.end, len(trace.rows), view.start, view.span, self.size()

    def _build_scene(self, painter: QPainter) -> Scene | None:
        if self._trace is None or self._exchanges is None:
            return None
        left = self._style.gutter
        found = bands(self.height(), line=self._style.line, is_rtt_folded=self._is_rtt_folded)
        right = left + self._view.width
        data = (self._trace, self._exchanges, self._envelopes)
        return Scene(painter, self._style, self._view, found, left, right, *data, self._steps)

    def _paint_layer(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        layer = QPixmap(self.size() * ratio)
        layer.setDevicePixelRatio(ratio)
        painter = QPainter(layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        found = bands(self.height(), line=self._style.line, is_rtt_folded=self._is_rtt_folded)
        self._scene = self._build_scene(painter)
        if self._scene is None:
            painting.paint_nothing(painter, self._style, self._view, found)
        else:
            painting.paint_scene(self._scene)
        painter.end()
        return layer

    def _row_at(self, point: QPointF) -> int | None:
        scene = self._scene
        if scene is None or point.x() < scene.left:
            return None
        picker = Picker(scene.trace, scene.exchanges, self._view, scene.bands, scene.placed_flags)
        return picker.row_at(point.x() - scene.left, point.y())

    def _show_tip(self) -> None:
        row = None if self._hover is None or self._gestures.is_dragging else self._row_at(self._hover)
        self._tip = None
        if row is not None and self._trace is not None:
            self._tip = row, tip_of(self._trace, row, self._view.now)
        self.update()

    def _hide_tip(self) -> None:
        self._tip_timer.stop()
        self._tip = self._hover = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, NATURAL)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, NATURAL - RTT - 60)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self._painted = None
        self.view_changed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        state = self._state()
        if self._layer is None or state != self._painted:
            self._layer = self._paint_layer()
            self._painted = state
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._scene is not None:
            self._scene.painter = painter
            overlay = painting.Overlay(self._selected, self._gestures.range, self._gestures.measured, self._hover)
            painting.paint_overlay(self._scene, overlay)
            if self._tip is not None:
                painting.paint_tip_of(self._scene, *self._tip, self.height())
        if self.hasFocus():
            painter.setPen(self._style.pen("fg0", 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x() - self._style.gutter
        is_ruler = self._scene is not None and self._scene.bands.ruler.holds(event.position().y())
        if event.button() == Qt.MouseButton.RightButton:
            self._gestures.press(x, Drag.RANGE)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._gestures.press(x, Drag.MEASURE if is_ruler or self._is_measuring else Drag.PAN)
        self._hide_tip()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._gestures.move(event.position().x() - self._style.gutter):
            self._hover = None
            self.view_changed.emit()
        elif event.buttons() == Qt.MouseButton.NoButton:
            self._hover = event.position() if event.position().x() >= self._style.gutter else None
            tip(self, _gutter_text(self._scene, event.position()))
            if self._tip is not None or self._hover is None:
                self._show_tip()
            else:
                self._tip_timer.start()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_click = self._gestures.release()
        if was_click and event.button() == Qt.MouseButton.LeftButton:
            row = self._row_at(event.position())
            if row is not None:
                self.row_picked.emit(row)
        elif not was_click:
            self.view_changed.emit()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        if row is None or self._trace is None:
            self._view.zoom(ZOOM_STEP**2, event.position().x() - self._style.gutter)
        else:
            start, end = extent_of(self._trace, row)
            margin = max(round((end - start) * _SETTLED), 5_000_000)
            self._view.zoom_to(start - margin, end + margin)
        self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        across = delta.x() if delta.x() else delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        if across:
            pixels = event.pixelDelta().x() or across / _NOTCH * _PAN_A_NOTCH * self._view.width
            self._view.pan(-pixels)
        elif delta.y():
            x = max(0.0, event.position().x() - self._style.gutter)
            self._view.zoom(ZOOM_STEP ** (delta.y() / _NOTCH), x)
        event.accept()
        self._tip = None
        self.view_changed.emit()

    def leaveEvent(self, _event: object) -> None:
        self._hide_tip()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()


def _gutter_text(scene: Scene | None, point: QPointF) -> str:
    """Return the tooltip of the RTT strip's figures; "" elsewhere."""
    if scene is None or point.x() >= scene.left or not scene.bands.rtt.holds(point.y()):
        return ""
    return rtt_text(scene.exchanges, scene.view)
