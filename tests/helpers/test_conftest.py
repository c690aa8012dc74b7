"""The rules that hold for every test must themselves be able to fail a test: small test files are run apart."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.source import PROJECT, TESTS

SILENT_FAILURE = """
import asyncio

def test_silent(run_in_loop):
    async def fail():
        raise ValueError("nobody looks")

    async def work():
        task = asyncio.ensure_future(fail())
        await asyncio.sleep(0.01)

    run_in_loop(work())
"""
LEFT_THREAD = """
import threading

def test_thread():
    threading.Thread(target=threading.Event().wait, args=(20,), name="forgotten", daemon=True).start()
"""
QT_WARNING = """
from PySide6.QtCore import qWarning

def test_warning(qapp):
    qWarning("odd")
"""
SLOW_CALLBACK = """
import asyncio

def test_slow(caplog):
    async def work():
        asyncio.get_running_loop().slow_callback_duration = 0.0
        await asyncio.sleep(0)

    asyncio.run(work(), debug=True)
    assert caplog.records == []
"""
LONG = """
import pytest

@pytest.mark.long
def test_long(): pass

def test_short(): pass
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs a test file with this project's settings and returns the words of the run."""
    shutil.copy(TESTS / "conftest.py", tmp_path)

    def run_file(text: str, *arguments: str) -> str:
        (tmp_path / "test_sample.py").write_text(text)
        settings = ["-c", str(PROJECT / "pyproject.toml"), "--rootdir", str(PROJECT), "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *settings, *arguments, str(tmp_path / "test_sample.py")]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    return run_file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SILENT_FAILURE, "Task exception was never retrieved"),
        (LEFT_THREAD, "left behind: thread forgotten"),
        (QT_WARNING, "QtWarningMsg: odd"),
        ("import warnings\ndef test_warn(): warnings.warn('old')", "UserWarning: old"),
        ("def test_open(tmp_path): open(tmp_path / 'x', 'w')", "ResourceWarning"),
    ],
    ids=["task", "thread", "qt", "warning", "file"],
)
def test_an_unclean_test_fails(run: Callable[..., str], text: str, words: str) -> None:
    said = run(text)
    assert words in said
    assert " failed" in said or " error" in said


def test_a_slow_callback_is_no_verdict(run: Callable[..., str]) -> None:
    assert "1 passed" in run(SLOW_CALLBACK)


def test_long_tests_wait_to_be_asked_for(run: Callable[..., str]) -> None:
    assert "1 passed, 1 deselected" in run(LONG)
    assert "2 passed" in run(LONG, "--long")
