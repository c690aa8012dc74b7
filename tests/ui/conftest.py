"""What do tests of widgets share? The look, and a widget that is on the screen and active."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from framescope.ui.theme import Look
from helpers.window_bench import WindowBench, bench_for

Shown = Callable[[QWidget], Any]


@pytest.fixture
def look(qapp: object) -> Look:
    """The dark theme."""
    return Look("dark")


@pytest.fixture
def shown(qtbot: Any) -> Shown:
    """Show a widget in an active window, so that keys and focus reach it."""

    def show(widget: QWidget) -> QWidget:
        qtbot.addWidget(widget)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return show


@pytest.fixture
def bench(look: Look, tmp_path: Path, qtbot: Any) -> Iterator[WindowBench]:
    """The window, with its commands noted and its capture written by the test."""
    yield from bench_for(look, tmp_path, qtbot)
