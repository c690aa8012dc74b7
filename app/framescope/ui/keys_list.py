"""Which keys are there? The list behind F1, drawn from the tables of keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from framescope.ui.actions import ACTIONS, LAB_KEYS
from framescope.ui.controls.key_cap import KeyCap
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


class KeysList(QDialog):
    """A window with every key. It is opened, never executed: the event loop goes on."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setWindowTitle("Keys")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(20, 16, 24, 20)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        half = (len(ACTIONS) + 1) // 2
        pairs = [(action.shown, action.text) for action in ACTIONS]
        for column, title, keys in (
            (0, "A connection", pairs[:half]),
            (2, "", pairs[half:]),
            (4, "The lab", [(key.shown, key.text) for key in LAB_KEYS]),
        ):
            self._add_column(column, title, keys)

    def _add_column(self, column: int, title: str, keys: list[tuple[str, str]]) -> None:
        look, grid = self._look, self._grid
        if title:
            grid.addWidget(PlainLabel(title, font=look.words(12, 600), parent=self), 0, column, 1, 2)
        for row, (shown, text) in enumerate(keys, 1):
            grid.addWidget(KeyCap(look, shown, self), row, column, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(PlainLabel(text, tone="quiet", font=look.words(12), parent=self), row, column + 1)
