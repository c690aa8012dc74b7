"""What is new in the capture? A timer polls it for the window, only while the window shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from framescope.analysis.book import TraceBook
from framescope.analysis.trace import Trace
from framescope.capture.reader import CaptureReader

TICK_MS = 16  #: the timeline is painted at most 60 times a second


class Live(QObject):
    """The capture that is being recorded, read as it grows. The clock is the machine's monotonic one."""

    ticked = Signal(object, object)  #: numbers of the traces that changed (set[int]), monotonic ns

    def __init__(self, parent: QObject | None = None, *, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        super().__init__(parent)
        self.book: TraceBook | None = None
        self.is_alive = False  #: a probe writes the capture
        self._reader: CaptureReader | None = None
        self._monotonic_ns = monotonic_ns
        self._stopped_at = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def open(self, folder: Path) -> None:
        """Follow another capture."""
        self.close()
        self._reader = CaptureReader(folder)
        self.book = TraceBook(self._reader)
        self.is_alive = True
        self._timer.start()

    def close(self) -> None:
        """Let go of the capture's files."""
        self._timer.stop()
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def stop_clock(self) -> None:
        """The probe is gone and nothing more comes: let the time stand still."""
        self._timer.stop()
        self._stopped_at = self._monotonic_ns()
        self.is_alive = False

    def trace(self, number: int | None) -> Trace | None:
        """One connection's trace, once its first record has been read."""
        return None if self.book is None or number is None else self.book.traces.get(number)

    @property
    def lag_ns(self) -> int:
        """By how much the probe's loop woke late, ns, the latest figure."""
        return 0 if self.book is None else self.book.lag_ns

    def now_ns(self) -> int:
        """The time that the window shows."""
        return self._monotonic_ns() if self.is_alive else self._stopped_at

    def tick(self) -> None:
        """Read what is new and tell it."""
        if self.book is not None:
            self.ticked.emit(self.book.poll(), self.now_ns())
