"""How does an engine run on a socket? Reads, writes, deadlines and the end of the byte stream, on the running loop."""

from __future__ import annotations

import asyncio
import contextlib

from framescope.engine.connection import Connection
from framescope.engine.lifecycle import Role, Transport
from framescope.engine.state import State
from framescope.net.alarm import Alarm
from framescope.net.backlog import Backlog
from framescope.net.clock import SYSTEM_CLOCK, Clock
from framescope.net.intake import TURN, Intake
from framescope.net.streams import Stream
from framescope.net.tap import Tap
from framescope.net.watched import Listener

CHUNK = 64 * 1024  #: B taken from the engine at a time: what a control frame waits for at most
#: Seconds that a server waits for the peer's end once it has said everything: closing at once would reset
#: the connection and take what is under way with it.
LINGER = 1.0
LAST_TURNS = 4  #: turns that are read before a peer is presumed dead: its pong may have come while we were held up
_KEEP = Transport.KEEP  # Python 3.11 takes 0.25 us to look a member of an enumeration up
_LONGEST_WIND_UP = 10.0  # seconds for a refusal to be written under close_timeout None


class Pump(Intake):
    """Moves bytes between one engine and one stream. `Driver` adds what its owner can ask."""

    def __init__(
        self,
        engine: Connection,
        *,
        listener: Listener | None = None,
        tap: Tap | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        super().__init__(engine, listener=listener, tap=tap, clock=clock)
        loop = asyncio.get_running_loop()
        self._alarm = Alarm(loop, clock, self._on_alarm)
        self._chunk, self._accepted = b"", 0  # what the stream has of ours, and B of it that the kernel took
        self._give_up: float | None = None  # when winding up ends, come what may
        self._backlog = Backlog()
        self._is_abandoned = False
        self._has_finished = False

    @property
    def stream(self) -> Stream | None:
        """The byte stream, from when it is ready until it is closed."""
        return self._stream

    def begin(self) -> None:
        """The deadlines run from now on, before there is a stream."""
        self._react(self.clock.monotonic_ns())

    def attach(self, stream: Stream) -> None:
        """The byte stream is ready: the opening handshake begins on it, and the socket is ours."""
        self._stream = stream
        stream.has_stamps = self._is_recorded
        with contextlib.suppress(OSError):  # a reset may have come first
            self.local_address, self.remote_address = stream.sock.getsockname(), stream.sock.getpeername()
        self.phases.began("upgrade")
        now_ns = self.clock.monotonic_ns()
        self.engine.connected(now_ns / 1e9)
        self._react(now_ns)

    def _on_readable(self) -> None:
        self._is_busy = True
        try:
            self._read()
        finally:
            self._is_busy = False
        self._react(self.clock.monotonic_ns())

    def _on_writable(self) -> None:
        if self._stream is not None:
            self._ready.watch_room(self._stream.sock, is_wanted=False)
        self._react(self.clock.monotonic_ns())

    def _write(self, now_ns: int) -> None:
        """Write what waits until the kernel is full."""
        stream = self._stream
        if stream is None:
            return
        if self._ready.is_blocked:
            self.engine.written(0, now_ns / 1e9)
            return
        for _ in range(TURN // CHUNK):
            if not self._flush(stream, now_ns):
                return
            now_ns = self.clock.monotonic_ns()
        self._ready.watch_room(stream.sock, is_wanted=True)  # the others' turn

    def _flush(self, stream: Stream, now_ns: int) -> bool:
        """Hand the stream one chunk; False when nothing is left or the kernel is full."""
        try:
            if not stream.is_pending:
                self._chunk, self._accepted = self.engine.take(CHUNK, now_ns / 1e9), 0
                if not self._chunk:
                    return False
                stream.put(self._chunk)
            count = stream.flush()
        except OSError as error:
            self._broken(self._drain(stream) or error)
            return False
        if count:
            if self._is_recorded:
                self.tap.bytes_seen(self._chunk[self._accepted : self._accepted + count], now_ns, 0, sent=True)
            self._accepted += count
        elif stream.has_moved:  # a part of a TLS record
            self.engine.keepalive.progressed(now_ns / 1e9)
        self.engine.written(count, now_ns / 1e9)
        self._tell(now_ns)
        if count:
            self.on_written()
        if not stream.is_pending:
            # What took the whole chunk may take more, but mostly that was all.
            return len(self._chunk) == CHUNK or self.engine.outbox.size > 0
        self.engine.written(0, now_ns / 1e9)
        self._ready.watch_room(stream.sock, is_wanted=True)
        return False

    def _on_alarm(self) -> None:
        now_ns = self.clock.monotonic_ns()
        self._follow_backlog(now_ns)
        if self.engine.keepalive.is_expired(now_ns / 1e9):
            self._read_turns(LAST_TURNS)
            if self._stream is not None and self.engine.keepalive.is_expired(now_ns / 1e9):
                self._see_way(self._stream.sock, now_ns)
        self.engine.tick(now_ns / 1e9)
        self._react(now_ns)

    def _follow_backlog(self, now_ns: int) -> None:
        """See whether the peer's end takes what stands before a ping in the kernel."""
        stream, now = self._stream, now_ns / 1e9
        if stream is not None and self._backlog.has_moved(stream.sock, self.engine.keepalive.awaited, now):
            self.engine.moved(now)
            self._tell(now_ns)

    def _react(self, now_ns: int) -> None:
        """Write, tell, and do what the engine asks of the stream, until nothing more follows."""
        if self._is_busy:
            return
        self._is_busy = True
        try:
            while True:
                if self.engine.outbox.size or (self._stream is not None and self._stream.is_pending):
                    self._write(now_ns)
                if not self._tell(now_ns):
                    break
                now_ns = self.clock.monotonic_ns()
            if self._backlog.next is not None or self.engine.keepalive.in_flight:
                self._follow_backlog(now_ns)
            is_calm = self.engine.transport is _KEEP and self._give_up is None and not self._is_abandoned
            if not is_calm:
                self._obey(now_ns)
        finally:
            self._is_busy = False
        if self._may_read() is not self._ready.is_reading:
            self._follow_reading()
        if self._is_recorded:
            self._set_alarm(now_ns)
            self.tap.flush()
        elif is_calm and self._backlog.next is None:
            self._alarm.set(self.engine.next_deadline())
        else:
            self._set_alarm(now_ns)

    def _set_alarm(self, now_ns: int) -> None:
        gauge_ns = self._see_gauges(now_ns, is_paused=self._is_paused)
        if self.ended.done():
            self._alarm.set(None)
            return
        earliest = self.engine.next_deadline()
        for due in (self._give_up, self._backlog.next, None if gauge_ns is None else gauge_ns / 1e9):
            if due is not None and (earliest is None or due < earliest):
                earliest = due
        self._alarm.set(earliest)

    def _obey(self, now_ns: int) -> None:
        """Do what the engine asks of the stream."""
        transport, stream = self.engine.transport, self._stream
        if self.ended.done():
            return
        if self._is_abandoned or transport is Transport.ABORT:
            self._drop(now_ns, is_abort=True)
        elif self._give_up is not None and now_ns / 1e9 >= self._give_up:
            self._drop(now_ns, is_abort=not self._has_finished)
        elif transport is _KEEP:
            return
        elif stream is None or (self.engine.role is Role.CLIENT and self.engine.state is State.CLOSED):
            self._drop(now_ns)  # a refused client has nothing left to say
        elif self.engine.outbox.size == 0 and self._finish(stream):
            if transport is Transport.CLOSE:
                self._linger(now_ns)
        elif self.engine.state is State.CLOSED and self._give_up is None:
            # Nothing of the engine's limits how long a refusal may take to be written.
            self._give_up = now_ns / 1e9 + (self.engine.timeouts.close_timeout or _LONGEST_WIND_UP)

    def _finish(self, stream: Stream) -> bool:
        """End our half of the stream; False while that has to wait for room."""
        if not self._has_finished:
            try:
                self._has_finished = stream.finish()
            except OSError:
                self._has_finished = True  # reading says what became of the stream
            self._ready.watch_room(stream.sock, is_wanted=not self._has_finished)
            if self._has_finished:
                self.on_eof(True)
        return self._has_finished

    def _linger(self, now_ns: int) -> None:
        if self._has_eof:
            self._drop(now_ns)
            return
        patience = now_ns / 1e9 + LINGER
        self._give_up = patience if self._give_up is None else min(self._give_up, patience)

    def _broken(self, error: OSError) -> None:
        now_ns = self.clock.monotonic_ns()
        self.error = error
        self.tap.lost(str(error), now_ns)
        self._drop(now_ns, is_reset=True)

    def _drop(self, now_ns: int, *, is_abort: bool = False, is_reset: bool = False) -> None:
        """The stream is over: close it, let the engine say the last word, leave nothing on the loop."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._ready.stop(stream.sock)
            stream.close(is_abort=is_abort)
        self.engine.connection_lost(now_ns / 1e9, is_reset=is_reset, error=self.error)
        self._tell(now_ns)
        if not self.ended.done():
            self.ended.set_result(None)
