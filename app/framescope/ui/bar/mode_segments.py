"""Which of the program's modes is shown? A segment group; it holds the modes that exist, and no others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from framescope.ui.theme import Look


class ModeSegments(QWidget):
    """Checkable segments in one frame. `modes` are (icon, word)."""

    chosen = Signal(str)  #: a mode's word

    def __init__(self, look: Look, modes: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._icons: dict[QPushButton, str] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for icon, word in modes:
            segment = QPushButton(word, self)
            segment.setProperty("kind", "segment")
            segment.setCheckable(True)
            segment.setFont(look.words(12, 500))
            segment.setIconSize(QSize(16, 16))
            self._icons[segment] = icon
            self._group.addButton(segment)
            row.addWidget(segment)
        next(iter(self._icons)).setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group.buttonClicked.connect(lambda button: self.chosen.emit(button.text()))
        self._group.buttonToggled.connect(lambda *_: self._tint())
        look.changed.connect(self._tint)
        self._tint()

    def choose(self, word: str) -> None:
        """Show another mode as the chosen one."""
        for segment in self._icons:
            if segment.text() == word:
                segment.setChecked(True)

    def _tint(self) -> None:
        for segment, icon in self._icons.items():
            segment.setIcon(self._look.icon(icon, "acc" if segment.isChecked() else "fg1"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.color("line"), 1))
        painter.setBrush(self._look.color("bg0"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
