"""Who plays a long recording again while the window lives on? A thread that tells how far it is, and can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal

from framescope.analysis.whatif import Recording, Stopped
from framescope.ui.diagnosis.chart_curve import Curve, curve_of, pings_to_play

_PARTS = (1 / 16, 1 / 4)  #: of the recording: what they say is there long before the whole is played
Play = Callable[..., Curve]


class Asked(NamedTuple):
    """What is to be played: with which ping_interval, and the values of ping_timeout to be marked."""

    recording: Recording
    interval: float
    now: float | None
    suggested: float | None

    @property
    def pings(self) -> int:
        """About how many pings the whole of it is."""
        return pings_to_play(self.recording, self.interval)


class Replay(QThread):
    """One replay, its beginning first. Its parent must outlive it, or `stop` it before."""

    told = Signal(int, int)  #: its number, and the pings played so far
    drawn = Signal(int, object)  #: its number, and the Curve of a first part or, at last, of the whole recording

    def __init__(self, asked: Asked, parent: QObject, *, number: int = 0, play: Play = curve_of) -> None:
        super().__init__(parent)
        self.number = number  #: for who has several
        self._asked = asked
        self._play = play
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)

    def stop(self) -> None:
        """Give up; returns when the thread has ended."""
        self.requestInterruption()
        self.wait()

    def run(self) -> None:
        try:
            for part in beginnings(self._asked.recording):
                curve = self._play(part, *self._asked[1:], progress=self._tell)
                self.drawn.emit(self.number, replace(curve, is_whole=False))
            self.drawn.emit(self.number, self._play(*self._asked, progress=self._tell))
        except Stopped:
            return

    def _tell(self, played: int) -> bool:
        self.told.emit(self.number, played)
        return not self.isInterruptionRequested()


def beginnings(recording: Recording) -> Iterator[Recording]:
    """Cut a recording off early, later each time."""
    for share in _PARTS:
        end = recording.opened + share * (recording.end - recording.opened)
        samples = tuple(sample for sample in recording.samples if sample.sent <= end)
        yield replace(recording, end=end, last_heard=min(recording.last_heard, end), samples=samples)
