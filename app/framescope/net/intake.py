"""How does what has come reach the engine? As much as may be read now, and no more than a turn at once."""

from __future__ import annotations

import asyncio
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable

from framescope.engine.connection import Connection
from framescope.engine.lifecycle import Transport
from framescope.net.clock import SYSTEM_CLOCK, Clock, place_stamp
from framescope.net.readiness import Readiness
from framescope.net.streams import READ_SIZE, Stream
from framescope.net.tap import Tap
from framescope.net.watched import Listener, Watched

TURN = 1024 * 1024  #: B that one connection reads or writes before the others have their turn
_KEEP = Transport.KEEP  # Python 3.11 takes 0.25 us to look a member of an enumeration up


class Intake(Watched, ABC):
    """Reads one stream for one engine. `Pump` adds writing, the deadlines and the end."""

    def __init__(
        self,
        engine: Connection,
        *,
        listener: Listener | None = None,
        tap: Tap | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        super().__init__(engine, listener=listener, tap=tap, clock=clock)
        #: B per read. What one read brings may exceed a full queue: who has one reads in small pieces.
        self.read_size = READ_SIZE
        #: While a pong is awaited: may reading go on though it is paused?
        self.has_room: Callable[[], bool] = lambda: False
        self._ready = Readiness(asyncio.get_running_loop(), self._on_readable, self._on_writable)
        self._stream: Stream | None = None
        self._last_read_ns = 0
        self._is_busy = False  # inside one of our callbacks: what is asked now is done at its end
        self._is_paused = False
        self._has_eof = False

    @abstractmethod
    def _on_readable(self) -> None:
        """The loop has something to read."""

    @abstractmethod
    def _on_writable(self) -> None:
        """The kernel has room again."""

    @abstractmethod
    def _broken(self, error: OSError) -> None:
        """The stream broke."""

    def _may_read(self) -> bool:
        if self._has_eof:
            return False
        if not self._is_paused:
            return True
        engine = self.engine
        # What comes after a failure changes nothing and fills no queue, and the end has to be seen.
        if engine.closure.has_failed or engine.transport is not _KEEP:
            return True
        # The pong stands behind what the application has not taken: a peer that lives is not to be
        # presumed dead for that. (websockets reads no further, and closes with 1011.)
        return bool(engine.keepalive.in_flight) and self.has_room()

    def _follow_reading(self) -> None:
        stream = self._stream
        if stream is None or self._may_read() is self._ready.is_reading:
            return
        self._ready.watch_input(stream.sock, is_wanted=self._may_read())
        if self._ready.is_reading and stream.has_hidden:
            self._ready.read_soon()

    def _read_turns(self, count: int) -> None:
        """Read `count` turns at most, and no more than there is."""
        self._is_busy = True
        try:
            for _ in range(count):
                self._read()
                if self._stream is None or not self._stream.has_more:
                    break
        finally:
            self._is_busy = False

    def _read(self) -> None:
        stream = self._stream
        for _ in range(TURN // self.read_size):
            if stream is None or not self._may_read():
                return
            try:
                data = stream.read(self.read_size)
            except OSError as error:
                self._broken(error)
                return
            if data is None:
                return
            self._received(stream, data)
            if not stream.has_more:
                return
        if stream is not None and stream.has_hidden:
            self._ready.read_soon()

    def _received(self, stream: Stream, data: bytes) -> None:
        now_ns = self.clock.monotonic_ns()
        if data:
            if self._is_recorded:
                kernel_ns = place_stamp(stream.stamp_ns, now_ns, self.clock.realtime_ns(), self._last_read_ns)
                self.tap.bytes_seen(data, now_ns, kernel_ns, sent=False)
            self._last_read_ns = now_ns
            self.engine.receive_data(data, now_ns / 1e9)
        else:
            self._has_eof = True
            self.on_eof(False)
            if stream.is_truncated and not self.engine.closure.is_complete:
                self.tap.lost("the TLS stream ended without close_notify", now_ns)
            self.engine.receive_eof(now_ns / 1e9)
        self._tell(now_ns)

    def _drain(self, stream: Stream) -> ssl.SSLError | None:
        """Read what the peer had sent before it broke the stream: its Close may be there, or TLS's word on why."""
        try:
            while not self._has_eof and (data := stream.read()):
                self._received(stream, data)
        except OSError as error:
            return error if isinstance(error, ssl.SSLError) else None
        return None
