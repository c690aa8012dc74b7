"""How do an engine's bytes reach the network? As far as there is room in its kernel."""

from __future__ import annotations

from framescope.engine.connection import Connection
from framescope.engine.path import Path
from framescope.lab.message_watch import MessageWatch
from framescope.lab.reporter import Reporter

CHUNK = 64 * 1024  #: B offered to the path at a time


class Outgoing:
    """What one end writes."""

    def __init__(self, engine: Connection, path: Path, reporter: Reporter, *, to_server: bool) -> None:
        self._engine = engine
        self._path = path
        self._reporter = reporter
        self._to_server = to_server
        self._lane = path.lanes[to_server]
        self._chunk = b""
        self.is_blocked = False  #: bytes wait for room
        self._watch = MessageWatch()

    def write(self, now: float) -> None:
        """Write until nothing waits, or there is no room."""
        engine = self._engine
        while engine.outbox.size:
            chunk = self._chunk or engine.take(CHUNK, now)
            taken = chunk[: self._lane.room]
            self._chunk = chunk[len(taken) :]
            self._path.write(self._to_server, taken, now, counts=self._watch.sees(taken))
            if self._reporter.is_recorded:
                self._reporter.tap.bytes_seen(taken, round(now * 1e9), 0, sent=True)
            engine.written(len(taken), now)
            if self._chunk:
                break
        self.is_blocked = bool(self._chunk)
