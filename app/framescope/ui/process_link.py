"""How does the window reach a probe in a process of its own? JSON lines over a child's pipes, by QProcess."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QProcess, QProcessEnvironment

from framescope.probe.link import LinkLostError, RefusedError, answer_in, encoder, ignore_loss
from framescope.probe.messages import Asked, Command, Done, Hello, Refused, Shutdown

_SOURCE = str(Path(__file__).resolve().parent.parent.parent)  # where the child finds this package
HELLO_LIMIT = 15.0  #: s that a probe may take to say who it is, on a machine that is busy
SHUTDOWN_LIMIT = 2.0  #: s that a probe may take to end in order

logger = logging.getLogger("framescope.link")


class ProcessLink:
    """One probe process. Answers are matched by number; the process's end fails what is unanswered."""

    def __init__(self, folder: Path) -> None:
        self.hello = Hello("", 0, str(folder))
        self.on_lost: Callable[[str], None] = ignore_loss
        self._folder = folder
        self._process = QProcess()
        self._pending: dict[int, asyncio.Future[Done]] = {}
        self._number = 0
        self._buffer = b""
        self._greeted: asyncio.Future[Hello] | None = None
        self._ended: asyncio.Future[None] | None = None
        self._is_closing = False

    async def start(self) -> None:
        """Start the probe and wait for its hello. Raises `LinkLostError` with what it printed."""
        loop = asyncio.get_running_loop()
        self._greeted = loop.create_future()
        self._ended = loop.create_future()
        process = self._process
        environment = QProcessEnvironment.systemEnvironment()
        paths = [_SOURCE, environment.value("PYTHONPATH")]
        environment.insert("PYTHONPATH", os.pathsep.join(path for path in paths if path))
        process.setProcessEnvironment(environment)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        if sys.platform != "win32":
            # A session of its own: Ctrl+C and Ctrl+Z in the terminal are for the window, which ends the probe in order.
            process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        process.start(sys.executable, ["-m", "framescope", "probe", str(self._folder)])
        try:
            self.hello = await asyncio.wait_for(self._greeted, HELLO_LIMIT)
        except TimeoutError as error:
            await self._kill()
            raise LinkLostError(f"the probe did not answer within {HELLO_LIMIT:g} s") from error
        except asyncio.CancelledError:
            await self._kill()  # nobody would own it
            raise

    async def ask(self, command: Command) -> Done:
        """Have a command carried out."""
        if self._process.state() != QProcess.ProcessState.Running:
            raise LinkLostError("the probe is not running")
        self._number = number = self._number + 1  # others may be asked for meanwhile
        answer: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        self._process.write(encoder.encode(Asked(number, command)) + b"\n")
        try:
            return await answer
        finally:
            self._pending.pop(number, None)

    async def close(self) -> None:
        """Ask the probe to end; close its stdin, and in the end kill it."""
        self._is_closing = True
        if self._ended is None or self._process.state() == QProcess.ProcessState.NotRunning:
            return
        self._process.write(encoder.encode(Asked(0, Shutdown())) + b"\n")
        self._process.closeWriteChannel()
        try:
            await asyncio.wait_for(asyncio.shield(self._ended), SHUTDOWN_LIMIT)
        except TimeoutError:
            await self._kill()

    def process_id(self) -> int:
        """The probe's pid, 0 when it is not running."""
        return int(self._process.processId())

    async def _kill(self) -> None:
        """End the probe at once."""
        self._is_closing = True
        self._process.kill()
        if self._ended is not None:
            await self._ended

    def _read(self) -> None:
        *lines, self._buffer = (self._buffer + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            answer = answer_in(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            logger.warning("the probe wrote %d B that are no answer", len(line))
            return
        if isinstance(answer, Hello):
            if self._greeted is not None and not self._greeted.done():
                self._greeted.set_result(answer)
            return
        waiting = self._pending.get(answer.number)
        if waiting is None or waiting.done():
            return
        if isinstance(answer, Refused):
            waiting.set_exception(RefusedError(answer.text))
        else:
            waiting.set_result(answer)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._lost(f"the probe could not be started: {self._process.errorString()}")

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        words = "was killed" if status == QProcess.ExitStatus.CrashExit else f"ended with exit code {code}"
        self._lost(f"the probe {words}")

    def _lost(self, reason: str) -> None:
        error = LinkLostError(reason)
        waiting: list[asyncio.Future[Done]] = list(self._pending.values())
        for future in waiting:
            if not future.done():
                future.set_exception(error)
        if self._greeted is not None and not self._greeted.done():
            self._greeted.set_exception(error)
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)
        if not self._is_closing:
            self.on_lost(reason)
