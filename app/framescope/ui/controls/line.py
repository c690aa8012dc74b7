"""How are two parts of the window told apart? A line one pixel wide."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame


def thin_line(*, is_upright: bool = False) -> QFrame:
    """Return a line to lay between two widgets."""
    line = QFrame()
    line.setProperty("kind", "line")
    line.setFixedWidth(1) if is_upright else line.setFixedHeight(1)
    return line
