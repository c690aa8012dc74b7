"""Is an error that nobody handles logged once, privately, and does the program live on?"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer, Signal

from framescope import crash_log
from framescope.tasks import Tasks


class Broken(Exception):
    """What the tests raise."""


@pytest.fixture
def log(tmp_path: Path, logged_errors: list[logging.LogRecord], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install the log into a folder of its own, and take it out again."""
    monkeypatch.setattr(faulthandler, "enable", lambda _file: None)  # the test run has its own
    file = tmp_path / "state" / "log" / "framescope.log"
    root = logging.getLogger()
    before, hooks = list(root.handlers), (sys.excepthook, threading.excepthook)
    crash_log.install(file)
    yield file
    sys.excepthook, threading.excepthook = hooks
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
    logged_errors.clear()


def times_told(file: Path) -> int:
    return file.read_text(encoding="utf-8").count("Broken: on purpose")


def test_the_file_and_its_folder_are_private(log: Path) -> None:
    logging.getLogger("framescope").error("something")
    assert log.stat().st_mode & 0o777 == 0o600
    assert log.parent.stat().st_mode & 0o777 == 0o700


def test_it_rotates_and_stays_private(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for handler in logging.getLogger().handlers:
        if isinstance(handler, crash_log.PrivateLog):
            monkeypatch.setattr(handler, "maxBytes", 1000)
    for number in range(40):
        logging.getLogger("framescope").error("line %d %s", number, "x" * 100)
    files = sorted(log.parent.iterdir())
    assert [file.name for file in files] == ["framescope.log", "framescope.log.1"]
    assert all(file.stat().st_size <= 1000 and file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert "line 39" in log.read_text()


def test_an_old_file_becomes_private(tmp_path: Path) -> None:
    file = tmp_path / "old.log"
    file.write_text("before\n")
    file.chmod(0o644)
    handler = crash_log.PrivateLog(file)
    handler.close()
    assert file.stat().st_mode & 0o777 == 0o600 and file.read_text() == "before\n"


def test_an_exception_in_a_slot_is_logged_once_and_the_loop_lives(log: Path, run_in_qt_loop: Any) -> None:
    class Sender(QObject):
        asked = Signal()

    def fail() -> None:
        raise Broken("on purpose")

    async def work() -> str:
        sender = Sender()
        sender.asked.connect(fail)
        QTimer.singleShot(0, sender.asked.emit)
        await asyncio.sleep(0.02)
        return "alive"

    assert run_in_qt_loop(work()) == "alive"
    assert times_told(log) == 1


def test_an_exception_in_a_thread_is_logged_once(log: Path) -> None:
    def fail() -> None:
        raise Broken("on purpose")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert times_told(log) == 1


def test_an_exception_in_a_task_or_a_callback_is_logged_once(log: Path, run_in_each_loop: Any) -> None:
    async def fail() -> None:
        raise Broken("on purpose")

    def fail_at_once() -> None:
        raise Broken("on purpose")

    async def work() -> None:
        task = Tasks("test").start(fail(), "task")
        await asyncio.wait([task])
        asyncio.get_running_loop().call_soon(fail_at_once)
        await asyncio.sleep(0.02)

    run_in_each_loop(work())
    assert times_told(log) == 2


def test_ctrl_c_is_no_crash(log: Path) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert log.read_text() == ""


def test_without_a_writable_file_there_is_stderr(tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    crash_log.install(tmp_path / "file" / "framescope.log")
    logging.getLogger("framescope").error("still told")
    assert "still told" in capsys.readouterr().err
