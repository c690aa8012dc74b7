"""Is the line one pixel wide, can seven be grabbed, and does a double click go back?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from framescope.ui.controls.splitter import Splitter
from helpers.mouse import double_click, drag

ORIENTATIONS = [Qt.Orientation.Horizontal, Qt.Orientation.Vertical]


def make(orientation: Qt.Orientation, shown: Any) -> Splitter:
    splitter = Splitter(orientation, [100, 200])
    for _ in range(2):
        splitter.addWidget(QWidget())
    splitter.resize(301, 301)
    splitter.reset()
    shown(splitter)
    assert splitter.sizes() == [100, 200]
    return splitter


def at(splitter: Splitter, along: int) -> QPoint:
    """A point so many pixels along the splitter's direction."""
    return QPoint(along, 150) if splitter.orientation() == Qt.Orientation.Horizontal else QPoint(150, along)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_seven_pixels_can_be_grabbed(orientation: Qt.Orientation, shown: Any) -> None:
    splitter = make(orientation, shown)
    handle = splitter.handle(1)
    grabbed = [along for along in range(90, 112) if splitter.childAt(at(splitter, along)) is handle]
    assert grabbed == list(range(97, 104))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_one_pixel_is_drawn(orientation: Qt.Orientation, shown: Any, qapp: QApplication) -> None:
    splitter = make(orientation, shown)
    splitter.setStyleSheet("QWidget { background: #000000 } QSplitter::handle { background: #ff0000 }")
    image = splitter.grab().toImage()
    red = [along for along in range(301) if image.pixelColor(at(splitter, along)) == QColor("#ff0000")]
    assert red == [100]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_drag_moves_it_and_a_double_click_resets_it(orientation: Qt.Orientation, shown: Any) -> None:
    splitter = make(orientation, shown)
    handle = splitter.handle(1)
    end = (53.0, 3.0) if orientation == Qt.Orientation.Horizontal else (3.0, 53.0)
    drag(handle, (3.0, 3.0), end)
    assert splitter.sizes()[0] > 120
    double_click(handle, 3, 3)
    assert splitter.sizes() == [100, 200]
