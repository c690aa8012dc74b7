"""Who plays a long recording again while the window lives on? A thread that tells how far it is, and can be stopped."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal

from framescope.analysis.whatif import Recording, Stopped
from framescope.ui.diagnosis.chart_curve import curve_of


class Replay(QThread):
    """One replay. Its parent must outlive it, or `stop` it before."""

    told = Signal(int)  #: pings played so far
    done = Signal(object)  #: the Curve; not after `stop`

    def __init__(
        self, recording: Recording, interval: float, now: float | None, suggested: float | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._work = (recording, interval, now, suggested)
        self.finished.connect(self.deleteLater)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)

    def stop(self) -> None:
        """Give up; returns when the thread has ended, well within a second."""
        self.requestInterruption()
        self.wait()

    def run(self) -> None:
        try:
            curve = curve_of(*self._work, progress=self._tell)
        except Stopped:
            return
        if not self.isInterruptionRequested():
            self.done.emit(curve)

    def _tell(self, played: int) -> bool:
        self.told.emit(played)
        return not self.isInterruptionRequested()
