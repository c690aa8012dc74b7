"""Is nobody presumed dead whose pong lies unread? A driver on a real socket, with a clock that the test sets."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from framescope.engine.connection import Connection as Engine
from framescope.engine.events import FrameSent
from framescope.engine.frames import FIN, Opcode, serialise
from framescope.engine.handshake import ServerTerms
from framescope.engine.settings import Timeouts
from framescope.engine.state import State
from framescope.net import intake
from framescope.net.driver import Driver
from framescope.net.opener import open_server
from helpers.loops import in_loop, until
from helpers.raw_peers import RecordingTap
from helpers.turns import MASK, REQUEST

SECOND = 1_000_000_000


@dataclass
class SetClock:
    """Monotonic time as the test says."""

    now_ns: int = 0

    def monotonic_ns(self) -> int:
        return self.now_ns

    @property
    def realtime_ns(self) -> Callable[[], int]:
        return time.time_ns


class Bench:
    """A server's driver under the clock, and the raw client at its other end."""

    def __init__(self, driver: Driver, tap: RecordingTap, clock: SetClock, theirs: socket.socket) -> None:
        self.driver = driver
        self.tap = tap
        self.clock = clock
        self.theirs = theirs

    def at(self, seconds: float) -> State:
        """Let it be `seconds`, at which the loop's timer rings before it looks at the socket; return the state."""
        self.clock.now_ns = round(seconds * SECOND)
        self.driver._on_alarm()
        return self.driver.engine.state

    def send(self, opcode: int, payload: bytes = b"") -> None:
        self.theirs.sendall(serialise(FIN | opcode, payload, MASK))

    def pong(self) -> None:
        """Answer the latest ping."""
        self.send(Opcode.PONG, self.pings[-1])

    @property
    def pings(self) -> list[bytes]:
        return [event.frame.payload for event in self.tap.of(FrameSent) if event.frame.opcode == Opcode.PING]


@contextlib.asynccontextmanager
async def bench() -> Iterator[Bench]:  # type: ignore[misc]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    tap, clock = RecordingTap(), SetClock()
    engine = Engine(ServerTerms(deflate=None), now=0.0, timeouts=Timeouts())
    driver = Driver(engine, tap=tap, clock=clock)
    with theirs:
        await open_server(driver, ours)
        theirs.sendall(REQUEST)
        await until(lambda: engine.opening.request)
        driver.accept()
        theirs.recv(65536)
        try:
            yield Bench(driver, tap, clock, theirs)
        finally:
            driver.abort()


@in_loop
async def test_pong_that_came_while_the_loop_stood_still_counts() -> None:
    async with bench() as found:
        found.at(20)
        found.pong()
        assert found.at(45) is State.OPEN  # 5 s after the deadline: nobody had time to read
        assert found.driver.engine.latency == 25.0


@in_loop
async def test_pong_behind_much_data_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with bench() as found:
        found.at(20)
        found.driver.pause_reading(True)
        monkeypatch.setattr(intake, "TURN", 4096)
        found.driver.read_size = 1024
        pong = serialise(FIN | Opcode.PONG, found.pings[-1], MASK)
        found.theirs.sendall(serialise(FIN | Opcode.BINARY, bytes(10_000), MASK) + pong)  # more than one turn reads
        found.driver.pause_reading(False)
        assert found.at(45) is State.OPEN


@in_loop
async def test_data_without_a_pong_is_no_answer() -> None:
    async with bench() as found:
        found.at(20)
        found.send(Opcode.TEXT, b"no pong")
        assert found.at(39.9) is State.OPEN
        assert found.at(40) is State.CLOSING
        assert found.tap.sent.endswith(b"keepalive ping timeout")


@pytest.mark.parametrize(("has_room", "state"), [(True, State.OPEN), (False, State.CLOSING)])
@in_loop
async def test_pong_behind_a_full_queue_counts_while_there_is_room(has_room: bool, state: State) -> None:
    async with bench() as found:
        found.driver.pause_reading(True)
        found.driver.has_room = lambda: has_room
        found.send(Opcode.TEXT, b"not taken")
        found.at(20)
        found.pong()
        assert found.at(40) is state


@in_loop
async def test_nothing_is_read_past_a_full_queue_without_need() -> None:
    async with bench() as found:
        found.driver.pause_reading(True)
        found.driver.has_room = lambda: True
        found.send(Opcode.TEXT, b"not taken")
        found.at(19)
        assert not found.driver._ready.is_reading
        found.at(20)
        assert found.driver._ready.is_reading  # a pong is awaited
        found.pong()
        await until(lambda: not found.driver._ready.is_reading)
        assert found.driver.is_reading_paused


@in_loop
async def test_person_that_pauses_reading_gets_what_was_asked_for() -> None:
    """The lab's and the window's pause: no queue is behind it, and the pong stays unread."""
    async with bench() as found:
        found.driver.pause_reading(True)
        found.at(20)
        found.pong()
        assert found.at(40) is State.CLOSING
