"""How does the connection do in figures? Peer, frames, bytes, rate, RTT, dropped, the probe's lag, the recording."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from framescope.analysis.model import Story
from framescope.analysis.rtt import summary
from framescope.analysis.units import (
    format_count,
    format_frequency,
    format_moment,
    format_rate,
    format_seconds,
    format_size,
)
from framescope.engine.errors import InvalidURI
from framescope.engine.state import State
from framescope.engine.url import parse_url
from framescope.ui.plain import tip
from framescope.ui.status.status_cell import Run, StatusCell
from framescope.ui.status.traffic_rate import TrafficRate
from framescope.ui.theme import Look

_LAG_LIMIT_NS = 50_000_000  # above it the probe's own stamps would begin to matter
_RTT_PERIOD_NS = 500_000_000  # the percentiles of a long connection are not worth more
_CELLS = ("peer", "received", "sent", "rate", "rtt", "dropped", "lag")
_FIRST_TO_GO = ("rate", "rtt", "sent")  # where the window is too narrow for all
_MARKS = {State.CONNECTING: ("ring", "acc"), State.OPEN: ("disc", "acc"), State.CLOSING: ("disc", "warn")}


class StatusBar(QWidget):
    """One line of cells. Everything comes with `show_story`."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rate = TrafficRate()
        self._has_story = False
        self._rtt_of: tuple[int, int] = (0, -_RTT_PERIOD_NS)  #: connection, time of the last summary
        self.cells = {name: StatusCell(look, parent=self) for name in _CELLS}
        self.recording = StatusCell(look, has_line=False, parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 0)
        row.setSpacing(0)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # cells go, the window's width does not grow
        for cell in self.cells.values():
            row.addWidget(cell)
        row.addStretch(1)
        row.addWidget(self.recording)
        self.setFixedHeight(self.cells["peer"].sizeHint().height() + 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        tip(self.cells["dropped"], "Frames that are no longer kept")
        tip(self.cells["lag"], "How late the probe's event loop wakes: its stamps are that exact")
        look.changed.connect(self.update)
        self.show_story(None, 0, 0, "")

    def show_story(self, story: Story | None, now_ns: int, lag_ns: int, recording: str) -> None:
        """Show the connection's figures at `now_ns`, the probe's lag, and what the recording does."""
        self._has_story = story is not None
        self._show_peer(story)
        if story is None:
            self.cells["received"].show_runs(Run("frames"), Run("0", True))
            dropped = 0
        else:
            self._show_traffic(story, now_ns)
            self._show_rtt(story, now_ns)
            dropped = story.totals.dropped
        lost = "err" if dropped else ""
        self.cells["dropped"].show_runs(Run("dropped", token=lost), Run(format_count(dropped), True, lost))
        late = "warn" if lag_ns > _LAG_LIMIT_NS else ""
        lag = format_seconds(lag_ns / 1e9)
        self.cells["lag"].show_runs(Run("event-loop lag", token=late), Run(lag, True, late))
        self.recording.show_runs(Run(recording))
        self._make_room()

    def _show_peer(self, story: Story | None) -> None:
        cell = self.cells["peer"]
        if story is None:
            cell.show_runs(Run("not connected", token="fg1"), mark="ring")
            return
        mark, token = _MARKS.get(story.state, ("square", "fg2"))
        text = _host(story)
        if story.state is State.CLOSED:
            if story.ended is not None:
                text = f"closed at {format_moment((story.ended.time - story.start) / 1e9)}"
                token = "fg2" if story.ended.info.code in (1000, 1001) else "err"
            else:
                text = "closed"
        cell.show_runs(Run(text, token="fg0"), mark=mark, mark_token=token)
        tip(cell, "" if story.info is None else story.info.url)

    def _show_traffic(self, story: Story, now_ns: int) -> None:
        totals = story.totals
        for name, frames, size in (
            ("received", totals.received_frames, totals.received_bytes),
            ("sent", totals.sent_frames, totals.sent_bytes),
        ):
            self.cells[name].show_runs(
                Run(name), Run(format_count(frames), True), Run("frames ·"), Run(format_size(size), True)
            )
        per_second, bytes_per_second = self._rate.update(story.number, totals, now_ns)
        self.cells["rate"].show_runs(
            Run("rate"), Run(format_frequency(per_second), True), Run("·"), Run(format_rate(bytes_per_second), True)
        )

    def _show_rtt(self, story: Story, now_ns: int) -> None:
        number, time = self._rtt_of
        if number == story.number and 0 <= now_ns - time < _RTT_PERIOD_NS:
            return
        self._rtt_of = (story.number, now_ns)
        rtt = summary(story.exchanges)
        if rtt.latest is None or rtt.p99 is None:
            self.cells["rtt"].show_runs(Run("RTT"), Run("no pong yet"))
            return
        self.cells["rtt"].show_runs(
            Run("RTT"), Run(format_seconds(rtt.latest), True), Run("· p99"), Run(format_seconds(rtt.p99), True)
        )

    def _make_room(self) -> None:
        """Leave out what matters least while the line is longer than the window."""
        wanted = [name for name in _CELLS if name not in _FIRST_TO_GO or self._has_story]
        for name in ("", *_FIRST_TO_GO):
            wanted = [other for other in wanted if other != name]
            width = sum(self.cells[other].sizeHint().width() for other in wanted) + self.recording.sizeHint().width()
            if width <= self.width():
                break
        for name, cell in self.cells.items():
            cell.setVisible(name in wanted)

    def sizeHint(self) -> QSize:
        return QSize(1100, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("bg1"))
        painter.fillRect(0, 0, self.width(), 1, self._look.color("line"))
        painter.end()


def _host(story: Story) -> str:
    if story.info is None:
        return "connecting"
    try:
        return parse_url(story.info.url).authority
    except InvalidURI:
        return story.info.peer or story.info.url
