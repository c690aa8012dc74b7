"""How is the network between the ends? Its sliders and faults, turned before a run or while it goes on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from framescope.analysis.diagnosis.presets import PRESETS
from framescope.analysis.units import format_seconds, format_size
from framescope.engine.path import Conditions
from framescope.lab.runner import START, Run
from framescope.lab.scenario import Change, ResetBoth
from framescope.ui.controls.choice import Choice
from framescope.ui.controls.line import thin_line
from framescope.ui.controls.scrolling import scrolling
from framescope.ui.controls.switch import Switch
from framescope.ui.lab.duration_edit import DurationEdit
from framescope.ui.lab.fault_row import FaultRow
from framescope.ui.lab.value_scale import BANDWIDTH, JITTER, LATENCY, LOSS
from framescope.ui.lab.value_slider import ValueSlider
from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look

CUTS = {"fin": "cut by FIN", "reset": "cut by RST", "silent": "cut in silence"}
COUNTED = ("any byte restarts it", "only messages restart it")
_USUAL = 60.0  # s, of a timer that is switched on


class NetworkCard(QWidget):
    """Emits acts; shows what it is told."""

    asked = Signal(object)  #: Change or ResetBoth, `at` being now

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        # In the order of the card, which is the order of the tab key.
        self.sliders = {scale.name.lower(): ValueSlider(look, scale, self) for scale in (LATENCY, JITTER, BANDWIDTH)}
        self.hole = Switch(look, "Black hole", parent=self)
        self.fire = QPushButton("Fire", self)
        self.fire.setAccessibleName("Fire a reset (RST)")
        self.edits: dict[str, DurationEdit] = {}
        self.switches: dict[str, Switch] = {}
        for name, words in _TIMERS.items():
            self.edits[name] = DurationEdit(look, words, is_limit=True, is_small=True, parent=self)
            self.switches[name] = Switch(look, words, parent=self)
        self.counted = Choice(look, self)
        self.cut = Choice(look, self)
        self.presets = Choice(look, self)
        self.sliders["loss"] = ValueSlider(look, LOSS, self)
        self.countdown = PlainLabel(tone="warn", font=look.words(11), parent=self)
        self._ways = PlainLabel("both ways", tone="caption", font=look.words(11), parent=self)
        self.in_flight = PlainLabel(font=look.mono(11), parent=self)
        self.swallowed = PlainLabel(font=look.mono(11), parent=self)
        self._hole_row = FaultRow(look, "target", "Black hole", self.hole, parent=self)
        self._reset_row = FaultRow(look, "bolt", "Reset (RST)", self.fire, parent=self)
        self._fill_choices()
        self._lay_out()
        self._connect_signals()

    def set_compact(self, *, is_compact: bool) -> None:
        """Take less height where there is little."""
        self._is_compact = is_compact
        for slider in self.sliders.values():
            slider.set_compact(is_compact=is_compact)
        self._column.setSpacing(4 if is_compact else 7)
        self._column.setContentsMargins(12, 4 if is_compact else 8, 10, 4)
        way = QBoxLayout.Direction.LeftToRight if is_compact else QBoxLayout.Direction.TopToBottom
        self._counters.setDirection(way)
        self._counters.setSpacing(16 if is_compact else 2)

    def show_conditions(self, conditions: Conditions) -> None:
        """Show the network as it is."""
        for name, slider in self.sliders.items():
            slider.show_value(getattr(conditions, name))
        _set(self.hole, conditions.is_black_hole)
        self._hole_row.set_alarm(conditions.is_black_hole)
        for name, switch in self.switches.items():
            value = getattr(conditions, name)
            _set(switch, value is not None)
            self.edits[name].setEnabled(value is not None)
            if value is not None or not self.edits[name].text():
                self.edits[name].show_seconds(_USUAL if value is None else value)
        self.cut.blockSignals(True)
        self.cut.setCurrentIndex(list(CUTS).index(conditions.cut.name.lower()))
        self.cut.blockSignals(False)
        has_timer = conditions.idle_timeout is not None or conditions.life_timeout is not None
        self.cut.setVisible(has_timer)
        self.counted.blockSignals(True)
        self.counted.setCurrentIndex(int(conditions.counts_messages_only))
        self.counted.blockSignals(False)
        self.counted.setVisible(conditions.idle_timeout is not None)

    def show_run(self, run: Run, hole_since: float | None, *, swallowed: int, has_begun: bool) -> None:
        """Show the middlebox's timer, what is on its way, and how many frames were swallowed."""
        due = run.path.cut_due
        if due is None or run.is_over:
            self.countdown.setText("")
        else:
            self.countdown.setText(f"cuts in {format_seconds(max(0.0, due[0] - START - run.now))}")
        self._ways.setVisible(not self.countdown.text())  # it stands there instead
        self._hole_row.figure.setText("" if hole_since is None else f"{hole_since:.1f} s")
        self.fire.setEnabled(has_begun and not run.is_over)
        tip(self.fire, "" if self.fire.isEnabled() else "while a run goes on")
        is_on = has_begun and not (run.client.is_gone and run.server.is_gone)  # else nobody sends any of it again
        on_the_way = sum(lane.on_the_way for lane in run.path.lanes.values())
        self.in_flight.setText(format_size(on_the_way if is_on else 0))
        unit = "" if self._is_compact else " frame" if swallowed == 1 else " frames"
        self.swallowed.setText(f"{swallowed}{unit}")
        self.swallowed.set_tone("err" if swallowed else "")

    def _fill_choices(self) -> None:
        self.presets.addItem("Known middleboxes…")
        for preset in PRESETS:
            kind = "lifetime" if preset.is_life else "idle"
            more = ", silent" if preset.is_silent else ", messages only" if preset.counts_messages_only else ""
            self.presets.addItem(f"{preset.name}: {kind} {preset.seconds:g} s{more}")
        self.presets.setAccessibleName("Known middleboxes")
        self.cut.addItems(list(CUTS.values()))
        self.cut.setAccessibleName("How the middlebox cuts")
        self.counted.addItems(COUNTED)
        self.counted.setAccessibleName("What restarts the idle timer")
        for choice in (self.presets, self.cut, self.counted):
            choice.setFont(self._look.words(11))
            choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(8)
        self.fire.setProperty("measure", "small")
        self.fire.setFont(self._look.words(11, 500))

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("network")
        column = self._column = QVBoxLayout(inner)
        column.addLayout(self._head())
        for name in ("latency", "jitter", "bandwidth"):
            column.addWidget(self.sliders[name])
        column.addWidget(self._hole_row)
        column.addWidget(self._reset_row)
        for name, words in _TIMERS.items():
            icon = "sciss" if name == "idle_timeout" else "clock"
            column.addWidget(FaultRow(self._look, icon, words, self.edits[name], self.switches[name]))
        column.addWidget(self.counted)
        column.addWidget(self.cut)
        column.addWidget(self.presets)
        column.addWidget(self.sliders["loss"])
        column.addStretch(1)
        scroll = scrolling(inner, self)
        all_of_it = QVBoxLayout(self)
        all_of_it.setContentsMargins(0, 0, 0, 0)
        all_of_it.setSpacing(0)
        all_of_it.addWidget(scroll, 1)
        self._counters = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._counters.setContentsMargins(12, 3, 12, 3)
        self._counters.addLayout(self._counter("in flight", self.in_flight))
        self._counters.addLayout(self._counter("swallowed", self.swallowed))
        all_of_it.addWidget(thin_line())
        all_of_it.addLayout(self._counters)
        self.set_compact(is_compact=False)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        icon = PlainLabel(parent=self)
        self._look.changed.connect(lambda: icon.setPixmap(self._look.pixmap("relay", "fg1", 14)))
        icon.setPixmap(self._look.pixmap("relay", "fg1", 14))
        row.addWidget(icon)
        row.addWidget(PlainLabel("Network", font=self._look.words(12, 600), parent=self))
        row.addStretch(1)
        row.addWidget(self.countdown)
        row.addWidget(self._ways)
        return row

    def _counter(self, name: str, figure: PlainLabel) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(PlainLabel(name, tone="caption", font=self._look.words(11), parent=self))
        row.addStretch(1)
        row.addWidget(figure)
        return row

    def _connect_signals(self) -> None:
        for name, slider in self.sliders.items():
            slider.turned.connect(lambda value, name=name: self._change(name, 0.0 if value is None else value))
        self.hole.clicked.connect(lambda is_on: self.asked.emit(Change(at=0.0, black_hole=is_on)))
        self.fire.clicked.connect(lambda: self.asked.emit(ResetBoth(at=0.0)))
        for name, switch in self.switches.items():
            switch.clicked.connect(lambda is_on, name=name: self._change(name, _USUAL if is_on else 0.0))
            self.edits[name].entered.connect(lambda value, name=name: self._change(name, value))
        self.presets.activated.connect(self._preset)
        self.cut.activated.connect(lambda place: self.asked.emit(Change(at=0.0, cut=list(CUTS)[place])))  # type: ignore[arg-type]

        self.counted.activated.connect(lambda place: self.asked.emit(Change(at=0.0, counts_messages_only=bool(place))))

    def _change(self, name: str, value: float) -> None:
        self.asked.emit(Change(at=0.0, **{name: value}))  # type: ignore[arg-type]

    def _preset(self, place: int) -> None:
        if place == 0:
            return
        preset = PRESETS[place - 1]
        idle, life = (0.0, preset.seconds) if preset.is_life else (preset.seconds, 0.0)
        self.asked.emit(
            Change(
                at=0.0,
                idle_timeout=idle,
                life_timeout=life,
                cut="silent" if preset.is_silent else "fin",
                counts_messages_only=preset.counts_messages_only,
            )
        )


_TIMERS = {"idle_timeout": "Idle cut-off", "life_timeout": "Lifetime"}


def _set(switch: Switch, is_on: bool) -> None:
    switch.blockSignals(True)
    switch.setChecked(is_on)
    switch.blockSignals(False)
    switch.update()
