"""Which keys are there? The list behind F1, drawn from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from framescope.ui.actions import ACTIONS
from framescope.ui.controls.key_cap import KeyCap
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


class KeysList(QDialog):
    """A window with every key. It is opened, never executed: the event loop goes on."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 16, 24, 20)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        half = (len(ACTIONS) + 1) // 2
        for place, action in enumerate(ACTIONS):
            row, column = place % half, place // half * 2
            grid.addWidget(KeyCap(look, action.shown, self), row, column, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(PlainLabel(action.text, tone="quiet", font=look.words(12), parent=self), row, column + 1)
