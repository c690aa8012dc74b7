"""Does this PySide6 leave reference counts alone? 6.12.0 on Python 3.11 lost one to None at every void call."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtWidgets import QApplication, QWidget


def none_lost_by_void_calls(widget: QWidget, calls: int) -> int:
    """Return how many references to None `calls` void calls cost."""
    before = sys.getrefcount(None)
    for _ in range(calls):
        widget.update()
    return before - sys.getrefcount(None)


def test_void_calls_survive(qapp: QApplication) -> None:
    widget = QWidget()
    for _ in range(20):
        # In steps: a process that loses all its references to None aborts and says nothing.
        assert abs(none_lost_by_void_calls(widget, 1_000)) < 100


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal since Python 3.12")
def test_none_is_counted_on_this_python() -> None:
    held = [None] * 1_000
    before = sys.getrefcount(None)
    held.clear()
    assert sys.getrefcount(None) <= before - 900
