"""How is the window tested without a network? Its operator's commands are noted, and a test writes the capture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from framescope.capture.details import EndInfo, HandshakeInfo
from framescope.capture.writer import CaptureWriter
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.probe.messages import ConnectOptions
from framescope.tasks import Tasks
from framescope.ui.desk import Desk
from framescope.ui.key_commands import KeyCommands
from framescope.ui.keys_list import KeysList
from framescope.ui.live import Live
from framescope.ui.main_window import MainWindow
from framescope.ui.operator import Operator
from framescope.ui.theme import Look
from helpers.captures import INFO, Player, Side, StillClock, frame_bytes

SECOND = 1_000_000_000
CLEAN = EndInfo("ConnectionClosedOK", "received 1000 (OK); then sent 1000 (OK)", 1000, "", "close_frames", True)
BROKEN = EndInfo("ConnectionClosedError", "no close frame received or sent", 1006, "", "fin", True)


class NotedOperator(Operator):
    """Notes what is asked; the test answers by the operator's own signals."""

    def __init__(self) -> None:
        super().__init__(_no_link, Tasks("test"))
        self.asked: list[tuple[Any, ...]] = []

    def connect_to(self, options: ConnectOptions) -> None:
        self.asked.append(("connect", options))

    def start_demo(self, options: ConnectOptions) -> None:
        self.asked.append(("demo", options))

    def send(self, number: int, opcode: int, payload: bytes) -> None:
        self.asked.append(("send", number, opcode, payload))

    def ping(self, number: int, payload: bytes | None) -> None:
        self.asked.append(("ping", number, payload))

    def close_connection(self, number: int, code: int, reason: str) -> None:
        self.asked.append(("close", number, code, reason))

    def turn(self, number: int, name: str, value: float | None) -> None:
        self.asked.append(("turn", number, name, value))

    def taken(self) -> list[tuple[Any, ...]]:
        """What was asked since the last call."""
        asked, self.asked = self.asked, []
        return asked


async def _no_link() -> Any:
    raise AssertionError("no probe is started here")


class WindowBench:
    """A window whose capture and clock are the test's. `tick` is one slow tick of the paint timer."""

    def __init__(self, look: Look, folder: Path) -> None:
        self.clock = StillClock()
        self.folder = folder
        self.window = MainWindow(look)
        self.operator = NotedOperator()
        self.live = Live(self.window, monotonic_ns=lambda: self.clock.ns)
        self.desk = Desk(self.window, self.operator, self.live)
        self.keys_list = KeysList(look, self.window)
        self.commands = KeyCommands(self.window, self.desk, self.keys_list)
        self.writer: CaptureWriter | None = None
        self.start_probe()

    def start_probe(self) -> None:
        """A probe starts and records into a new capture."""
        self.close()
        folder = self.folder / f"capture {self.clock.ns}"
        self.clock.advance(0.001)
        self.writer = CaptureWriter(folder, clock=self.clock.clock)
        self.operator.started.emit(str(folder))
        self.live._timer.stop()  # time passes when a test says so

    def close(self) -> None:
        self.live.close()
        if self.writer is not None:
            self.writer.close()

    @property
    def capture(self) -> CaptureWriter:
        assert self.writer is not None
        return self.writer

    def begin(self, url: str = "ws://127.0.0.1:9001/feed", **knobs: float | None) -> int:
        """The probe answers a connect: the connection has a number, and its first record comes."""
        number = self.capture.open_connection(INFO, self.clock.ns)
        self.operator.connecting.emit(number, ConnectOptions(url=url, **knobs))
        return number

    def open(self, **knobs: float | None) -> int:
        """A connection that is OPEN and shown."""
        number = self.begin(**knobs)
        self.capture.handshake(number, HandshakeInfo("", [], 101, "", []), self.clock.ns)
        self.capture.state(number, State.OPEN, self.clock.ns)
        self.tick()
        return number

    def frame(self, number: int, payload: bytes, *, opcode: int = Opcode.TEXT) -> None:
        """A frame comes."""
        side = Side(b"", [frame_bytes(payload, first=0x80 | opcode)])
        player = Player(self.capture, number, False, side)
        player.read(len(side.stream), self.clock.ns)

    def end(self, number: int, info: EndInfo = CLEAN) -> None:
        """The connection ends."""
        self.capture.ended(number, info, self.clock.ns)
        self.capture.state(number, State.CLOSED, self.clock.ns)
        self.tick()

    def tick(self, seconds: float = 0.2) -> None:
        """Let time pass, and the window see what was recorded."""
        self.clock.advance(seconds)
        self.capture.flush()
        for _ in range(8):  # the slow things come every eighth time
            self.live.tick()


def bench_for(look: Look, folder: Path, qtbot: Any) -> Iterator[WindowBench]:
    """Make a window that is shown and active; clean up after the test."""
    bench = WindowBench(look, folder)
    bench.window.show()
    bench.window.activateWindow()
    qtbot.waitUntil(bench.window.isActiveWindow)
    yield bench
    bench.close()
    bench.window.finish()
    bench.window.deleteLater()
