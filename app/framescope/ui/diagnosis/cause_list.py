"""Why did it end? The probable causes with their evidence, and those that the measurements rule out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.ui.diagnosis.section import Section, wrapped
from framescope.ui.diagnosis.strength import HEIGHT, TONES, WIDTH, WORDS, bars
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.diagnosis.verdict import Cause, RuledOut, Strength

_GLYPH = 32  # px
_WIDEST = 180  # px of what is ruled out; beside it stands why


class StrengthGlyph(QWidget):
    """Four bars, as many lit as the evidence is strong."""

    def __init__(self, look: Look, strength: Strength, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._strength = strength
        self.setFixedSize(QSize(_GLYPH, round(HEIGHT) + 3))
        self.setAccessibleName(WORDS[strength])
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tone = TONES[self._strength]
        for bar in bars(self._strength):
            painter.setBrush(self._look.color(tone if bar.is_lit else "line2"))
            left = bar.left + (_GLYPH - WIDTH) / 2
            painter.drawRoundedRect(QRectF(left, bar.top + 2, bar.width, bar.height), 1.2, 1.2)
        painter.end()


class CrossGlyph(PlainLabel):
    """The cross before a cause that is ruled out."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._look = look
        self.setFixedWidth(_GLYPH)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName("ruled out")
        look.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        self.setPixmap(self._look.pixmap("x", "fg2", 13))


class CauseList(Section):
    """All causes of one diagnosis."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Probable causes", parent)
        self.body.setSpacing(5)

    def show_causes(self, causes: tuple[Cause, ...], ruled_out: tuple[RuledOut, ...]) -> None:
        """Show the causes in the order given, then what is ruled out."""
        self.clear()
        for cause in causes:
            self._add_cause(cause)
        for excluded in ruled_out:
            self._add_excluded(excluded)

    def _add_cause(self, cause: Cause) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(wrapped(cause.title, tone="heading", font=self.look.words(12, 600)), 1)
        word = PlainLabel(WORDS[cause.strength], tone=TONES[cause.strength], font=self.look.words(12))
        head.addWidget(word, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addLayout(head)
        words.addWidget(wrapped(cause.evidence, font=self.look.words(11)))
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(StrengthGlyph(self.look, cause.strength), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.body.addLayout(row)

    def _add_excluded(self, excluded: RuledOut) -> None:
        why = wrapped(excluded.why, tone="caption", font=self.look.words(11))
        title = wrapped(excluded.title, tone="caption", font=self.look.words(12))
        title.setAlignment(Qt.AlignmentFlag.AlignTop)
        wanted = QFontMetricsF(title.font()).horizontalAdvance(title.text())
        policy = title.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Fixed)  # a width that is ignored would be overlapped
        title.setSizePolicy(policy)
        title.setFixedWidth(min(math.ceil(wanted) + 1, _WIDEST))
        why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(CrossGlyph(self.look), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(title)
        row.addWidget(why, 1)
        self.body.addLayout(row)
