"""What is a button that names its key? An icon, words, and the key in a small frame at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from framescope.ui.controls.icon_button import IconButton
from framescope.ui.theme import Look

_PADDING = 5.0


class KeyButton(IconButton):
    """A button with its key drawn inside; `token` colours the key."""

    def __init__(self, look: Look, icon: str, text: str, key: str, *, parent: QWidget | None = None) -> None:
        self._key = key
        self._token = "fg1"
        super().__init__(look, icon, text, parent=parent)
        self.setProperty("has_key", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_key(self, key: str) -> None:
        """Name another key."""
        if key != self._key:
            self._key = key
            self.updateGeometry()
            self.update()

    def set_token(self, token: str) -> None:
        """Colour the key, the icon too."""
        if token != self._token:
            self._token = token
            self.setIcon(self._look.icon(self._icon_name, token))
            self.update()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + round(self._key_width()) + 4, hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._key_width()
        box = QRectF(self.width() - width - 7, self.height() / 2 - 8, width, 16)
        painter.setPen(self._look.color(self._token, 0.6))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setFont(self._look.mono(10, 500))
        painter.setPen(self._look.color(self._token))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.end()

    def _key_width(self) -> float:
        return QFontMetricsF(self._look.mono(10, 500)).horizontalAdvance(self._key) + 2 * _PADDING
