"""Which connection's frames are shown? One trace in timeline, table, detail, banner and status bar, one selection."""

from __future__ import annotations

from PySide6.QtCore import QObject

from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.ending import end_sentence, is_good_end
from framescope.analysis.trace import Trace
from framescope.probe.address_text import host_span
from framescope.ui import desk_words
from framescope.ui.live import Live
from framescope.ui.main_window import MainWindow
from framescope.ui.timeline.step_marks import StepMark


class Showing(QObject):
    """The connection that is looked at: the running one, or an older one of the same capture."""

    def __init__(self, window: MainWindow, live: Live) -> None:
        super().__init__(window)
        self._window = window
        self._live = live
        self._has_told_end = False
        self._judged: tuple[int, int] | None = None  # what the diagnosis rests on besides the connection itself
        self._opened: set[Trace] = set()  # whose diagnosis was brought up, as happens once
        self._left_open: set[Trace] = set()  # whose diagnosis was in view when another connection was chosen
        self.number: int | None = None
        self.trace: Trace | None = None
        window.timeline.row_selected.connect(self.select)
        window.table.row_selected.connect(self.select)
        window.detail.step_asked.connect(self._step)
        window.detail.diagnosis.row_asked.connect(self.select)
        window.detail.diagnosis.time_asked.connect(window.timeline.show_moment)
        window.detail.report_copied.connect(self._tell_copied)
        window.head.connection_chosen.connect(self.show_connection)

    def show_connection(self, number: int | None) -> None:
        """Bring a connection into every view, as soon as its first record was read; None for none."""
        self.number = number
        self._window.banner.hide()
        self._put(self._live.trace(number))

    def select(self, row: int) -> None:
        """One selection in timeline, table and detail."""
        window = self._window
        window.timeline.select_row(row)
        window.table.select_row(row)
        if self.trace is not None:
            window.show_detail()
            window.detail.show_row(self.trace, row)

    def refresh(self, now_ns: int, *, is_even: bool = True, is_slow: bool = True) -> None:
        """Show what is new: the timeline always, the table every other time, figures and words a few times a second."""
        window = self._window
        found = self._live.trace(self.number)
        if found is not self.trace:
            self._put(found)
        if is_slow:
            recording = desk_words.recording(self._live.book, self.number)
            story = None if found is None else found.story
            window.status.show_story(story, now_ns, self._live.lag_ns, recording)
        if found is None:
            return
        window.timeline.advance(now_ns)
        if is_even:
            window.table.refresh(now_ns)
        if is_slow:
            window.detail.refresh()
            window.head.show_count(found)
            if self._live.book is not None:
                window.head.show_connections(self._live.book.traces, self.number)
            self._judge_again(found)
        self._tell_end(found)

    def _put(self, trace: Trace | None) -> None:
        window = self._window
        if self.trace is not None and window.detail.is_at_diagnosis:
            self._left_open.add(self.trace)
        self.trace = trace
        self._has_told_end = False
        self._judged = None
        window.timeline.show_trace(trace)
        window.table.show_trace(trace)
        window.detail.show_row(trace, None)
        window.detail.show_diagnosis(None, None)
        if trace is not None and trace.story.info is not None:
            url = trace.story.info.url
            start, end = host_span(url)
            window.name_connection(url[start:end])
        if trace is not None:
            self._tell_end(trace)

    def _tell_end(self, trace: Trace) -> None:
        ended = trace.story.ended
        if ended is None or self._has_told_end:
            return
        self._has_told_end = True
        if is_good_end(ended.info):
            headline, sentence = end_sentence(trace.story)
            self._window.banner.show_end(headline, sentence, ended.info.advice, is_error=False)
            return
        self._diagnose(trace)
        if trace not in self._opened or trace in self._left_open:
            self._opened.add(trace)
            self._left_open.discard(trace)
            self._window.show_diagnosis()

    def _judge_again(self, trace: Trace) -> None:
        """Take into account what was recorded after the end: that the probe had stood still, how others ended."""
        if self._judged is not None and self._judged != self._evidence():
            self._diagnose(trace)

    def _evidence(self) -> tuple[int, int]:
        book = self._live.book
        if book is None:
            return 0, 0
        return len(book.halts), sum(other.story.ended is not None for other in book.traces.values())

    def _diagnose(self, trace: Trace) -> None:
        """Say why it ended, and number on the timeline what led to it."""
        window, book = self._window, self._live.book
        self._judged = self._evidence()
        others, halts = ([], []) if book is None else (list(book.traces.values()), book.halts)
        diagnosis = diagnose(trace, others=others, halts=halts)
        if diagnosis is None:
            return
        steps = enumerate(diagnosis.steps, 1)
        marks = [StepMark(number, step.time, step.row) for number, step in steps if step.time is not None]
        window.timeline.show_steps(tuple(marks))
        window.detail.show_diagnosis(trace, diagnosis)

    def _tell_copied(self) -> None:
        self._window.toast.show_text("The report is on the clipboard")

    def _step(self, direction: int) -> None:
        row = self._window.table.selected_row
        if self.trace is not None and row is not None and 0 <= row + direction < len(self.trace.rows):
            self.select(row + direction)
