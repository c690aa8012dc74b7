"""How is what an endpoint reports put into a line for a person? In the words of the library, with times of the run."""

from __future__ import annotations

from collections.abc import Callable

from framescope.engine import events
from framescope.engine.close import Close, close_in
from framescope.engine.events import Change, Event, FrameSent, Which
from framescope.engine.frames import CLOSE, FIN, PING, Frame
from framescope.engine.path import Cut, CutOff, PathEvent, Reset, Swallowed
from framescope.engine.settings import Timeouts, format_duration
from framescope.lab.notebook import Notebook

_PLAIN = {
    "frozen": "The process stands still",
    "thawed": "The process goes on",
    "killed": "The process is killed; its kernel closes the socket",
    "half closed": "FIN sent, without a Close frame",
    "reading paused": "More messages wait than max_queue allows: reading pauses",
    "reading resumed": "Reading goes on",
    "reset": "Something resets the connection, both ways",
    "black hole": "Black hole: every packet is swallowed",
    "black hole over": "Packets pass again",
}
_WARNINGS = ("frozen", "killed", "half closed", "reading paused", "recv timeout", "reset", "black hole")
_NAMES = ("client", "server")
_CUTS = {Cut.FIN: "FIN", Cut.RESET: "RST", Cut.SILENT: "in silence"}


