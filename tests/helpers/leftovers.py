"""What does a test leave behind? Threads, child processes, file descriptors and windows, compared before and after."""

from __future__ import annotations

import gc
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

# Kernel objects that libraries keep for the process's life once something needed them (GLib's wake-ups, D-Bus's).
_OF_LIBRARIES = ("anon_inode:[eventfd]", "anon_inode:inotify")


@dataclass(frozen=True)
class Leftovers:
    """What the process holds at one moment."""

    threads: frozenset[threading.Thread]
    children: frozenset[int]
    descriptors: frozenset[tuple[int, str]]
    windows: frozenset[int]

    @classmethod
    def now(cls) -> Leftovers:
        """Look. Where the system has no /proc, children and descriptors are not looked at."""
        return cls(frozenset(threading.enumerate()), _children(), _descriptors(), frozenset(_windows()))

    def wait_until_gone(self, patience_s: float = 2.0) -> str:
        """Wait for what is new to go; say what stays. What ends by itself gets a moment, garbage is collected."""
        give_up = time.monotonic() + patience_s
        while (left := self._new()) and time.monotonic() < give_up:
            _delete_windows()
            gc.collect()
            time.sleep(0.01)
        return left

    def _new(self) -> str:
        now = Leftovers.now()
        windows = _windows()
        words = [f"thread {thread.name}" for thread in now.threads - self.threads if thread.is_alive()]
        words += [f"child process {pid}" for pid in now.children - self.children]
        words += [f"descriptor {number} ({target})" for number, target in now.descriptors - self.descriptors]
        words += [f"window {windows[key]}" for key in now.windows - self.windows if key in windows]
        return ", ".join(sorted(words))


def _children() -> frozenset[int]:
    pids: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        try:
            pids.update(map(int, task.read_text().split()))
        except OSError:
            continue  # that thread has just ended
    return frozenset(pids)


def _descriptors() -> frozenset[tuple[int, str]]:
    found = set()
    for entry in Path("/proc/self/fd").glob("*"):
        try:
            target = str(entry.readlink())
        except OSError:
            continue  # the listing's own descriptor
        if target not in _OF_LIBRARIES:
            found.add((int(entry.name), target))
    return frozenset(found)


def _windows() -> dict[int, str]:
    """Return the top-level widgets, by address. Qt keeps one tooltip label for itself."""
    if "PySide6.QtWidgets" not in sys.modules:
        return {}
    from PySide6.QtWidgets import QApplication
    from shiboken6 import Shiboken

    if QApplication.instance() is None:
        return {}
    return {
        Shiboken.getCppPointer(widget)[0]: f"{type(widget).__name__} {widget.windowTitle()!r}"
        for widget in QApplication.topLevelWidgets()
        if widget.metaObject().className() != "QTipLabel"
    }


def _delete_windows() -> None:
    """Carry out the deletions that wait for an event loop."""
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
