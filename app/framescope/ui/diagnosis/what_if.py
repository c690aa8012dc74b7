"""What if ping_timeout had been different? The chart, at once for short recordings and on demand for long ones."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from framescope.analysis.units import format_count
from framescope.analysis.whatif import Recording
from framescope.ui.diagnosis.chart import WhatIfChart, chart_text
from framescope.ui.diagnosis.chart_curve import Curve, curve_of, is_quick
from framescope.ui.diagnosis.replay import Asked, Play, Replay
from framescope.ui.diagnosis.section import Section
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

UNKNOWN = "Not recorded: a ping that never left has no round trip."
OFF = "Keepalive was off (ping_interval None): a dead peer goes unnoticed."
_CAPTION = "recorded RTTs replayed"
_KEPT = 4  #: long replays whose curves stay, for who looks at another connection and comes back


class WhatIf(Section):
    """The chart of one recording; hidden where no ping of this side was recorded."""

    def __init__(self, look: Look, parent: QWidget | None = None, *, play: Play = curve_of) -> None:
        super().__init__(look, "What if ping_timeout had been…", parent)
        self.chart = WhatIfChart(look)
        self.begin = QPushButton()
        self.stop = QPushButton("Stop")
        self.instead = PlainLabel(tone="quiet", font=look.words(12))
        self.progress = PlainLabel(tone="caption", font=look.words(11))
        self._play = play
        self._replay: Replay | None = None
        self._asked: Asked | None = None
        self._kept: list[tuple[Asked, Curve]] = []
        self._played = 0
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.begin, self.stop, self.progress):
            row.addWidget(widget)
        row.addStretch(1)
        for part in (self.instead, self.chart):
            self.body.addWidget(part)
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
        self._played = 0
        self.chart.show_curve(None)
        is_off = recording is not None and interval is None
        self._say_instead(OFF if is_off else "")
        self.setVisible(is_off or (recording is not None and bool(recording.samples)))
        self._show_phase(is_offered=False, is_running=False)
        if recording is None or not recording.samples or interval is None:
            return
        self._asked = asked = Asked(recording, interval, now, suggested)
        kept = next((curve for played, curve in self._kept if played == asked), None)
        if kept is not None or is_quick(recording, interval):
            self._show_curve(kept or curve_of(*asked))
        else:
            self._show_phase(is_offered=True, is_running=False)

    @property
    def text(self) -> str:
        """What stands here in words; "" where there is nothing."""
        if self.instead.text():
            return self.instead.text()
        return "" if self.chart.curve is None or self._asked is None else chart_text(self.chart.curve)

    def give_up(self) -> None:
        """Stop a replay that runs; what it has drawn stays."""
        if self._replay is not None:
            self._leave_replay()
            self._show_phase(is_offered=True, is_running=False)

    def _begin(self) -> None:
        if self._asked is None or self._replay is not None:
            return
        self._replay = replay = Replay(self._asked, self, play=self._play)
        replay.told.connect(self._tell)
        replay.drawn.connect(self._take)
        self._played = 0
        self._show_phase(is_offered=False, is_running=True)
        replay.start()

    def _tell(self, played: int) -> None:
        self._played = max(self._played, played)  # each part begins anew
        self._show_phase(is_offered=False, is_running=True)

    def _take(self, curve: Curve) -> None:
        if curve.is_whole and self._asked is not None:
            self._leave_replay()
            self._kept = [(self._asked, curve), *self._kept][:_KEPT]
            self._show_curve(curve)
        else:
            self.chart.show_curve(curve)
            self._show_phase(is_offered=False, is_running=True)

    def _leave_replay(self) -> None:
        replay, self._replay = self._replay, None
        if replay is not None:
            replay.give_up()

    def _show_curve(self, curve: Curve) -> None:
        self.chart.show_curve(curve if curve.is_known else None)
        self._say_instead("" if curve.is_known else UNKNOWN)
        self._show_phase(is_offered=False, is_running=False)

    def _say_instead(self, text: str) -> None:
        """Say why there is no chart."""
        self.instead.setText(text)
        self.instead.setVisible(bool(text))
        self.set_caption("" if text else _CAPTION)

    def _show_phase(self, *, is_offered: bool, is_running: bool) -> None:
        curve, pings = self.chart.curve, 0 if self._asked is None else self._asked.pings
        self.chart.setVisible(curve is not None)
        self.begin.setVisible(is_offered)
        self.begin.setText(f"Replay {format_count(pings)} pings")
        self.stop.setVisible(is_running)
        done = f"{format_count(min(self._played, pings))} of {format_count(pings)} pings played"
        self.progress.setText(done if is_running else "Stopped: only the beginning was played")
        self.progress.setVisible(is_running or (is_offered and curve is not None))
