"""Why did this connection end? The page of the right panel: headline, steps, causes, the other end, what-if, tries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from framescope.analysis.whatif import recording_of, suggestion
from framescope.ui.diagnosis.cause_list import CauseList
from framescope.ui.diagnosis.chart_curve import recording_in_force
from framescope.ui.diagnosis.headline_card import HeadlineCard
from framescope.ui.diagnosis.pings_matter import pings_matter
from framescope.ui.diagnosis.report import report
from framescope.ui.diagnosis.section import Section, wrapped
from framescope.ui.diagnosis.step_list import StepList
from framescope.ui.diagnosis.tries import Tries, unsaid
from framescope.ui.diagnosis.what_if import WhatIf
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.diagnosis.verdict import Diagnosis
    from framescope.analysis.trace import Trace
    from framescope.capture.details import EndInfo


class DiagnosisPage(QScrollArea):
    """Shows one diagnosis; says what a person asks for."""

    row_asked = Signal(int)  #: a step's row of the trace
    time_asked = Signal(object)  #: the moment of a step without a row, ns
    knob_asked = Signal(str, object)  #: try this knob with this value
    lesson_asked = Signal(str)  #: open this lesson

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown: tuple[Trace, Diagnosis] | None = None
        self.headline = HeadlineCard(look)
        self.steps = StepList(look)
        self.causes = CauseList(look)
        self.other_end = Section(look, "The other end says")
        self.unknown = Section(look, "What cannot be known from here")
        self.what_if = WhatIf(look)
        self.tries = Tries(look)
        self._first = (self.headline, self.steps, self.causes, self.what_if, self.tries)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (*self._first, self.other_end, self.unknown):
            column.addWidget(part)
        column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Diagnosis")
        self.setWidget(page)
        page.installEventFilter(self)
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        self.steps.row_asked.connect(self.row_asked)
        self.steps.time_asked.connect(self.time_asked)
        self.tries.knob_asked.connect(self.knob_asked)
        self.tries.lesson_asked.connect(self.lesson_asked)

    def show_diagnosis(self, trace: Trace, diagnosis: Diagnosis) -> None:
        """Show why a connection that has ended did so; again only what has changed."""
        ended = trace.story.ended
        if ended is None or self._shown == (trace, diagnosis):
            return
        self._shown = (trace, diagnosis)
        self.headline.show_end(diagnosis.headline, diagnosis.plain, ended.info.advice)
        self.steps.show_steps(trace, diagnosis.steps)
        self.steps.set_caption(codes(ended.info))
        self.causes.show_causes(diagnosis.causes, diagnosis.ruled_out)
        self._say(self.other_end, [diagnosis.other_end])
        self._say(self.unknown, list(diagnosis.unknown))
        self._show_what_if(trace, diagnosis)
        self.verticalScrollBar().setValue(0)

    @property
    def report(self) -> str:
        """Everything as plain text."""
        if self._shown is None:
            return ""
        trace, diagnosis = self._shown
        ended = trace.story.ended
        return report(trace, diagnosis, "" if ended is None else ended.info.advice, self.what_if.text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_chart()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is shown gets its size when the page is laid out anew."""
        if event.type() is QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit_chart()
        return super().eventFilter(watched, event)

    def _fit_chart(self) -> None:
        """Give the chart what the parts down to Try leave free, so that all of them are in view where they can be."""
        chart = self.what_if.chart
        if not chart.isHidden():
            width = self.viewport().width()
            needed = sum(_height(part, width) for part in self._first if not part.isHidden())
            chart.take_height(self.viewport().height() - needed + chart.sizeHint().height())

    def _say(self, part: Section, texts: list[str]) -> None:
        part.clear()
        for text in texts:
            part.body.addWidget(wrapped(text, font=self._look.words(12)))
        part.setVisible(any(texts))

    def _show_what_if(self, trace: Trace, diagnosis: Diagnosis) -> None:
        recording, knobs = recording_in_force(trace), trace.story.knobs
        tried = [attempt.value for attempt in diagnosis.tries if attempt.knob == "ping_timeout"]
        whole = recording_of(trace)
        suggested = None if whole is None or not tried else suggestion(whole)
        told = recording if pings_matter(trace, diagnosis) else None
        interval, now = knobs.get("ping_interval"), knobs.get("ping_timeout")
        self.what_if.show_recording(told, interval, now, tried[0] if tried else None)
        advice = "" if trace.story.ended is None else trace.story.ended.info.advice
        self.tries.show_tries(tuple(unsaid(diagnosis.tries, advice)), "" if suggested is None else suggested.reason)


def _height(part: QWidget, width: int) -> int:
    return part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()


def codes(info: EndInfo) -> str:
    """Write both numbers of an end, which often differ: "sent 1011 · close_code is 1006"."""
    parts = [
        "" if info.received_code is None else f"received {info.received_code}",
        "" if info.sent_code is None else f"sent {info.sent_code}",
        "" if info.code is None else f"close_code is {info.code}",
    ]
    return " · ".join(filter(None, parts))
