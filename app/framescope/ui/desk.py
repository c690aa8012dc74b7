"""Which connection is shown, and what does the person do to it? The desk joins window, operator and capture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject

from framescope.analysis.ending import end_sentence, is_good_end
from framescope.analysis.model import Story
from framescope.analysis.trace import Trace
from framescope.engine.state import State
from framescope.probe.messages import ConnectOptions
from framescope.ui import desk_words
from framescope.ui.knob_desk import KnobDesk
from framescope.ui.live import Live
from framescope.ui.main_window import MainWindow
from framescope.ui.operator import Operator

_SLOW_TICKS = 8  # status bar and detail: every eighth tick of 16 ms
_HINT_AFTER_NS = 20_000_000_000  # UI.md 7: the demo's one hint


class Desk(QObject):
    """Knows the connection that is shown. Everything it says to the person goes through the window."""

    def __init__(self, window: MainWindow, operator: Operator, live: Live) -> None:
        super().__init__(window)
        self._window = window
        self._operator = operator
        self._live = live
        self.knobs = KnobDesk(window.knobs, window.code, window.toast, self._running_story)
        self._options: ConnectOptions | None = None  #: of the latest connection, for Reconnect
        self._current: int | None = None
        self._shown: Trace | None = None
        self._has_told_end = False
        self._hint_at: int | None = None
        self._ticks = 0
        self._connect_signals()

    def connect_to(self, url: str) -> None:
        """Connect to an address as if it had been typed."""
        self._window.bar.set_address(url)
        self._window.bar.ask_connect()

    def start_demo(self) -> None:
        """Start the demo feed and connect to it."""
        self._window.first_start.set_busy(True)
        self._hint_at = self._live.now_ns() + _HINT_AFTER_NS
        self._operator.start_demo(replace(ConnectOptions(url=""), **self.knobs.values))

    @property
    def trace(self) -> Trace | None:
        """The connection that is shown."""
        return self._shown

    def open_connection(self, options: ConnectOptions) -> None:
        """Begin a connection with the knobs as they stand."""
        self._hint_at = None
        self._window.bar.set_busy(True)
        self.knobs.connected()
        self._operator.connect_to(replace(options, **self.knobs.values))

    def reconnect(self) -> None:
        """Begin the latest connection once more, with the knobs as they stand now."""
        if self._options is not None and not self._is_running():
            self.open_connection(self._options)

    def close_connection(self, code: int = 1000, reason: str = "") -> None:
        """Start the closing handshake, or give up connecting."""
        if self._current is not None:
            self._operator.close_connection(self._current, code, reason)

    def select(self, row: int) -> None:
        """One selection in timeline, table and detail."""
        window = self._window
        window.timeline.select_row(row)
        window.table.select_row(row)
        if self._shown is not None:
            window.show_detail()
            window.detail.show_row(self._shown, row)

    def choose_connection(self, number: int) -> None:
        """Show another connection of the capture."""
        self._current = number
        self._show_current()

    def send_ping(self) -> None:
        """Send a ping on the connection that is shown."""
        self._on_current(lambda number: self._operator.ping(number, None))

    def _connect_signals(self) -> None:
        window, operator = self._window, self._operator
        window.bar.connect_asked.connect(self.open_connection)
        window.bar.close_asked.connect(self.close_connection)
        window.address_pasted.connect(window.bar.address.begin)
        window.first_start.demo_asked.connect(self.start_demo)
        window.first_start.address_asked.connect(window.bar.focus_address)
        self.knobs.turned.connect(self._turn)
        window.timeline.row_selected.connect(self.select)
        window.table.row_selected.connect(self.select)
        window.detail.step_asked.connect(self._step)
        window.head.connection_chosen.connect(self.choose_connection)
        window.composer.send_asked.connect(lambda code, data: self._on_current(lambda n: operator.send(n, code, data)))
        window.composer.ping_asked.connect(lambda data: self._on_current(lambda n: operator.ping(n, data)))
        window.composer.close_asked.connect(self.close_connection)
        window.composer.reconnect_asked.connect(self.reconnect)
        window.banner.reconnect_asked.connect(self.reconnect)
        operator.started.connect(self._probe_started)
        operator.connecting.connect(self._connecting)
        operator.refused.connect(self._refused)
        operator.lost.connect(self._probe_lost)
        self._live.ticked.connect(self._tick)

    def _is_running(self) -> bool:
        """Tell whether the connection shown can still be asked for something."""
        is_new = self._current is not None and self._shown is None
        return is_new or (self._shown is not None and self._shown.story.ended is None and self._live.is_alive)

    def _running_story(self) -> Story | None:
        return self._shown.story if self._shown is not None and self._is_running() else None

    def _turn(self, name: str, value: float | None) -> None:
        self._on_current(lambda number: self._operator.turn(number, name, value))

    def _on_current(self, act: Callable[[int], None]) -> None:
        if self._current is not None and self._is_running():
            act(self._current)

    def _step(self, direction: int) -> None:
        row = self._window.table.selected_row
        if self._shown is not None and row is not None and 0 <= row + direction < len(self._shown.rows):
            self.select(row + direction)

    def _probe_started(self, folder: str) -> None:
        self._live.open(Path(folder))
        self._shown = None

    def _connecting(self, number: int, options: ConnectOptions) -> None:
        self._window.bar.set_busy(False)
        self._window.first_start.set_busy(False)
        self._options = options
        self._window.bar.set_address(options.url)
        self._current = number
        self._show_current()

    def _refused(self, text: str) -> None:
        self._window.bar.set_busy(False)
        self._window.first_start.set_busy(False)
        self._window.toast.show_text(text)

    def _probe_lost(self, reason: str) -> None:
        """The probe died: everything that was captured stays on screen and on disk."""
        self._live.tick()
        self._live.stop_clock()
        self._window.bar.set_busy(False)
        self._window.bar.show_state(State.CLOSED, 0.0, None, True)
        self._window.composer.show_closed()
        headline, sentence = desk_words.probe_lost(reason)
        self._window.banner.show_end(headline, sentence, "Reconnect starts a new probe and a new recording.")

    def _show_current(self) -> None:
        """Bring the current connection into every view, as soon as its first record was read."""
        window = self._window
        trace = self._live.trace(self._current)
        self._shown = trace
        self._has_told_end = False
        window.banner.hide()
        window.show_connection()
        window.timeline.show_trace(trace)
        window.table.show_trace(trace)
        window.detail.show_row(trace, None)
        window.composer.set_open(False)

    def _tick(self, changed: set[int], now_ns: int) -> None:
        self._ticks += 1
        if self._shown is None and self._live.trace(self._current) is not None:
            self._show_current()
        trace, window = self._shown, self._window
        is_slow_tick = self._ticks % _SLOW_TICKS == 0
        if is_slow_tick:
            story = None if trace is None else trace.story
            recording = desk_words.recording(self._live.book, self._current)
            window.status.show_story(story, now_ns, self._live.lag_ns, recording)
        if trace is None or not self._live.is_alive:
            return
        window.timeline.advance(now_ns)
        window.knobs.show_story(trace.story, now_ns)
        if self._ticks % 2 == 0:
            window.table.refresh(now_ns)
        if is_slow_tick or trace.story.ended is not None:
            self._show_state(trace, now_ns)
        if is_slow_tick:
            window.detail.refresh()
            window.head.show_count(trace)
            if self._live.book is not None:
                window.head.show_connections(self._live.book.traces, self._current)
            self._give_hint(now_ns)

    def _show_state(self, trace: Trace, now_ns: int) -> None:
        story, window = trace.story, self._window
        ended = story.ended
        code = None if ended is None else ended.info.code
        is_error = ended is not None and not is_good_end(ended.info)
        window.bar.show_state(story.state, desk_words.elapsed(story, now_ns), code, is_error)
        window.bar.set_summary(desk_words.summary(story))
        if ended is None:
            window.composer.set_open(story.state is State.OPEN)
        elif not self._has_told_end:
            self._has_told_end = True
            window.composer.show_closed()
            headline, sentence = end_sentence(story)
            window.banner.show_end(headline, sentence, ended.info.advice, is_error)

    def _give_hint(self, now_ns: int) -> None:
        if self._hint_at is not None and now_ns >= self._hint_at:
            self._hint_at = None
            if self.knobs.values["ping_timeout"] == 20.0 and self._is_running():
                self._window.toast.show_text(desk_words.DEMO_HINT)
