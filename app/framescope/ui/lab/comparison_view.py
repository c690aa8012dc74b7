"""Does the real library say the same? Both sentences of each end beside each other, and the verdict above them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from framescope.lab.staging import Comparison
from framescope.ui.plain import PlainLabel, visible
from framescope.ui.theme import Look

STILL_OPEN = "still open"


class ComparisonView(QWidget):
    """Two columns: what Framescope says, what `websockets` says."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._note = PlainLabel(tone="warn", font=look.words(11), parent=self)
        self._note.setWordWrap(True)
        self._labels: list[PlainLabel] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self._note)
        column.addLayout(self._grid)
        self.show_said([])

    def show_said(self, compared: Sequence[Comparison], note: str = "") -> None:
        """Show what was said, and what went wrong; nothing for nothing."""
        for label in self._labels:
            label.hide()
            label.deleteLater()
        self._labels = []
        if compared:
            self._add("Framescope", 0, 0, tone="caption")
            self._add("websockets", 0, 1, tone="caption")
        for place, each in enumerate(compared):
            verdict = f"{each.who.capitalize()}: {'the same' if each.is_same else 'differs'}"
            self._add(verdict, 2 * place + 1, 0, tone="acc" if each.is_same else "warn", weight=600)
            self._add(each.ours or STILL_OPEN, 2 * place + 2, 0)
            self._add(each.theirs or STILL_OPEN, 2 * place + 2, 1)
        self._note.setText(visible(note))
        self._note.setVisible(bool(note))
        self.setVisible(bool(compared or note))

    @property
    def text(self) -> str:
        """All that is said, line by line."""
        return "\n".join(label.text() for label in (*self._labels, self._note) if label.text())

    def _add(self, text: str, row: int, column: int, *, tone: str = "", weight: int = 400) -> None:
        label = PlainLabel(visible(text), tone=tone, font=self._look.words(11, weight), parent=self)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        span = 2 if weight > 400 else 1
        self._grid.addWidget(label, row, column, 1, span)
        self._labels.append(label)
