"""How does a person move over the whole run? The strip under the sequence, and beside it how far it has come."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from framescope.ui.lab.run_strip import RunStrip
from framescope.ui.lab.span import Span
from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look


class OverviewRow(QWidget):
    """The caption stands under the cards, the strip under the sequence."""

    all_asked = Signal()
    now_asked = Signal()

    def __init__(self, look: Look, span: Span, caption_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = PlainLabel(font=look.mono(11), tone="quiet", parent=self)
        self.all = _button(look, "All", "Show the whole run (F)", self)
        self.now = _button(look, "Now", "Where the run stands (End)", self)
        self.strip = RunStrip(look, span, self)
        caption = QWidget(self)
        caption.setFixedWidth(caption_width)
        inner = QHBoxLayout(caption)
        inner.setContentsMargins(14, 0, 8, 0)
        inner.setSpacing(2)
        inner.addWidget(self._text, 1)
        inner.addWidget(self.all)
        inner.addWidget(self.now)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(caption)
        row.addWidget(self.strip, 1)
        self.all.clicked.connect(self.all_asked)
        self.now.clicked.connect(self.now_asked)
        self.show_moment(0.0, 0.0)

    @property
    def text(self) -> str:
        """What the caption says."""
        return self._text.text()

    def show_working(self, moment: float) -> None:
        """Say that the run is on its way to a moment."""
        self._text.setText(f"to {moment:.1f} s …")
        self._text.set_tone("warn")

    def show_moment(self, now: float, reached: float) -> None:
        """Say which moment is shown, and how far the run has come."""
        is_back = now < reached
        self._text.setText(f"{now:.1f} of {reached:.1f} s" if is_back else f"0 – {reached:.1f} s")
        self._text.set_tone("warn" if is_back else "quiet")


def _button(look: Look, text: str, hint: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setProperty("kind", "small")
    button.setFont(look.words(11, 500))
    button.setAccessibleName(hint)
    tip(button, hint)
    return button