class Narrator:
    """Writes a run's notebook. `start`: the engine's time at which the run began, in seconds."""

    def __init__(self, notebook: Notebook, start: float) -> None:
        self.notebook = notebook
        self._add = notebook.add
        self._start = start
        self._timeouts: dict[bool, Timeouts] = {}
        self._waits: dict[bool, float | None] = {}  # each end's ping_timeout when it sent its last keepalive ping
        self._has_failed = {False: False, True: False}  # what comes later reaches no application
        self._begun_in, self._begun_out = [0, 0], [0, 0]  # B of each end's message that is not complete

    def elapsed(self, now: float) -> float:
        """The run's own time, in seconds, to the microsecond."""
        return round(now - self._start, 6)

    def knobs(self, is_server: bool, timeouts: Timeouts) -> None:
        """Know an end's knobs, as they stand."""
        self._timeouts[is_server] = timeouts

    def note(self, now: float, is_server: bool | None, kind: str, text: str = "") -> None:
        """Write a line by an end, or by the network (None)."""
        who = "network" if is_server is None else _NAMES[is_server]
        tone = "warn" if kind in _WARNINGS else "err" if kind == "heartbeat lost" else ""
        self.notebook.add(self.elapsed(now), who, kind, text or _PLAIN[kind], tone)

    def path_event(self, event: PathEvent, now: float) -> None:
        """Write what the network did."""
        add, time = self.notebook.add, self.elapsed(now)
        match event:
            case Swallowed(at_server, _, length, is_lost):
                way = f"{length} B to the {_NAMES[at_server]}"
                if is_lost:
                    add(time, "network", "lost", f"{way} lost; TCP repeats them", "warn")
                else:
                    add(time, "network", "swallowed", f"{way} swallowed", "err")
            case CutOff(is_idle, cut):
                why = "idle for too long" if is_idle else "it is too old"
                add(time, "network", "cut", f"The middlebox cuts the connection ({_CUTS[cut]}): {why}", "err")
            case Reset(at_server, is_timeout):
                text = "TCP gives up: nothing was acknowledged" if is_timeout else "RST received"
                add(time, _NAMES[at_server], "reset", text, "err")
            case _:
                pass  # arrivals and ends are told by the endpoints

    def event(self, event: Event, time: float, is_server: bool) -> None:
        """Write what an endpoint reports at this time of the run."""
        tell = _TELLERS.get(type(event))
        if tell is not None:
            tell(self, event, time, is_server)

    def _frame(self, frame: Frame, time: float, is_server: bool) -> None:
        opcode = frame.first & 0x0F
        if opcode < CLOSE:
            begun = self._begun_in
            if not frame.first & FIN:
                begun[is_server] += frame.length
            elif not self._has_failed[is_server]:
                self._add(time, _NAMES[is_server], "message received", begun[is_server] + frame.length)
                begun[is_server] = 0
        elif opcode == PING:
            self._add(time, _NAMES[is_server], "ping received", "Ping received")
        elif opcode == CLOSE:
            self._add(time, _NAMES[is_server], "close received", f"Close {_close(frame)} received")

    def _late_frame(self, event: events.LateFrame, time: float, is_server: bool) -> None:
        self._has_failed[is_server] = True
        self._frame(event.frame, time, is_server)

    def _sent(self, event: FrameSent, time: float, is_server: bool) -> None:
        frame = event.frame
        opcode = frame.first & 0x0F
        if opcode < CLOSE:
            begun = self._begun_out
            if not frame.first & FIN:
                begun[is_server] += frame.length
            else:
                self._add(time, _NAMES[is_server], "message sent", begun[is_server] + frame.length)
                begun[is_server] = 0
        elif opcode == PING:
            if event.keepalive:
                self._waits[is_server] = self._timeouts[is_server].ping_timeout
            text = "Keepalive ping sent" if event.keepalive else "Ping sent"
            self._add(time, _NAMES[is_server], "ping sent", text)
        elif opcode == CLOSE:
            self._add(time, _NAMES[is_server], "close sent", f"Close {_close(frame)} sent")

    def _ponged(self, event: events.Ponged, time: float, is_server: bool) -> None:
        kind, tone = ("pong too late", "err") if event.late else ("pong received", "")
        self._add(time, _NAMES[is_server], kind, event.latency, tone)

    def _deadline(self, event: events.DeadlineChanged, time: float, is_server: bool) -> None:
        if event.change is not Change.MISSED:
            return
        match event.which:
            case Which.PONG:
                text = f"{format_duration(self._waits[is_server])} s without pong"
                self._add(time, _NAMES[is_server], "pong deadline", text, "warn")
            case Which.CLOSE:
                text = f"{format_duration(self._timeouts[is_server].close_timeout)} s without Close: TCP dropped"
                self._add(time, _NAMES[is_server], "close deadline", text, "warn")
            case _:
                pass  # a ping that is due is sent; a missed opening is told by what it raises

    def _opened(self, event: events.Opened, time: float, is_server: bool) -> None:
        extensions = f", {event.extensions}" if event.extensions else ""
        self._add(time, _NAMES[is_server], "opened", f"OPEN{extensions}")

    def _refused(self, event: events.HandshakeFailed, time: float, is_server: bool) -> None:
        # What it raises is told when it has ended.
        self._add(time, _NAMES[is_server], "refused", "The opening handshake failed", "err")

    def _knob(self, event: events.KnobTurned, time: float, is_server: bool) -> None:
        text = f"{event.name} {format_duration(event.old)} → {format_duration(event.new)}"
        self._add(time, _NAMES[is_server], "knob", text)

    def _violation(self, event: events.ViolationSeen, time: float, is_server: bool) -> None:
        whose = "sent on purpose" if event.sent else "received"
        self._has_failed[is_server] |= not event.sent
        text = f"{event.violation.rule} ({event.violation.section}), {whose}"
        self._add(time, _NAMES[is_server], "violation", text, "err")

    def _ended(self, event: events.Ended, time: float, is_server: bool) -> None:
        name = event.exception_name
        tone = "" if name == "ConnectionClosedOK" else "err"
        self._add(time, _NAMES[is_server], "raised", f"{name}: {event.sentence}", tone)


#: A dictionary, for a run of an hour has 80,000 events and a `match` takes longest for the commonest.
_TELLERS: dict[type, Callable[..., None]] = {
    Frame: Narrator._frame,
    events.LateFrame: Narrator._late_frame,
    FrameSent: Narrator._sent,
    events.Ponged: Narrator._ponged,
    events.DeadlineChanged: Narrator._deadline,
    events.Opened: Narrator._opened,
    events.HandshakeFailed: Narrator._refused,
    events.KnobTurned: Narrator._knob,
    events.ViolationSeen: Narrator._violation,
    events.Ended: Narrator._ended,
}


def _close(frame: Frame) -> str:
    close = close_in(frame.payload, 0)
    return str(close.code) if isinstance(close, Close) else "without a code"
