"""Why is the connection closed? What the library would raise, verbatim; who ended it and when; the way back."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.ui.controls.icon_button import IconButton
from framescope.ui.plain import PlainLabel, visible
from framescope.ui.theme import Look

_NARROW = 100  # characters
_LONGEST = 600  # characters: a reason has at most 123 bytes, an HTTP status line is cut


class ClosingBanner(QWidget):
    """A band under the knobs: red when something broke, grey when both sides agreed."""

    reconnect_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._is_error = True
        self._icon = PlainLabel(parent=self)
        self.headline = _wrapped("heading", self)
        self.headline.setFont(look.mono(12.5, 500))
        self.sentence = _wrapped("quiet", self)
        self.advice = _wrapped("quiet", self)
        for label in (self.headline, self.sentence, self.advice):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reconnect = IconButton(look, "restart", "Reconnect", parent=self)
        self.dismiss = IconButton(look, "x", kind="quiet", hint="Hide this", parent=self)
        words = QVBoxLayout()
        words.setSpacing(3)
        for label in (self.headline, self.sentence, self.advice):
            words.addWidget(label)
        told = QHBoxLayout()
        told.setSpacing(10)
        told.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        told.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        buttons.addStretch(1)
        buttons.addWidget(self.reconnect)
        buttons.addWidget(self.dismiss)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(16, 10, 8, 10)
        self._row.setSpacing(10)
        self._row.addLayout(told, 1)
        self._row.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.reconnect.clicked.connect(self.reconnect_asked)
        self.dismiss.clicked.connect(self.hide)
        look.changed.connect(self._tint)
        self._tint()

    def show_end(self, headline: str, sentence: str, advice: str = "", is_error: bool = True) -> None:
        """Show how it ended: the exception verbatim, the plain sentence, and what can be done."""
        self._is_error = is_error
        for label, text in ((self.headline, headline), (self.sentence, sentence), (self.advice, advice)):
            label.setText(visible(text[:_LONGEST]))
            label.setVisible(bool(text))
        self.setAccessibleName(f"{headline}. {sentence}")
        self._tint()
        self.show()

    def _tint(self) -> None:
        self._icon.setPixmap(
            self._look.pixmap("warn" if self._is_error else "info", "err" if self._is_error else "fg2")
        )
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a narrow panel the sentence needs the whole width: the buttons go beneath it.
        directions = QBoxLayout.Direction
        is_narrow = self.width() < self.fontMetrics().averageCharWidth() * _NARROW
        self._row.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.color("errbg" if self._is_error else "bg2"))
        edge = self._look.color("err2" if self._is_error else "line")
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), edge)
        painter.end()


def _wrapped(tone: str, parent: QWidget) -> PlainLabel:
    label = PlainLabel(tone=tone, parent=parent)
    label.setWordWrap(True)
    return label
