"""How does text from anywhere reach the screen without being interpreted? Labels and tooltips that show plain text."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QWidget

from framescope.analysis.visible import visible

__all__ = ["PlainLabel", "tip", "tip_text", "visible"]

TIP_LIMIT = 1024  # RELIABILITY 6: a tooltip shows at most 1 KiB


class PlainLabel(QLabel):
    """A label that never reads its text as markup. `tone` is the style sheet's word for its colour."""

    def __init__(
        self, text: str = "", *, tone: str = "", font: QFont | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if tone:
            self.setProperty("tone", tone)
        if font is not None:
            self.setFont(font)
        self.setText(text)

    def set_tone(self, tone: str) -> None:
        """Change the colour by name and repaint."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


def tip(widget: QWidget, text: str) -> None:
    """Set a tooltip as plain text, cut at 1 KiB."""
    widget.setToolTip(tip_text(text))


def tip_text(text: str) -> str:
    """Escape a tooltip's text, so that Qt shows it as it stands."""
    cut = text if len(text) <= TIP_LIMIT else text[:TIP_LIMIT] + "…"
    return f"<p style='white-space: pre-wrap'>{html.escape(cut)}</p>" if cut else ""
