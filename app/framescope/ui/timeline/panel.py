"""How is a connection seen over time? The timeline panel: tool row, canvas and overview over one viewport."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from framescope.analysis.trace import Trace
from framescope.analysis.units import format_seconds
from framescope.ui.theme import Look
from framescope.ui.timeline.canvas import TimelineCanvas
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.overview import Overview
from framescope.ui.timeline.step_marks import StepMark, step_rows
from framescope.ui.timeline.tip import tip_of
from framescope.ui.timeline.tools import TimelineTools
from framescope.ui.timeline.viewport import MINUTE, SECOND, ZOOM_STEP, Viewport, span_text
from framescope.ui.timeline.walk import has_bad_end, next_error, next_frame


class TimelinePanel(QWidget):
    """Shows one trace; says which row a person picked."""

    row_selected = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = Viewport()
        self._trace: Trace | None = None
        self._exchanges: ExchangeColumns | None = None
        self._had_ended = False
        self._steps: tuple[StepMark, ...] = ()
        self._tools = TimelineTools(look)
        self._canvas = TimelineCanvas(look, self._view)
        self._overview = Overview(look, self._view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tools)
        column.addWidget(self._canvas, 1)
        column.addWidget(self._overview)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self._canvas)
        self._connect_signals()
        self.show_trace(None)

    @property
    def viewport(self) -> Viewport:
        """The visible range, to be read."""
        return self._view

    def show_trace(self, trace: Trace | None) -> None:
        """Show another connection from now on, following it; or none."""
        self._trace = trace
        self._exchanges = None if trace is None else ExchangeColumns(trace.story)
        self._had_ended = False
        self._steps = ()
        if trace is not None:
            self._view.begin(trace.start, trace.end)
        else:
            self._view.begin(0, round(MINUTE))
            self._view.let_go()
            self._view.move_to(0)
        self._canvas.show_trace(trace, self._exchanges)
        self._overview.show_trace(trace, self._exchanges)
        self._tools.set_is_live(trace is not None)
        self._show_view()

    def advance(self, now_ns: int) -> None:
        """Let time run to `now_ns`, monotonic; after the end it stands still. Repaints what has changed."""
        if self._trace is None or self._exchanges is None:
            return
        ended = self._trace.story.ended
        self._view.advance(now_ns if ended is None else ended.time)
        self._exchanges.refresh()
        self._canvas.refresh()
        self._overview.refresh()
        if (ended is not None) != self._had_ended:
            self._had_ended = ended is not None
            self._show_view()

    def select_row(self, row: int | None) -> None:
        """Mark a row and bring it into view."""
        self._canvas.select_row(row)
        self._describe()

    def show_moment(self, time: int) -> None:
        """Bring a moment into view, ns."""
        if self._view.reveal(time):
            self._show_view()

    def show_steps(self, steps: tuple[StepMark, ...]) -> None:
        """Number the steps that led to the end of the connection that is shown."""
        self._steps = steps
        self._canvas.steps = steps

    def step(self, direction: int, same_opcode: bool = False) -> None:
        """Select the next (1) or previous (-1) frame, or the next one of the same opcode."""
        if self._trace is not None:
            self._pick(next_frame(self._trace, self._canvas.selected, direction, same_opcode=same_opcode))

    def next_error(self, direction: int = 1) -> None:
        """Select the next (1) or previous (-1) missed deadline, violation, bad end or step that led to it.

        From anywhere else the way goes to the first step, with all steps in view.
        """
        if self._trace is None:
            return
        rows = step_rows(self._steps)
        if rows and direction > 0 and self._canvas.selected not in rows:
            self._view.embrace(self._steps[0].time, self._steps[-1].time)
            self._show_view()
            self._pick(rows[0])
        else:
            self._pick(next_error(self._trace, self._canvas.selected, direction, more=rows))

    def toggle_follow(self) -> None:
        """Follow "now", or stop."""
        if self._view.is_following:
            self._view.let_go()
        else:
            self._view.follow()
        self._show_view()

    def zoom_in(self) -> None:
        self._zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        self._zoom(1 / ZOOM_STEP)

    def zoom_minute(self) -> None:
        """Show one minute."""
        self._view.set_span(MINUTE)
        self._show_view()

    def show_seconds(self, seconds: float) -> None:
        """Show this many seconds."""
        self._view.set_span(seconds * SECOND)
        self._show_view()

    def fit_all(self) -> None:
        """Show the whole capture."""
        self._view.fit_all()
        self._show_view()

    def start_measure(self) -> None:
        """Let the next drag measure."""
        self._measure(True)

    def clear(self) -> None:
        """End measuring and forget its cursors."""
        self._measure(False)

    def fold_rtt(self, is_folded: bool) -> None:
        """Hide the RTT strip where height is short, or show it."""
        self._canvas.fold_rtt(is_folded)

    def _connect_signals(self) -> None:
        self._canvas.row_picked.connect(self._pick)
        self._canvas.view_changed.connect(self._show_view)
        self._overview.view_changed.connect(self._show_view)
        self._tools.measure_asked.connect(self._measure)
        self._tools.zoom_asked.connect(lambda direction: self._zoom(ZOOM_STEP**direction))
        self._tools.follow_asked.connect(self.toggle_follow)
        self._tools.failure_asked.connect(self.next_error)

    def _pick(self, row: int | None) -> None:
        if row is not None:
            self.select_row(row)
            self.row_selected.emit(row)

    def _zoom(self, factor: float) -> None:
        self._view.zoom(factor)
        self._show_view()

    def _measure(self, is_measuring: bool) -> None:
        self._canvas.set_measuring(is_measuring)
        self._tools.show_measuring(is_measuring)

    def _show_view(self) -> None:
        """Say what is in view, and repaint it."""
        is_failure = self._trace is not None and has_bad_end(self._trace)
        self._tools.show_span(span_text(self._view.span))
        self._tools.show_following(self._view.is_following, is_failure=is_failure)
        self._canvas.update()
        self._overview.update()
        self._describe()

    def _describe(self) -> None:
        """Report range and selection to screen readers."""
        text = "No signal"
        if self._trace is not None:
            start = format_seconds(max(0, self._view.start - self._view.origin) / SECOND)
            end = format_seconds(max(0, self._view.end - self._view.origin) / SECOND)
            following = f"following live, the last {span_text(self._view.span)}"
            text = following if self._view.is_following else f"from {start} to {end}"
            row = self._canvas.selected
            if row is not None and row < len(self._trace.rows):
                text += f"; selected: {tip_of(self._trace, row, self._view.now).text}"
        if text != self._canvas.accessibleDescription():
            self._canvas.setAccessibleDescription(text)
