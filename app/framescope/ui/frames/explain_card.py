"""Says in plain words what this frame is and why, with the sections of the standards that say so."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look

LINES = 5  #: the most that a card says


class ExplainCard(QWidget):
    """A card with an accent at its left edge."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._bulb = PlainLabel(parent=self)
        self._title = PlainLabel("Explain", tone="heading", font=look.words(12, 600), parent=self)
        self._sections = PlainLabel(tone="link", font=look.words(12), parent=self)
        self._text = PlainLabel(tone="quiet", font=look.words(12), parent=self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._bulb)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._sections)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 12, 10)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._text)
        look.changed.connect(self._tint)
        self._tint()

    def show_lines(self, lines: list[str], sections: list[str]) -> None:
        """Show at most five sentences and the sections they rest on, e.g. "RFC 6455 5.2"."""
        self._text.setText(" ".join(lines[:LINES]))
        self._sections.setText("  ".join(short_section(section) for section in sections))
        tip(self._sections, "\n".join(sections))
        self.setVisible(bool(lines))

    @property
    def text(self) -> str:
        return self._text.text()

    @property
    def sections(self) -> str:
        return self._sections.text()

    def _tint(self) -> None:
        self._bulb.setPixmap(self._look.pixmap("bulb", "acc"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(self._look.color("line"))
        painter.setBrush(self._look.color("bg2"))
        painter.drawRoundedRect(area, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("acc"))
        painter.setClipRect(QRectF(0, 0, 3, self.height()))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.end()


def short_section(reference: str) -> str:
    """Shorten "RFC 6455 5.2" to "§5.2"; another standard keeps its name."""
    standard, _, section = reference.replace("§", "").rpartition(" ")
    return f"§{section}" if standard in ("", "RFC 6455") else f"{standard} §{section}"
