"""What does the library raise, and what does that mean? The exception verbatim and a plain sentence, in red."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from framescope.ui.diagnosis.section import MARGIN, together, wrapped
from framescope.ui.plain import PlainLabel, visible
from framescope.ui.theme import Look

_LONGEST = 600  #: characters: a reason has at most 123 bytes, an HTTP status line is cut


class HeadlineCard(QWidget):
    """A band in the tint of errors at the top of the diagnosis."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = PlainLabel()
        self.headline = wrapped("", tone="heading", font=look.mono(12.5, 500))
        self.sentence = wrapped("", font=look.words(12))
        self.advice = wrapped("", font=look.words(12))
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (self.headline, self.sentence, self.advice):
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 8, MARGIN, 8)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        look.changed.connect(self._tint)
        self._tint()

    def show_end(self, headline: str, sentence: str, advice: str = "") -> None:
        """Show how it ended."""
        for label, text in ((self.headline, headline), (self.sentence, sentence), (self.advice, advice)):
            shown = visible(text[:_LONGEST])
            label.setText(shown if label is self.headline else together(shown))
            label.setVisible(bool(text))
        self.setAccessibleName(visible(f"{headline[:_LONGEST]}. {sentence[:_LONGEST]}"))

    def _tint(self) -> None:
        self._icon.setPixmap(self._look.pixmap("warn", "err"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("errbg"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), self._look.color("err2"))
        painter.end()
