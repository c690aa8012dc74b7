"""What will happen? A question with its answers: predicted before the run, told once the run has shown it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.ui.lab.code_text import CodeText
from framescope.ui.lab.spans import plain
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_PAD, _LETTER = 8, 30  # px
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft

#: An answer's part in the story: line, ground, ink and the word at its right.
_PARTS = {
    "": ("line2", "bg2", "fg0", ""),
    "chosen": ("edge", "bg3", "fg0", "your answer"),
    "right": ("acc", "accbg", "fg0", "right"),
    "chosen right": ("acc", "accbg", "fg0", "your answer, right"),
    "wrong": ("warn2", "warnbg", "warn", "your answer"),
    "other": ("line2", "bg2", "fg1", ""),
}


class AnswerRow(QAbstractButton):
    """One answer: its letter, its words, and what became of it."""

    def __init__(self, look: Look, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._letter, self.part = look, letter, ""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self.update)

    def show_part(self, part: str) -> None:
        """Show what became of it."""
        self.part = part
        word = _PARTS[part][3]
        self.setAccessibleName(f"{self._letter}: {self.text()}{', ' if word else ''}{word}")
        self.updateGeometry()
        self.update()

    def _room(self, width: int) -> float:
        word = _PARTS[self.part][3]
        taken = QFontMetricsF(self._look.words(11)).horizontalAdvance(word) + 12 if word else 0.0
        return width - _LETTER - _PAD - taken

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        metrics = QFontMetricsF(self._look.words(12))
        height = metrics.boundingRect(QRectF(0, 0, self._room(width), 1000), _WRAP, self.text()).height()
        return max(30, round(height + 2 * _PAD - 2))

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        line, ground, ink, word = _PARTS[self.part]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_hot = self.underMouse() and self.isEnabled() and not self.part
        painter.setPen(QPen(look.color("fg0" if self.hasFocus() else line), 2 if self.hasFocus() else 1))
        painter.setBrush(look.color("bg3" if is_hot else ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.setFont(look.mono(11, 500))
        painter.setPen(look.color("fg2" if ink == "fg0" else ink))
        painter.drawText(QRectF(11, 0, 20, self.height()), Qt.AlignmentFlag.AlignVCenter, self._letter)
        painter.setFont(look.words(12))
        painter.setPen(look.color(ink))
        painter.drawText(QRectF(_LETTER, 0, self._room(self.width()), self.height()), _WRAP, self.text())
        if word:
            painter.setFont(look.words(11, 500))
            painter.setPen(look.color("acc" if "right" in self.part else "warn" if self.part == "wrong" else "fg1"))
            box = QRectF(0, 0, self.width() - 10, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, word)
        painter.end()


class QuestionView(QWidget):
    """The question, its answers, and the explanation once it may be told."""

    answered = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._question = CodeText(look, token="fg0", pixels=12.5, parent=self)
        self._rows: list[AnswerRow] = []
        self._answers = QVBoxLayout()
        self._answers.setSpacing(5)
        self.hint = PlainLabel(tone="caption", font=look.words(11), parent=self)
        self.hint.setWordWrap(True)
        self.explanation = CodeText(look, parent=self)
        self._icon = PlainLabel(parent=self)
        head = QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(self._icon)
        head.addWidget(PlainLabel("Predict what happens", font=look.words(12, 600), parent=self))
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 18, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._question)
        column.addLayout(self._answers)
        column.addWidget(self.hint)
        column.addWidget(self.explanation)
        look.changed.connect(self._tint)
        self._tint()

    @property
    def rows(self) -> list[AnswerRow]:
        return self._rows

    def ask(self, question: str, answers: Sequence[str]) -> None:
        """Ask another question."""
        self._question.set_text(question)
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = [AnswerRow(self._look, "ABCDEFGH"[place], self) for place in range(len(answers))]
        for place, (row, text) in enumerate(zip(self._rows, answers, strict=True)):
            row.setText(plain(text))
            row.clicked.connect(lambda _=False, place=place: self.answered.emit(place))
            self._answers.addWidget(row)
        self.show_answer(None, None, "")

    def show_answer(self, chosen: int | None, right: int | None, hint: str, explanation: str = "") -> None:
        """Show what was chosen, and what is right once the run has told it (`right` None until then)."""
        for place, row in enumerate(self._rows):
            if right is None:
                part = "chosen" if place == chosen else ""
            elif place == right:
                part = "chosen right" if place == chosen else "right"
            else:
                part = "wrong" if place == chosen else "other"
            row.setEnabled(right is None)
            row.show_part(part)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.explanation.set_text(explanation)
        self.explanation.setVisible(bool(explanation))

    def _tint(self) -> None:
        self._icon.setPixmap(self._look.pixmap("bulb", "acc", 15))
