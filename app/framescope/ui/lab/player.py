"""How does a run go on? By the paint timer, at once or step by step; controls act on it, or on the next run."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from framescope.engine.path import Conditions
from framescope.engine.settings import Timeouts
from framescope.lab.runner import Run
from framescope.lab.scenario import Scenario
from framescope.ui.lab.altering import FREE, Control, altered
from framescope.ui.live import TICK_MS

SPEEDS = ("1×", "10×", "instant")
_FACTORS = {"1×": 1.0, "10×": 10.0}
_LONGEST_TICK = 0.25  # s: after a longer pause of the window the run does not jump


class Player(QObject):
    """One run and the scenario of the next. `scenario` is what the controls show."""

    renewed = Signal()  #: another run stands at its beginning
    moved = Signal()  #: the run has gone on, or something was done to it
    turned = Signal()  #: a control has another value
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._told = 0.0
        self._ahead = 0.0
        self.speed = "10×"
        self.seed = 1
        self.scenario: Scenario = FREE
        self.run = Run(FREE, self.seed)
        self.has_begun = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    @property
    def is_pending(self) -> bool:
        """Tell whether a control was turned since the run ended: it holds for the next run."""
        return self.run.is_over and self.scenario is not self.run.scenario

    def load(self, scenario: Scenario) -> None:
        """Set up another scenario."""
        self.pause()
        self.scenario = scenario
        self.restart()

    def restart(self) -> None:
        """Stand at the beginning again, with the controls as they were set before the run."""
        self.pause()
        self.run = Run(self.scenario, self.seed)
        self.has_begun = False
        self.renewed.emit()

    def toggle(self) -> None:
        """Run, or pause."""
        self.pause() if self.is_playing else self.play()

    def play(self) -> None:
        """Go on; a run that is over begins anew."""
        self._begin()
        if self.speed not in _FACTORS:
            self.run.run()
            self.moved.emit()
            return
        self._told, self._ahead = self._monotonic(), self.run.now
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Let the time stand still."""
        if self._timer.isActive():
            self._timer.stop()
            self.playing_changed.emit(False)

    def step(self) -> None:
        """Go to the next moment at which something happens."""
        self.pause()
        self._begin()
        self.run.step()
        self.moved.emit()

    def choose_speed(self, speed: str) -> None:
        """Go on at another speed."""
        self.speed = speed
        if self.is_playing and speed not in _FACTORS:
            self.pause()
            self.play()

    def do(self, act: Control) -> None:
        """Turn a control: now, if the run is on its way, else for the next run."""
        if self.has_begun and not self.run.is_over:
            self.run.do(act)
            self.moved.emit()
        else:
            self.scenario = altered(self.scenario, act)
            if not self.has_begun:
                self.run = Run(self.scenario, self.seed)
                self.renewed.emit()
        self.turned.emit()

    def conditions(self) -> Conditions:
        """The network, as its controls show it."""
        return self.scenario.network.conditions() if self.is_pending else self.run.path.conditions

    def timeouts(self, is_server: bool) -> Timeouts:
        """An end's knobs, as its controls show them."""
        return self.scenario.end(is_server).timeouts() if self.is_pending else self.run.ends[is_server].engine.timeouts

    def tick(self) -> None:
        """Let the run catch up with the clock."""
        now = self._monotonic()
        self._ahead += min(now - self._told, _LONGEST_TICK) * _FACTORS[self.speed]
        self._told = now
        self.run.run_until(self._ahead)
        if self.run.is_over:
            self.pause()
        self.moved.emit()

    def _begin(self) -> None:
        if self.run.is_over:
            self.restart()
        self.has_begun = True
