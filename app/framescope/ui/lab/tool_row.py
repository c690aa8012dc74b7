"""How does a person run, pause and step? The row above the sequence, with the run's time, its speed and the legend."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from framescope.ui.controls.icon_button import IconButton
from framescope.ui.lab.player import SPEEDS
from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look
from framescope.ui.timeline.shapes import draw_disc, draw_octagon, draw_ringed_cross, draw_triangle

_DATA = {0x1: "text", 0x2: "binary", 0x0: "fragment"}  # opcode: name
_TOKENS = {"text": "text", "binary": "binary", "fragment": "cont"}
_CONTROL = {0x9: "ping", 0xA: "pong", 0x8: "close"}
_MARK_ROOM = 30.0  # px around a mark and its name


class ToolRow(QWidget):
    """Emits what is asked; shows the run's time."""

    restart_asked = Signal()
    toggle_asked = Signal()
    step_asked = Signal()
    again_asked = Signal()
    speed_chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.restart = IconButton(look, "restart", hint="Back to the beginning", parent=self)
        self.run = IconButton(look, "play", "Run", kind="primary", parent=self)
        self.step = IconButton(look, "step", hint="To the next event", parent=self)
        self.again = IconButton(look, "restart", "Same again", parent=self)
        self.again.hide()
        self._time = PlainLabel(font=look.mono(13), parent=self)
        self._time.setAccessibleName("Time of the run")
        self._time.setMinimumWidth(self._time.fontMetrics().horizontalAdvance("0000.0 s"))
        self.speeds: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        for button in (self.restart, self.step):
            button.setFixedWidth(34)
        for widget in (self.restart, self.run, self.step, self._time):
            row.addWidget(widget)
        row.addWidget(self._segments(look))
        row.addWidget(self.again)
        self.legend = Legend(look, self)
        row.addWidget(self.legend, 1)
        self.restart.clicked.connect(self.restart_asked)
        self.run.clicked.connect(self.toggle_asked)
        self.step.clicked.connect(self.step_asked)
        self.again.clicked.connect(self.again_asked)
        self.show_time(0.0)

    @property
    def time_text(self) -> str:
        """The time that stands there."""
        return self._time.text()

    def show_time(self, seconds: float) -> None:
        """Show the run's time."""
        self._time.setText(f"{seconds:.1f} s")

    def show_changes(self, count: int) -> None:
        """Offer another run with what was done by hand."""
        self.again.setVisible(bool(count))
        what = f"the {count} changes made by hand, each at its moment" if count > 1 else "the change made by hand"
        tip(self.again, f"Run again with {what}")
        self.again.setAccessibleName(f"Run again with {what}")

    def show_playing(self, is_playing: bool) -> None:
        """Offer a pause while the run goes on."""
        self.run.setText("Pause" if is_playing else "Run")
        self.run.set_icon("pause" if is_playing else "play")

    def _segments(self, look: Look) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("kind", "group")
        inner = QHBoxLayout(frame)
        inner.setContentsMargins(2, 2, 2, 2)
        inner.setSpacing(1)
        group = QButtonGroup(self)
        for speed in SPEEDS:
            button = QPushButton(speed, frame)
            button.setProperty("kind", "small")
            button.setCheckable(True)
            button.setFont(look.words(12, 500))
            button.setAccessibleName(f"Speed {speed}")
            group.addButton(button)
            inner.addWidget(button)
            button.clicked.connect(lambda _=False, speed=speed: self.speed_chosen.emit(speed))
            self.speeds[speed] = button
        self.speeds["10×"].setChecked(True)
        return frame


class Legend(QWidget):
    """The marks and their names, in one row or two."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._marks: tuple[str, ...] = ()
        self._needed: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.show_seen((), has_lost=False)
        look.changed.connect(self.update)

    def show_seen(self, opcodes: Collection[int], *, has_lost: bool) -> None:
        """Name the data frames that the run has, text while it has none; and the rest, while there is room for it."""
        data = [name for opcode, name in _DATA.items() if opcode in opcodes] or ["text"]
        marks = (*data, *_CONTROL.values(), "lost")
        seen = {*data, *(name for opcode, name in _CONTROL.items() if opcode in opcodes), *(["lost"] * has_lost)}
        needed = tuple(mark for mark in marks if mark in seen)
        if (marks, needed) != (self._marks, self._needed):
            self._marks, self._needed = marks, needed
            self.setAccessibleName(f"Marks: {', '.join(marks)}")
            self.update()

    def columns(self) -> list[list[str]]:
        """The marks by columns, in one row or two; where there is less room only those that are seen, or none."""
        for marks in (self._marks, self._needed):
            for count in (1, 2):
                columns = [list(marks[place : place + count]) for place in range(0, len(marks), count)]
                if sum(self._column_width(column) for column in columns) <= self.width():
                    return columns
        return []

    def _column_width(self, column: list[str]) -> float:
        metrics = QFontMetricsF(self._look.words(11))
        return max(metrics.horizontalAdvance(name) for name in column) + _MARK_ROOM

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._column_width([name]) for name in self._marks)), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.words(11))
        metrics, columns = QFontMetricsF(painter.font()), self.columns()
        x = self.width() - sum(self._column_width(column) for column in columns)
        pitch = metrics.height() + 1
        for column in columns:
            for place, name in enumerate(column):
                y = self.height() / 2 + (place - (len(columns[0]) - 1) / 2) * pitch
                _paint_mark(painter, look, name, QPointF(x + 10, y))
                painter.setPen(look.color("fg1"))
                painter.drawText(QPointF(x + 20, y + metrics.ascent() / 2 - 1), name)
            x += self._column_width(column)
        painter.end()


def _paint_mark(painter: QPainter, look: Look, name: str, at: QPointF) -> None:
    if name in _TOKENS:
        painter.fillRect(QRectF(at.x() - 1.5, at.y() - 5, 3, 10), look.color(_TOKENS[name]))
    elif name == "ping":
        draw_triangle(painter, at, look.color("ping"))
    elif name == "pong":
        draw_disc(painter, at, look.color("pong"))
    elif name == "close":
        draw_octagon(painter, at, look.color("close"), look.color("bg1"), 5.0)
    else:
        draw_ringed_cross(painter, at, look.color("err"), look.color("bg1"), 5.0)
