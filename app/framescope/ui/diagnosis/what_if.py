"""What if ping_timeout had been different? The chart, at once for short recordings and on demand for long ones."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from framescope.analysis.units import format_count
from framescope.analysis.whatif import Recording
from framescope.ui.diagnosis.chart import WhatIfChart, chart_text
from framescope.ui.diagnosis.chart_curve import Curve, curve_of, is_quick, pings_to_play
from framescope.ui.diagnosis.replay import Replay
from framescope.ui.diagnosis.section import Section
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_CAPTION = "recorded RTTs replayed"


class WhatIf(Section):
    """The chart of one recording; hidden where no ping of this side was recorded."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "What if ping_timeout had been…", parent)
        self.chart = WhatIfChart(look)
        self.begin = QPushButton()
        self.stop = QPushButton("Stop")
        self._progress = PlainLabel(tone="caption", font=look.words(11))
        self._replay: Replay | None = None
        self._asked: tuple[Recording, float, float | None, float | None] | None = None
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.begin, self._progress, self.stop):
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addWidget(self.chart)
        self.body.addLayout(row)
        self.begin.clicked.connect(self._begin)
        self.stop.clicked.connect(self.give_up)
        self._show_phase(is_offered=False, is_running=False)

    def show_recording(
        self, recording: Recording | None, interval: float | None, now: float | None, suggested: float | None
    ) -> None:
        """Show what a recording says about other values of ping_timeout; `interval` and `now`: those in force."""
        self.give_up()
        self._asked = None
        self.chart.show_curve(None)
        self.setVisible(recording is not None and bool(recording.samples) and interval is not None)
        if recording is None or not recording.samples or interval is None:
            return
        self._asked = (recording, interval, now, suggested)
        if is_quick(recording, interval):
            self._show_curve(curve_of(*self._asked))
        else:
            self.begin.setText(f"Replay {format_count(pings_to_play(recording, interval))} pings")
            self._show_phase(is_offered=True, is_running=False)

    @property
    def text(self) -> str:
        """The chart in words; "" where there is none."""
        return "" if self.chart.curve is None or self._asked is None else chart_text(self.chart.curve)

    def give_up(self) -> None:
        """Stop a replay that runs."""
        replay, self._replay = self._replay, None
        if replay is not None:
            replay.stop()
            self._show_phase(is_offered=True, is_running=False)

    def _begin(self) -> None:
        if self._asked is None or self._replay is not None:
            return
        self._replay = Replay(*self._asked, parent=self)
        self._replay.told.connect(self._tell)
        self._replay.done.connect(self._take)
        self._tell(0)
        self._show_phase(is_offered=False, is_running=True)
        self._replay.start()

    def _tell(self, played: int) -> None:
        self._progress.setText(f"{format_count(played)} pings played")

    def _take(self, curve: Curve) -> None:
        if self._replay is not None:
            self._replay = None
            self._show_curve(curve)

    def _show_curve(self, curve: Curve) -> None:
        self.chart.show_curve(curve)
        self._show_phase(is_offered=False, is_running=False)

    def _show_phase(self, *, is_offered: bool, is_running: bool) -> None:
        self.chart.setVisible(self.chart.curve is not None)
        self.begin.setVisible(is_offered)
        self.stop.setVisible(is_running)
        self._progress.setVisible(is_running)
        self.set_caption(_CAPTION)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not self.window().isVisible():  # the window closes: no thread may outlive it
            self.give_up()
