"""How does a run stand at an earlier moment again? It is played again a little at a time: the window never waits."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from framescope.lab.runner import Run

_BUDGET = 0.03  # s at a time: a longer run goes on when the window has done what else there is to do
_PIECES = 100  # of the way to a moment


class LookBack(QObject):
    """Goes to the moment asked for last. One that is under way is reached first: a long drag shows something, too."""

    arrived = Signal(object)  #: the run, as it was at the moment
    working_changed = Signal(bool)  #: it takes longer than a picture

    def __init__(self, parent: QObject | None = None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._run: Run | None = None  # on its way
        self._reached = self._target = self._wanted = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(lambda: self._go_on(_BUDGET))

    @property
    def is_working(self) -> bool:
        return self._timer.isActive()

    @property
    def wanted(self) -> float:
        """The moment asked for last, in seconds of the run."""
        return self._wanted

    def go(self, whole: Run, shown: Run, moment: float) -> None:
        """Play `whole` again up to a moment before its end, from `shown` on where that stands before it."""
        self._wanted = moment
        if self._run is None:
            self._begin(whole, shown)
            self._go_on(_BUDGET)
        elif moment >= self._reached:
            self._target = moment

    def finish(self) -> None:
        """Be there at once."""
        while self._run is not None:
            self._go_on(math.inf)

    def stop(self) -> None:
        """Give up."""
        self._run = None
        self._set_working(is_working=False)

    def _begin(self, whole: Run, shown: Run) -> None:
        self._whole, self._target = whole, self._wanted
        is_before = shown is not whole and shown.now <= self._wanted
        self._run = shown if is_before else whole.replayed(0.0)
        self._reached = self._run.now

    def _go_on(self, budget: float) -> None:
        run, until = self._run, self._monotonic() + budget
        if run is None:
            return
        piece = self._target / _PIECES
        while self._reached < self._target:
            if self._monotonic() > until:
                self._set_working(is_working=True)
                return
            self._reached = min(self._target, self._reached + piece)
            run.run_until(self._reached)
        self._run = None
        if self._wanted == self._target:
            self._set_working(is_working=False)
        else:
            self._begin(self._whole, run)
            self._set_working(is_working=True)
        self.arrived.emit(run)

    def _set_working(self, *, is_working: bool) -> None:
        if is_working != self._timer.isActive():
            self._timer.start() if is_working else self._timer.stop()
            self.working_changed.emit(is_working)
