"""What does the real library say to a lesson? The program's own command, in a process of its own, read line by line."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from PySide6.QtCore import QEvent, QObject, QProcess, QProcessEnvironment, Signal
from PySide6.QtWidgets import QWidget

from framescope.lab.lesson import Lesson
from framescope.lab.scenario import Scenario
from framescope.lab.staging import GRACE, Comparison, is_installed, why_not

_SOURCE = str(Path(__file__).resolve().parent.parent.parent.parent)  # where the child finds this package
_WANTED = 8.0  # s that a lesson may take; faster than that distorts short timeouts
_FASTEST = 10.0


class _Line(msgspec.Struct):
    type: str = ""
    who: str = ""
    ours: str | None = None
    theirs: str | None = None


class RealLibrary(QObject):
    """Runs one lesson at a time, with the scenario that it is given. With its window it ends."""

    told = Signal(list, str)  #: the comparisons, and what went wrong
    running_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._ended: QProcess | None = None  # kept: a process must not be destroyed by its own signal
        self._folder: TemporaryDirectory[str] | None = None
        self._window: QWidget | None = None
        self.seconds = 0.0  #: that what runs takes in all

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        """The process that runs, which leads a group of its own; 0 for none."""
        return 0 if self._process is None else self._process.processId()

    def watch(self, window: QWidget) -> None:
        """End what runs when this window goes: nobody could see what it says."""
        if window is not self._window:
            self._window = window
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.stop()
        return super().eventFilter(watched, event)

    def start(self, lesson: Lesson) -> None:
        """Play this lesson, as it is."""
        self.stop()
        try:
            self._folder = TemporaryDirectory(prefix="framescope-")
            file = Path(self._folder.name) / f"{lesson.name}.json"
            file.write_bytes(msgspec.json.encode(lesson))
        except OSError as error:
            self.told.emit([], f"The lesson could not be written: {error.strerror or error}")
            return
        process = self._process = QProcess()
        environment = QProcessEnvironment.systemEnvironment()
        paths = [_SOURCE, environment.value("PYTHONPATH")]
        environment.insert("PYTHONPATH", os.pathsep.join(path for path in paths if path))
        environment.insert("TMPDIR", self._folder.name)  # a process that is killed cleans nothing up
        process.setProcessEnvironment(environment)
        if sys.platform != "win32":
            process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail)
        self.seconds = seconds_for(lesson.scenario)
        process.start(sys.executable, ["-m", "framescope", *arguments(str(file), lesson.scenario)])
        self.running_changed.emit(True)

    def stop(self) -> None:
        """Give up what runs, the two ends that it has started among it; nothing is told of it."""
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._finish)
            process.errorOccurred.disconnect(self._fail)
            if sys.platform != "win32" and process.processId():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.processId(), signal.SIGKILL)
            process.kill()
            process.waitForFinished(1000)
            self._ended = process
            self._clean_up()
            self.running_changed.emit(False)

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._tell([], f"The program could not be started: {self._process.errorString()}")

    def _finish(self) -> None:
        if self._process is None:
            return
        compared = compared_in(bytes(self._process.readAllStandardOutput().data()))
        trouble = ""
        if not compared:
            words = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
            trouble = words.removeprefix("framescope: ").split("\n")[-1] or "The real library said nothing."
        self._tell(compared, trouble)

    def _tell(self, compared: list[Comparison], trouble: str) -> None:
        self._ended, self._process = self._process, None
        self._clean_up()
        self.running_changed.emit(False)
        self.told.emit(compared, trouble)

    def _clean_up(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def arguments(file: str, scenario: Scenario) -> list[str]:
    """Return the command's arguments."""
    return ["lesson", "run", file, "--real", "--json", "--speed", f"{_speed(scenario):g}"]


def seconds_for(scenario: Scenario) -> float:
    """How long the real library plays it, in seconds of the clock."""
    return scenario.duration / _speed(scenario) + GRACE


def _speed(scenario: Scenario) -> float:
    """How many times as fast it is played: a long one goes faster."""
    return min(_FASTEST, max(1.0, scenario.duration / _WANTED))


def compared_in(output: bytes) -> list[Comparison]:
    """Read the comparisons among the command's lines."""
    found = []
    for text in output.splitlines():
        try:
            line = msgspec.json.decode(text, type=_Line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if line.type == "compared":
            found.append(Comparison(line.who, line.ours, line.theirs))
    return found


def refusal(scenario: Scenario) -> str:
    """Say why the real library cannot be asked; empty when it can."""
    return why_not(scenario) if is_installed() else "websockets is not installed"
