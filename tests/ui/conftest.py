"""What do tests of widgets share? The look, and a widget that is on the screen and active."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from framescope.ui.theme import Look

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
