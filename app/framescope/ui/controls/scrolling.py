"""How does a panel hold more than it has room for? It scrolls up and down, never sideways, and takes no focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


def scrolling(inner: QWidget, parent: QWidget) -> QScrollArea:
    """Return an area in which a widget is as wide as there is room, and as high as it needs."""
    area = QScrollArea(parent)
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what it holds is brought into view when the tab key gets there
    return area
