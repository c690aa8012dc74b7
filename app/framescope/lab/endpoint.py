"""How does an engine run in the lab? As on a socket: bytes to and from the modelled path, deadlines, and an end."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from framescope.engine import events
from framescope.engine.connection import Connection
from framescope.engine.events import Event, Part
from framescope.engine.frames import CONTINUATION, Opcode
from framescope.engine.lifecycle import Transport
from framescope.engine.opening import plain_response
from framescope.engine.path import Path
from framescope.engine.state import OPEN, State
from framescope.lab.application import NEVER, Application
from framescope.lab.outgoing import Outgoing
from framescope.lab.reporter import Reporter
from framescope.lab.scenario import End

LINGER = 1.0  #: s that a server waits for the peer's end once it has said everything
_KEEP = Transport.KEEP  # Python 3.11 takes 0.25 us to look a member of an enumeration up
_TURNS = (events.Requested, events.Opened, events.StateChanged)


class Endpoint:
    """One end: an engine, its application, and its process, which can stand still or be killed."""

    def __init__(
        self,
        settings: End,
        engine: Connection,
        path: Path,
        *,
        is_server: bool,
        reporter: Reporter,
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.is_server = is_server
        self.application = Application(settings, self)
        self.is_frozen = False
        self.is_gone = False  #: the process was killed, or the connection has ended
        self.due = NEVER  #: when this end has something to do by itself
        self.reporter = reporter
        self._path = path
        self._now = 0.0
        self.outgoing = Outgoing(engine, path, reporter, to_server=not is_server)
        self._tick_due = self._application_due = self._linger_until = NEVER
        self._has_finished = self._has_eof = False
        self._is_paused = False

    def begin(self, now: float) -> None:
        """TCP stands."""
        self.reporter.began(now)
        self.act(now, lambda: self.engine.connected(now))
        if not self.is_server:
            self.reporter.handshake_sent(self._path.lanes[True].queued, now)

    def arrive(self, data: bytes, now: float) -> None:
        """Bytes are read."""
        if self.is_gone:
            return
        if self.reporter.is_recorded:
            self.reporter.tap.bytes_seen(data, round(now * 1e9), 0, sent=False)
        self._now = now
        self.engine.receive_data(data, now)
        self._react(now)

    def finish(self, now: float) -> None:
        """The end of the stream is read."""
        if self.is_gone:
            return
        self._has_eof = True
        self.act(now, lambda: self.engine.receive_eof(now))

    def reset(self, now: float, *, is_timeout: bool) -> None:
        """The socket reports a reset, or that TCP has given up."""
        if self.is_gone:
            return
        number = errno.ETIMEDOUT if is_timeout else errno.ECONNRESET
        error = OSError(number, os.strerror(number))
        self.reporter.tap.lost(str(error), round(now * 1e9))
        self._drop(now, error=error)

    def step(self, now: float) -> None:
        """Do what is due, and write what there is room for."""
        if self.is_frozen or self.is_gone:
            return
        self._now = now
        if now >= self._tick_due:
            self.engine.tick(now)
        if now >= self._application_due:
            self.application.step(now)
        self._react(now)

    def act(self, now: float, act: Callable[[], object]) -> None:
        """Let something happen to the engine, with all that follows."""
        self._now = now
        act()
        self._react(now)

    def freeze(self, is_frozen: bool, now: float) -> None:
        """Stop the process, or let it go on: what came meanwhile lies in the kernel."""
        self.is_frozen = is_frozen
        self.reporter.note(now, "frozen" if is_frozen else "thawed")
        self._follow_reading(now)
        self._plan()

    def kill(self, now: float) -> None:
        """Kill the process: its kernel closes the socket, in order or, with bytes unread, by a reset."""
        lane = self._path.lanes[self.is_server]
        if lane.unread:
            self._path.abort(not self.is_server, now)
        else:
            self._path.finish(not self.is_server, now)
        self._path.close(self.is_server)
        self.is_gone = True
        self._plan()
        self.reporter.note(now, "killed")

    def half_close(self, now: float) -> None:
        """End the direction to the peer without a Close frame."""
        self._path.finish(not self.is_server, now)
        self.reporter.note(now, "half closed")

    def send(self, opcode: Opcode, payload: bytes, fragments: int = 1) -> None:
        """Send a message, in so many frames."""
        if self.engine.state is not OPEN:
            return
        if fragments == 1:
            self.engine.send(opcode, payload)
            return
        size = -(-len(payload) // fragments) or 1
        pieces = [payload[start : start + size] for start in range(0, len(payload), size)] or [b""]
        for number, piece in enumerate(pieces, 1):
            self.engine.send(opcode if number == 1 else CONTINUATION, piece, ends=number == len(pieces))

    def pause_reading(self, is_paused: bool) -> None:
        """The application cannot take more, or can again."""
        self._is_paused = is_paused
        self.reporter.note(self._now, "reading paused" if is_paused else "reading resumed")
        self._follow_reading(self._now)

    def give_up(self, kind: str, text: str) -> None:
        """The application waited in vain."""
        self.reporter.note(self._now, kind, text)

    def close(self, code: int, reason: str) -> None:
        """The application closes the connection."""
        self.engine.close(code, reason, self._now)

    @property
    def is_reading_paused(self) -> bool:
        """Tell whether the socket is left unread; what a failed connection still receives is read all the same."""
        return self._is_paused and not (self.engine.closure.has_failed or self.engine.transport is not Transport.KEEP)

    def _follow_reading(self, now: float) -> None:
        is_deaf = self.is_frozen or self.is_reading_paused
        self._path.read_at(self.is_server, 0.0 if is_deaf else None, now)

    def _react(self, now: float) -> None:
        if self.is_gone:
            return
        engine = self.engine
        while True:
            if engine.outbox.size:
                self.outgoing.write(now)
            told = engine.events()
            if not told:
                break
            self._tell(told, now)
        if self._is_paused:
            self._follow_reading(now)
        if engine.transport is not _KEEP:
            self._obey(now)
        self._plan()
        if self.reporter.is_recorded:
            self._measure(now)

    def _plan(self) -> None:
        if self.is_frozen or self.is_gone:
            self.due = NEVER
            return
        deadline = self.engine.next_deadline()
        self._tick_due = NEVER if deadline is None else deadline
        self._application_due = self.application.next_due()
        self.due = min(self._tick_due, self._application_due, self._linger_until)

    def _measure(self, now: float) -> None:
        if self.is_gone or self.is_frozen:
            return
        buffered, queued = self.engine.outbox.size, self.application.queued
        again = self.reporter.measure(buffered, queued, now, is_paused=self.is_reading_paused)
        self.due = min(self.due, again)

    def _tell(self, told: list[Event], now: float) -> None:
        for event in told:
            if isinstance(event, Part):
                self.application.part(event, now)
            elif isinstance(event, _TURNS):
                self._turn(event, now)
        self.reporter.report(told, now)

    def _turn(self, event: Event, now: float) -> None:
        """Follow what happens once in a connection's life."""
        match event:
            case events.Requested():
                self._answer(now)
            case events.Opened():
                self.application.open(now)
            case events.StateChanged(new=new) if new is not OPEN:
                self.application.end()
            case _:
                pass

    def _answer(self, now: float) -> None:
        answer = self.settings.answer
        if answer == "accept":
            self.engine.accept(now)
        elif answer != "silence":
            response = plain_response(int(answer), "not here\n")
            self.engine.reject(response, PermissionError("refused"), now)

    def _obey(self, now: float) -> None:
        """Do what the engine asks of the stream."""
        transport = self.engine.transport
        if transport is Transport.ABORT:
            self._drop(now, is_abort=True)
        elif (not self.is_server and self.engine.state is State.CLOSED) or self._has_lingered(now):
            self._drop(now)
        elif not self.engine.outbox.size:
            if not self._has_finished:
                self._has_finished = True
                self._path.finish(not self.is_server, now)
            if transport is Transport.CLOSE:
                if self._has_eof:
                    self._drop(now)
                elif self._linger_until == NEVER:
                    self._linger_until = now + LINGER

    def _has_lingered(self, now: float) -> bool:
        return now >= self._linger_until

    def _drop(self, now: float, *, is_abort: bool = False, error: OSError | None = None) -> None:
        if self.is_gone:
            return
        if is_abort:
            self._path.abort(not self.is_server, now)
        elif not self._has_finished and error is None:
            self._path.finish(not self.is_server, now)
        self._path.close(self.is_server)
        self.engine.connection_lost(now, is_reset=error is not None, error=error)
        self._tell(self.engine.events(), now)
        self.is_gone = True
