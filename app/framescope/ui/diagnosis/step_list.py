"""What happened, in order? Numbered steps with their times; each leads to its place in table and timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from framescope.ui.diagnosis.section import Section, wrapped
from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.diagnosis.verdict import Step
    from framescope.analysis.trace import Trace

_DISC = 18
_PRESSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NumberDisc(QWidget):
    """A step's number, white on red, as on the timeline."""

    def __init__(self, look: Look, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.number = number
        self.setFixedSize(QSize(_DISC, _DISC))
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_disc(painter, self._look, QPointF(_DISC / 2, _DISC / 2), self.number)
        painter.end()


def paint_disc(painter: QPainter, look: Look, center: QPointF, number: int, radius: float = 7.5) -> None:
    """Draw a step's number in its disc."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("err"))
    painter.drawEllipse(center, radius, radius)
    painter.setFont(look.words(10, 600))
    painter.setPen(look.color("scope"))
    box = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


class StepRow(QAbstractButton):
    """One step: a button from edge to edge. `time` is "" where it is that of the step before."""

    def __init__(self, look: Look, number: int, text: str, *, time: str, time_width: int, link: str) -> None:
        super().__init__()
        self._look = look
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 1)
        row.setSpacing(8)
        when = PlainLabel(time, tone="caption", font=look.mono(11))
        when.setAlignment(Qt.AlignmentFlag.AlignRight)
        when.setFixedWidth(time_width)
        words = wrapped(text, font=look.words(12))
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        row.addWidget(NumberDisc(look, number), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        row.addWidget(PlainLabel(link, tone="link", font=look.mono(11)), 0, Qt.AlignmentFlag.AlignTop)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        tip(self, "Show it in table and timeline" if link else "Show the moment on the timeline")

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize() if layout is None else layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return QSize() if layout is None else layout.minimumSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PRESSES:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not (self.hasFocus() or self.underMouse()):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.underMouse():
            painter.setBrush(self._look.color("bg3"))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if self.hasFocus():
            painter.setPen(self._look.color("fg0"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
        painter.end()


class StepList(Section):
    """All steps of one diagnosis."""

    row_asked = Signal(int)  #: a row of the trace
    time_asked = Signal(object)  #: ns: a step that has no row

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "What happened", parent)
        self.body.setSpacing(0)

    def show_steps(self, trace: Trace, steps: tuple[Step, ...]) -> None:
        """Show the steps, numbered from 1."""
        self.clear()
        times = [step_time(trace, step) for step in steps]
        advance = QFontMetricsF(self.look.mono(11)).horizontalAdvance
        width = max((round(advance(text)) for text in times), default=0) + 2
        for number, (step, time) in enumerate(zip(steps, times, strict=True), 1):
            frame = 0 if step.row is None else trace.number_of(step.row)
            link = f"#{frame}" if frame else "" if step.row is None else "event"
            # What happened at the same moment needs no second figure.
            is_same = number > 1 and times[number - 2] == time
            when = "" if is_same else time
            row = StepRow(self.look, number, step.text, time=when, time_width=width, link=link)
            row.setAccessibleName(_spoken(number, time, step.text, frame))
            row.clicked.connect(lambda _=False, step=step: self._ask(step))
            self.body.addWidget(row)

    def _ask(self, step: Step) -> None:
        if step.row is not None:
            self.row_asked.emit(step.row)
        elif step.time is not None:
            self.time_asked.emit(step.time)


def step_time(trace: Trace, step: Step) -> str:
    """Write when a step happened, s since the connection's start, as the table does."""
    return "" if step.time is None else f"{(step.time - trace.start) / 1e9:.3f}"


def _spoken(number: int, time: str, text: str, frame: int) -> str:
    """Write a step for screen readers."""
    when = f", {time} s" if time else ""
    return f"Step {number}{when}: {text}{f' Frame {frame}.' if frame else ''}"
