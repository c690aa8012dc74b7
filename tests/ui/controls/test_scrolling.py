"""Does a panel with more than it has room for scroll up and down only?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from framescope.ui.controls.scrolling import scrolling


def test_it_scrolls_up_and_down_only(shown: Any) -> None:
    inner, whole = QWidget(), QWidget()
    inner.setMinimumSize(300, 500)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    area = scrolling(inner, whole)
    column.addWidget(area)
    whole.resize(200, 100)
    shown(whole)
    assert area.verticalScrollBar().maximum() >= 400 and not area.horizontalScrollBar().isVisible()
    assert area.focusPolicy() == Qt.FocusPolicy.NoFocus
