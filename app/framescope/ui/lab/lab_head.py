"""What stands in the top bar in the lab? The open lesson's name, and the button that keeps the run as a capture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


class LabHead(QWidget):
    """Emits what is asked; shows which lesson is open."""

    save_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = PlainLabel(tone="caption", font=look.words(12), parent=self)
        self._title = ElidedLabel(tone="heading", font=look.words(13, 500), parent=self)
        self.save = IconButton(look, "save", "Save as capture", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._number)
        row.addWidget(self._title, 1)
        row.addWidget(self.save)
        self.save.clicked.connect(self.save_asked)

    def show_lesson(self, number: int | None, title: str) -> None:
        """Name the open lesson; None for the free experiment."""
        self._number.setText("" if number is None else f"Lesson {number}")
        self._number.setVisible(number is not None)
        self._title.set_whole(title)
