"""What happened, in order? Numbered steps with their times; each leads to its row in table and timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from framescope.ui.diagnosis.section import Section, wrapped
from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.trace import Trace
    from framescope.analysis.verdict import Step

_DISC = 18


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


class StepList(Section):
    """All steps of one diagnosis."""

    row_asked = Signal(int)  #: a row of the trace

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "What happened", parent)
        self.body.setSpacing(2)

    def show_steps(self, trace: Trace, steps: tuple[Step, ...]) -> None:
        """Show the steps, numbered from 1."""
        self.clear()
        times = [step_time(trace, step) for step in steps]
        font = self.look.mono(11)
        width = max((round(QFontMetricsF(font).horizontalAdvance(text)) for text in times), default=0) + 2
        for number, (step, time) in enumerate(zip(steps, times, strict=True), 1):
            # What happened at the same moment needs no second figure.
            is_same = number > 1 and times[number - 2] == time
            when = PlainLabel("" if is_same else time, tone="caption", font=font)
            when.setAlignment(Qt.AlignmentFlag.AlignRight)
            when.setFixedWidth(width)
            row = QHBoxLayout()
            row.setSpacing(8)
            text = wrapped(step.text, font=self.look.words(12))
            text.setAlignment(Qt.AlignmentFlag.AlignTop)
            row.addWidget(NumberDisc(self.look, number), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(text, 1)
            if step.row is not None:
                row.addWidget(self._link(trace, step.row, number), 0, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(row)

    def _link(self, trace: Trace, row: int, number: int) -> QPushButton:
        frame = trace.number_of(row)
        link = QPushButton(f"#{frame}" if frame else "event")
        link.setProperty("kind", "reference")
        link.setFont(self.look.mono(11))
        link.setAccessibleName(f"Step {number}: {'frame ' + str(frame) if frame else 'event'}")
        tip(link, "Select it in table and timeline")
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.clicked.connect(lambda: self.row_asked.emit(row))
        return link


def step_time(trace: Trace, step: Step) -> str:
    """Write when a step happened, s since the connection's start, as the table does."""
    return "" if step.time is None else f"{(step.time - trace.start) / 1e9:.3f}"
