"""How is the timeline read? The right panel until the first frame is selected: five marks and their meaning."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from framescope.ui.plain import PlainLabel
from framescope.ui.start.reading_marks import ReadingMark
from framescope.ui.theme import Look

_PRIVACY = "Captures stay on this computer. Framescope sends nothing to anyone but the address you type."
_LESSONS = (
    (
        "frames",
        "A bar is a frame",
        "Sent above the axis, received below. Height is the size, on a log scale; colour and head are the opcode.",
    ),
    ("round trip", "A triangle asks, a disc answers", "Ping and pong. The arc between them is the round trip."),
    (
        "window",
        "The shaded window is ping_timeout",
        "If no pong comes before its right edge, your side closes with 1011.",
    ),
    ("knob", "Turn a knob while it runs", "A flag marks the moment, so you see what it changed."),
    ("failure", "When it breaks, you see why", "The sentence your program would get, and who ended the connection."),
)


class HowToRead(QWidget):
    """The panel, with a heading like a tab's."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_Heading(look, "How to read it", self))
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._lessons(look))
        scroll.viewport().setAutoFillBackground(False)
        column.addWidget(scroll, 1)
        column.addWidget(_Note(look, _PRIVACY, self))

    def _lessons(self, look: Look) -> QWidget:
        page = QWidget()
        page.setAutoFillBackground(False)
        column = QVBoxLayout(page)
        column.setContentsMargins(18, 22, 18, 12)
        column.setSpacing(26)
        for mark, title, text in _LESSONS:
            body = PlainLabel(text, tone="caption", font=look.words(11))
            body.setWordWrap(True)
            words = QVBoxLayout()
            words.setSpacing(2)
            words.addWidget(PlainLabel(title, tone="heading", font=look.words(12, 500)))
            words.addWidget(body)
            words.addStretch(1)
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(ReadingMark(look, mark), 0, Qt.AlignmentFlag.AlignTop)
            row.addLayout(words, 1)
            column.addLayout(row)
        column.addStretch(1)
        return page


class _Heading(QWidget):
    """One word that looks like the tab it stands in for."""

    def __init__(self, look: Look, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._label = PlainLabel(text, tone="heading", font=look.words(12, 500), parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(17, 7, 17, 8)
        row.addWidget(self._label)
        row.addStretch(1)
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.color("line"))
        line = QRectF(self._label.x() - 1, self.height() - 2, self._label.width() + 2, 2)
        painter.fillRect(line, self._look.color("acc"))
        painter.end()


class _Note(QWidget):
    """A quiet box with a lock."""

    def __init__(self, look: Look, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = PlainLabel(parent=self)
        label = PlainLabel(text, tone="caption", font=look.words(11), parent=self)
        label.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 12, 26, 22)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(label, 1)
        look.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        self._icon.setPixmap(self._look.pixmap("lock", "fg2"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.color("line"), 1))
        painter.setBrush(self._look.color("bg2"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(12.5, 0.5, -12.5, -12.5), 6, 6)
        painter.end()
