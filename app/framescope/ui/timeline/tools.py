"""What stands above the timeline? Its title and legend, Measure, the zoom and Follow live, in one row."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from framescope.engine.frames import Opcode
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.controls.key_button import KeyButton
from framescope.ui.frames.opcode_mark import paint_mark
from framescope.ui.opcode_names import opcode_name
from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look

HEIGHT = 30
_LEGEND = (Opcode.TEXT, Opcode.BINARY, Opcode.CONTINUATION, Opcode.CLOSE, Opcode.PING, Opcode.PONG)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Legend(QWidget):
    """The marks of the six opcodes with their names; as many as there is room for."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Legend")
        look.changed.connect(self.update)

    def _places(self) -> list[tuple[float, float, int]]:
        metrics = QFontMetricsF(self._look.words(11))
        places, x = [], 0.0
        for opcode in _LEGEND:
            width = 16 + metrics.horizontalAdvance(opcode_name(opcode).lower()) + 14
            places.append((x, width, int(opcode)))
            x += width
        return places

    def sizeHint(self) -> QSize:
        left, width, _ = self._places()[-1]
        return QSize(round(left + width), HEIGHT - 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEIGHT - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._look.words(11))
        for left, width, opcode in self._places():
            if left + width - 14 > self.width():
                break
            paint_mark(painter, self._look, QPointF(left + 6, self.height() / 2), opcode)
            painter.setPen(self._look.color("fg1"))
            painter.drawText(QRectF(left + 16, 0, width, self.height()), _LEFT, opcode_name(opcode).lower())
        painter.end()


class TimelineTools(QFrame):
    """The tool row. It shows what it is told and says what is asked for."""

    measure_asked = Signal(bool)
    zoom_asked = Signal(int)  #: +1 in, -1 out
    follow_asked = Signal()
    failure_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_failure = False
        self.setProperty("kind", "panel")
        self.setFixedHeight(HEIGHT)
        self._hint = PlainLabel("no signal", tone="caption", font=look.words(11))
        self._legend = Legend(look)
        self._measure = IconButton(look, "ruler", "Measure", kind="small", hint="Measure between two points (M)")
        self._measure.setCheckable(True)
        self._out = IconButton(look, "minus", kind="small", hint="Zoom out (−)")
        self._in = IconButton(look, "plus", kind="small", hint="Zoom in (+)")
        for button in (self._measure, self._out, self._in):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for button in (self._out, self._in):
            button.setFixedWidth(28)
        self._span = PlainLabel("", font=look.mono(11))
        self._span.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._span.setMinimumWidth(QFontMetricsF(look.mono(11)).boundingRect("0000 min").toRect().width())
        tip(self._span, "The visible range (0: one minute, F: everything)")
        self._follow = KeyButton(look, "target", "Follow live", "space")
        self._zoom = _group(self._out, self._span, self._in)
        self._live = (self._legend, self._measure, self._zoom, self._follow)
        self._fill(PlainLabel("Timeline", tone="heading", font=look.words(13, 600)))
        self._connect_signals()
        self.set_is_live(False)

    def set_is_live(self, has_trace: bool) -> None:
        """Offer the tools only where there is something to look at."""
        for widget in self._live:
            widget.setVisible(has_trace)
        self._hint.setVisible(not has_trace)

    def show_span(self, text: str) -> None:
        """Say how much time is in view."""
        self._span.setText(text)

    def show_measuring(self, is_measuring: bool) -> None:
        self._measure.setChecked(is_measuring)

    def show_following(self, is_following: bool, *, is_failure: bool) -> None:
        """Show whether "now" is followed; after a failure the button leads there instead."""
        self._is_failure = is_failure
        self._follow.setText("Go to failure" if is_failure else "Follow live")
        self._follow.set_key("E" if is_failure else "space")
        is_lit = is_following and not is_failure
        self._follow.set_kind("lit" if is_lit else "small")
        self._follow.set_token("acc" if is_lit else "fg1")
        self._follow.setAccessibleDescription("on" if is_lit else "off" if not is_failure else "")

    def _fill(self, title: QWidget) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self._hint)
        row.addSpacing(4)
        row.addWidget(self._legend)
        row.addStretch()
        row.addWidget(self._measure)
        row.addSpacing(4)
        row.addWidget(self._zoom)
        row.addSpacing(4)
        row.addWidget(self._follow)

    def _connect_signals(self) -> None:
        self._measure.toggled.connect(self.measure_asked)
        self._out.clicked.connect(lambda: self.zoom_asked.emit(-1))
        self._in.clicked.connect(lambda: self.zoom_asked.emit(1))
        self._follow.clicked.connect(self._follow_clicked)

    def _follow_clicked(self) -> None:
        if self._is_failure:
            self.failure_asked.emit()
        else:
            self.follow_asked.emit()


def _group(*widgets: QWidget) -> QFrame:
    """Put controls that belong together into one frame."""
    frame = QFrame()
    frame.setProperty("kind", "group")
    frame.setFixedHeight(24)
    row = QHBoxLayout(frame)
    row.setContentsMargins(1, 0, 1, 0)
    row.setSpacing(0)
    for widget in widgets:
        row.addWidget(widget)
    return frame
