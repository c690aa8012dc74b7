"""Does the focus go from panel to panel, past those in which nothing takes it?"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from framescope.ui.panels import focus_next, takes_tab


def test_the_focus_goes_round(qtbot: Any, shown: Any) -> None:
    window, panels = QWidget(), [QWidget() for _ in range(3)]
    row = QHBoxLayout(window)
    for panel in panels:
        row.addWidget(panel)
        QVBoxLayout(panel)
    first, second, last = QPushButton(), QPushButton(), QLineEdit()
    second.setEnabled(False)
    for panel, widget in ((panels[2], last), (panels[0], second), (panels[0], first)):  # in another order than shown
        layout = panel.layout()
        assert layout is not None
        layout.addWidget(widget)
    shown(window)
    assert takes_tab(first) and not takes_tab(second)
    focused = []
    for _ in range(3):
        focus_next(panels)
        focused.append(window.focusWidget())
    assert focused == [first, last, first]
    first.setEnabled(False)
    last.hide()
    focus_next(panels)  # nothing to go to
