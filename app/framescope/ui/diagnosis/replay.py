"""Who plays a long recording again while the window lives on? A thread, whose news are heard in the window's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from framescope.analysis.whatif import Recording, Stopped
from framescope.ui.diagnosis.chart_curve import Curve, curve_of, pings_to_play

_PARTS = (1 / 16, 1 / 4)  #: of the recording: what they say is there long before the whole is played
_EVERY_MS = 40  #: between two looks at what there is to tell
Play = Callable[..., Curve]
News: TypeAlias = int | Curve  #: the pings played so far, or what was drawn


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


class Replay(QObject):
    """One replay, its beginning first. Whoever shows it may go at any time: the thread has nothing of Qt's."""

    told = Signal(int)  #: the pings played so far
    drawn = Signal(object)  #: the Curve of a first part or, at last, of the whole recording

    def __init__(self, asked: Asked, parent: QObject, *, play: Play = curve_of) -> None:
        super().__init__(parent)
        self._news: SimpleQueue[News] = SimpleQueue()
        self._is_given_up = is_given_up = Event()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._pass_on)
        self.destroyed.connect(is_given_up.set)
        work = (asked, play, self._news, is_given_up)
        self._thread = Thread(target=_play_parts, args=work, name="replay", daemon=True)

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()
        self._timer.start()

    def give_up(self) -> None:
        """Say nothing more; the thread ends by itself, soon."""
        self._is_given_up.set()
        self._timer.stop()
        self.deleteLater()

    def _pass_on(self) -> None:
        while not self._is_given_up.is_set():
            try:
                news = self._news.get_nowait()
            except Empty:
                return
            if isinstance(news, Curve):
                self.drawn.emit(news)
            else:
                self.told.emit(news)


def _play_parts(asked: Asked, play: Play, news: SimpleQueue[News], is_given_up: Event) -> None:
    def tell(played: int) -> bool:
        news.put(played)
        return not is_given_up.is_set()

    try:
        for part in beginnings(asked.recording):
            news.put(replace(play(part, *asked[1:], progress=tell), is_whole=False))
        news.put(play(*asked, progress=tell))
    except Stopped:
        return


def beginnings(recording: Recording) -> Iterator[Recording]:
    """Cut a recording off early, later each time."""
    for share in _PARTS:
        end = recording.opened + share * (recording.end - recording.opened)
        samples = tuple(sample for sample in recording.samples if sample.sent <= end)
        yield replace(recording, end=end, last_heard=min(recording.last_heard, end), samples=samples)
