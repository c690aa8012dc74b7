"""How does a drop-down look? A combo box with our own arrow, since QSS can only show one from a file."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

from framescope.ui.theme import Look

_ARROW = 12  #: px
_MARGIN = 7


class Choice(QComboBox):
    """One of a few. The arrow is tinted like the text."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        token = "fg1" if self.isEnabled() else "fg3"
        left, top = self.width() - _ARROW - _MARGIN, (self.height() - _ARROW) // 2
        painter.drawPixmap(left, top, self._look.pixmap("chev", token, _ARROW))
        painter.end()
