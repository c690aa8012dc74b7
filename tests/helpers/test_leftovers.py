"""Leftovers must see each kind of thing that a test can leave, and be content when it is gone."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from helpers.leftovers import Leftovers

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc here")


def test_a_thread_is_seen() -> None:
    before = Leftovers.now()
    release = threading.Event()
    thread = threading.Thread(target=release.wait, name="forgotten")
    thread.start()
    assert before.wait_until_gone(0.02) == "thread forgotten"
    release.set()
    assert not before.wait_until_gone()


@needs_proc
def test_a_child_process_and_its_pipe_are_seen() -> None:
    before = Leftovers.now()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        left = before.wait_until_gone(0.02)
        assert f"child process {child.pid}" in left
        assert "pipe:" in left
        child.communicate(b"\n")
    assert not before.wait_until_gone()


@needs_proc
def test_an_open_file_is_seen(tmp_path: Path) -> None:
    before = Leftovers.now()
    with (tmp_path / "open").open("w"):
        assert str(tmp_path / "open") in before.wait_until_gone(0.02)
    assert not before.wait_until_gone()


def test_a_window_is_seen(qapp: QApplication) -> None:
    before = Leftovers.now()
    window = QWidget()
    window.setWindowTitle("forgotten")
    assert before.wait_until_gone(0.02) == "window QWidget 'forgotten'"
    window.deleteLater()
    assert not before.wait_until_gone()
