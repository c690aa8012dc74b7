"""What does the person do, and to which connection? The desk joins bar, knobs and composer to the operator.

They act on the connection that was begun last; an older one can be shown meanwhile (`Showing`), not acted on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject

from framescope.analysis.ending import end_sentence, is_good_end
from framescope.analysis.model import Story
from framescope.analysis.trace import Trace
from framescope.engine.settings import KNOB_NAMES
from framescope.engine.state import State
from framescope.probe.messages import ConnectOptions
from framescope.ui import desk_words
from framescope.ui.knobs.desk import KnobDesk
from framescope.ui.live import Live
from framescope.ui.main_window import MainWindow
from framescope.ui.operator import Operator
from framescope.ui.plain import visible
from framescope.ui.showing import Showing

_SLOW_TICKS = 8  # status bar and detail: every eighth tick of 16 ms
_HINT_AFTER_NS = 20_000_000_000  # UI.md 7: the demo's one hint


class Desk(QObject):
    """Knows the connection that runs. Everything it says to the person goes through the window."""

    def __init__(self, window: MainWindow, operator: Operator, live: Live) -> None:
        super().__init__(window)
        self._window = window
        self._operator = operator
        self._live = live
        self._showing = Showing(window, live)
        self.knobs = KnobDesk(window.knobs, window.code, window.toast, self._running_story)
        self._latest: int | None = None  #: the connection that was begun last
        self._options: dict[int, ConnectOptions] = {}  #: of the connections in this capture, for Reconnect
        self._last_options: ConnectOptions | None = None
        self._is_asking = False  #: a connection was asked for, and its number has not come yet
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
        if self._may_connect:
            self._hint_at = self._live.now_ns() + _HINT_AFTER_NS
            self._set_asking(True)
            self._operator.start_demo(self._with_knobs(ConnectOptions(url="")))

    @property
    def trace(self) -> Trace | None:
        """The connection that is shown."""
        return self._showing.trace

    def open_connection(self, options: ConnectOptions) -> None:
        """Begin a connection with the knobs as they stand, unless one runs."""
        if self._may_connect:
            self._hint_at = None
            self._set_asking(True)
            self._operator.connect_to(self._with_knobs(options))

    def reconnect(self) -> None:
        """Begin the connection that is shown once more: the knobs as they stand now, the certificate checked."""
        options = self._shown_options
        if options is not None:
            self.open_connection(replace(options, is_verified=True))

    def try_knob(self, name: str, value: float | None) -> None:
        """Turn a knob as a diagnosis proposes: of the connection that runs, or else connect once more with it."""
        self._window.knobs.knobs[name].turn_to(value)
        self.reconnect()

    def close_connection(self, code: int = 1000, reason: str = "") -> None:
        """Start the closing handshake, or give up connecting."""
        self._on_running(lambda number: self._operator.close_connection(number, code, reason))

    def select(self, row: int) -> None:
        """One selection in timeline, table and detail."""
        self._showing.select(row)

    def send_ping(self, payload: bytes | None = None) -> None:
        """Send a ping on the connection that runs."""
        self._on_running(lambda number: self._operator.ping(number, payload))

    def _connect_signals(self) -> None:
        window, operator = self._window, self._operator
        window.bar.connect_asked.connect(self.open_connection)
        window.bar.close_asked.connect(self.close_connection)
        window.address_pasted.connect(window.bar.address.begin)
        window.first_start.demo_asked.connect(self.start_demo)
        window.first_start.address_asked.connect(window.bar.focus_address)
        self.knobs.turned.connect(self._turn)
        window.composer.send_asked.connect(self._send)
        window.composer.ping_asked.connect(self.send_ping)
        window.composer.close_asked.connect(self.close_connection)
        window.composer.reconnect_asked.connect(self.reconnect)
        window.banner.reconnect_asked.connect(self.reconnect)
        window.detail.knob_asked.connect(self.try_knob)
        operator.started.connect(self._probe_started)
        operator.connecting.connect(self._connecting)
        operator.refused.connect(self._refused)
        operator.lost.connect(self._probe_lost)
        self._live.ticked.connect(self._tick)

    @property
    def _running(self) -> Trace | None:
        """The trace of the connection begun last, once its first record has been read."""
        return self._live.trace(self._latest)

    @property
    def _is_running(self) -> bool:
        """Tell whether the connection begun last can still be asked for something."""
        trace = self._running
        return self._latest is not None and self._live.is_alive and (trace is None or trace.story.ended is None)

    @property
    def _shown_options(self) -> ConnectOptions | None:
        """With what the connection that is shown was begun, and can be begun once more."""
        return self._options.get(self._showing.number or 0, self._last_options)

    @property
    def _may_connect(self) -> bool:
        return not self._is_asking and not self._is_running

    def _say_effect(self) -> None:
        """Say beside the buttons of a diagnosis what they do now: that changes with what runs."""
        options = self._shown_options
        url = "" if options is None else options.url
        latest = self._latest if self._is_running else None
        trace = self._running
        state = State.CONNECTING if trace is None else trace.story.state
        effect = desk_words.try_effect(latest, state, url, is_asking=self._is_asking)
        self._window.detail.show_effect(effect)

    def _running_story(self) -> Story | None:
        if not self._is_running or self._latest is None:
            return None
        trace = self._running
        return Story(self._latest, self._live.now_ns()) if trace is None else trace.story

    def _with_knobs(self, options: ConnectOptions) -> ConnectOptions:
        return replace(options, **self.knobs.values)

    def _on_running(self, act: Callable[[int], None]) -> None:
        if self._latest is not None and self._is_running:
            act(self._latest)

    def _turn(self, name: str, value: float | None) -> None:
        self._on_running(lambda number: self._operator.turn(number, name, value))

    def _send(self, opcode: int, payload: bytes) -> None:
        self._on_running(lambda number: self._operator.send(number, opcode, payload))

    def _set_asking(self, is_asking: bool) -> None:
        self._is_asking = is_asking
        self._window.bar.set_busy(is_asking)
        self._window.first_start.set_busy(is_asking)
        self._window.banner.reconnect.setEnabled(self._may_connect)

    def _probe_started(self, folder: str) -> None:
        self._live.open(Path(folder))
        self._latest = None
        self._options.clear()
        self._showing.show_connection(None)

    def _connecting(self, number: int, options: ConnectOptions) -> None:
        window = self._window
        self._latest = number
        self._has_told_end = False
        self._options[number] = self._last_options = options
        window.bar.set_address(options.url)
        window.bar.show_state(State.CONNECTING)
        self._set_asking(False)
        window.composer.set_open(False)
        window.show_connection()
        self._showing.show_connection(number)
        self.knobs.connected({name: getattr(options, name) for name in KNOB_NAMES})

    def _refused(self, text: str) -> None:
        self._set_asking(False)
        self._window.toast.show_text(text, is_fault=True)

    def _probe_lost(self, reason: str) -> None:
        """The probe died: everything that was captured stays on screen and on disk."""
        window = self._window
        self._live.tick()  # what it wrote to the end
        self._showing.refresh(self._live.now_ns())
        has_cut = self._is_running
        self._live.stop_clock()
        self._set_asking(False)
        headline, sentence = desk_words.probe_lost(reason)
        if not has_cut:
            window.toast.show_text(f"{headline}. {sentence}")
            return
        if self._showing.number != self._latest:
            self._showing.show_connection(self._latest)
        window.bar.show_state(State.CLOSED, 0.0, None, True)
        window.composer.show_closed()
        window.knobs.show_story(None, self._live.now_ns())
        window.banner.show_end(headline, sentence, "Reconnect starts a new probe and a new recording.")
        self._say_effect()

    def _tick(self, _changed: set[int], now_ns: int) -> None:
        self._ticks += 1
        is_slow = self._ticks % _SLOW_TICKS == 0
        if not self._live.is_alive:
            return
        self._showing.refresh(now_ns, is_even=self._ticks % 2 == 0, is_slow=is_slow)
        if is_slow:
            self._say_effect()
        trace = self._running
        if trace is None:
            return
        self._window.knobs.show_story(trace.story, now_ns)
        if is_slow or (trace.story.ended is not None and not self._has_told_end):
            self._show_state(trace.story, now_ns)
            self._give_hint(now_ns)

    def _show_state(self, story: Story, now_ns: int) -> None:
        window, ended = self._window, story.ended
        code = None if ended is None else ended.info.code
        is_error = ended is not None and not is_good_end(ended.info)
        # Its last record may come a tick later: until then Connect would do nothing.
        is_ending = story.state is State.CLOSED and ended is None
        state = State.CLOSING if is_ending else story.state
        window.bar.show_state(state, desk_words.elapsed(story, now_ns), code, is_error)
        window.bar.set_summary(desk_words.summary(story), desk_words.is_unchecked(story))
        window.banner.reconnect.setEnabled(self._may_connect)
        if ended is None:
            window.composer.set_open(story.state is State.OPEN)
        elif not self._has_told_end:
            self._has_told_end = True
            window.composer.show_closed()
            if self._showing.number != story.number:
                text = f"Connection {story.number}: {visible(end_sentence(story)[0])}"
                window.toast.show_text(text, "Show", lambda: self._showing.show_connection(story.number))

    def _give_hint(self, now_ns: int) -> None:
        if self._hint_at is not None and now_ns >= self._hint_at:
            self._hint_at = None
            if self.knobs.values["ping_timeout"] == 20.0 and self._is_running:
                self._window.toast.show_text(desk_words.DEMO_HINT)
