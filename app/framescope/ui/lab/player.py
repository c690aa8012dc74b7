"""How does a run go on, and back? By the paint timer, at once or step by step; controls act on it, or on the next run.

Looking back plays the run again up to that moment. From there it goes on as it went, until somebody turns a control.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from framescope.engine.path import Conditions
from framescope.engine.settings import Timeouts
from framescope.lab.runner import Run
from framescope.lab.scenario import Acts, Scenario
from framescope.ui.lab.altering import altered
from framescope.ui.lab.free_experiment import FREE
from framescope.ui.lab.look_back import LookBack
from framescope.ui.live import TICK_MS

SPEEDS = ("1×", "10×", "instant")
_FACTORS = {"1×": 1.0, "10×": 10.0}
_LONGEST_TICK = 0.25  # s: after a longer pause of the window the run does not jump


class Player(QObject):
    """One run and the scenario of the next. `run` is what is shown, `whole` the same as far as it has ever come."""

    renewed = Signal()  #: another run stands at its beginning
    changes_dropped = Signal(int)  #: so many changes made by hand do not belong to the new run
    travelled = Signal()  #: the run stands at another moment, as it was then
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
        self.run = self.whole = Run(FREE, self.seed)
        self.changes: tuple[Acts, ...] = ()  #: made by hand in the last run: it can be run again with them
        self._planned: tuple[Acts, ...] = ()  # those that this run repeats
        self.has_begun = False
        self.look_back = LookBack(self, monotonic=monotonic)
        self.look_back.arrived.connect(self._arrive)
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

    @property
    def is_back(self) -> bool:
        """Tell whether an earlier moment is shown than the run has reached."""
        return self.run is not self.whole

    def load(self, scenario: Scenario) -> None:
        """Set up another scenario."""
        self.look_back.stop()
        self.pause()
        self.scenario = scenario
        self.whole, self.changes, self._planned = Run(scenario, self.seed), (), ()
        self.restart()

    def restart(self, *, is_repeated: bool = False) -> None:
        """Stand at the beginning again, with the controls as they were set before the run.

        `is_repeated`: what was done by hand in the last run is done again, each at its moment.
        """
        self.look_back.stop()
        self.pause()
        done, reached = self.whole.inputs, self.whole.now
        self.changes = (*done, *(act for act in self._planned if act.at > reached)) or self.changes
        self._planned = self.changes if is_repeated else ()
        self.run = self.whole = Run(self.scenario, self.seed, inputs=self._planned)
        self.has_begun = False
        self.renewed.emit()
        if done and not is_repeated:
            self.changes_dropped.emit(len(self.changes))

    def repeat(self) -> None:
        """Run again with what was done by hand."""
        self.restart(is_repeated=True)
        self.play()

    def look_at(self, time: float) -> None:
        """Stand at a moment that the run has passed, soon: everything is as it was then."""
        self.pause()
        if time >= self.whole.now:
            self.look_back.stop()
            self._arrive(self.whole)
        else:
            self.look_back.go(self.whole, self.run, max(0.0, time))

    def toggle(self) -> None:
        """Run, or pause."""
        self.pause() if self.is_playing else self.play()

    def play(self) -> None:
        """Go on from the moment that is shown; a run that is over begins anew."""
        self.look_back.finish()
        self._begin()
        if self.speed not in _FACTORS:
            self.run = self.whole
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
        self.look_back.finish()
        self.pause()
        self._begin()
        self.run.step()
        self._catch_up()
        self.moved.emit()

    def choose_speed(self, speed: str) -> None:
        """Go on at another speed."""
        self.speed = speed
        if self.is_playing and speed not in _FACTORS:
            self.pause()
            self.play()

    def do(self, act: Acts) -> None:
        """Turn a control: now, if the run is on its way, else for the next run.

        At an earlier moment that makes another run of it: what came afterwards is no more.
        """
        self.look_back.finish()
        if self.has_begun and not self.run.is_over:
            if self.is_back:
                self._branch()
            self.run.do(act)
            self.moved.emit()
        else:
            self.scenario = altered(self.scenario, act)
            if not self.has_begun:
                self.run = self.whole = Run(self.scenario, self.seed)
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
        self._catch_up()
        if self.run.is_over:
            self.pause()
        self.moved.emit()

    def _arrive(self, run: Run) -> None:
        self.run = run
        self.travelled.emit()

    def _catch_up(self) -> None:
        """The run played again has come as far as the run itself: the same give the same."""
        now = self.run.now
        if self.is_back and now >= self.whole.now:
            self.run = self.whole
            self.run.run_until(now)

    def _branch(self) -> None:
        """Forget what was done after the moment that is shown."""
        now = self.run.now
        before = [act for act in self.whole.inputs if act.at <= now]
        self._planned = ()
        self.run = self.whole = Run(self.whole.scenario, self.seed, inputs=before)
        self.run.run_until(now)

    def _begin(self) -> None:
        if self.run.is_over:
            self.restart()
        self.has_begun = True
