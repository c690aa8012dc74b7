"""How does a lesson's text look? Wrapped words with `code` in the fixed font; drawn as it stands, never as markup."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.ui.lab.spans import Paragraph, paragraphs, plain
from framescope.ui.plain import visible
from framescope.ui.theme import Look

_BETWEEN = 0.55  # of a line, between two paragraphs


class CodeText(QWidget):
    """One text of any number of paragraphs."""

    def __init__(
        self,
        look: Look,
        text: str = "",
        *,
        pixels: float = 12.5,
        weight: int = 400,
        token: str = "fg1",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._pixels, self._weight, self._token = look, pixels, weight, token
        self._text = ""
        self._paragraphs: list[Paragraph] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self.update)
        self.set_text(text)

    @property
    def text(self) -> str:
        """The text as it was given."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text; control characters as marks."""
        if text != self._text:
            self._text = text
            self._paragraphs = [_shown(each) for each in paragraphs(text)]
            self.setAccessibleName(plain(text))
            self.updateGeometry()
            self.update()

    def set_token(self, token: str) -> None:
        """Change the colour by its token."""
        self._token = token
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._flow(width, None)) + 1

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(max(self.width(), 120)))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._look.color(self._token))
        self._flow(self.width(), painter)
        painter.end()

    def _flow(self, width: int, painter: QPainter | None) -> float:
        """Lay the text out, painting it where a painter is given; return its height."""
        font = self._look.words(self._pixels, self._weight)
        leading = QFontMetricsF(font).height() * 1.18
        y = 0.0
        for number, paragraph in enumerate(self._paragraphs):
            y += leading * _BETWEEN if number else 0.0
            layout = QTextLayout(paragraph.text, font)
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            layout.setTextOption(option)
            layout.setFormats([self._mono(stretch.start, stretch.length) for stretch in paragraph.code])
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width)
                line.setPosition(QPointF(0, y))
                y += leading
            layout.endLayout()
            if painter is not None:
                layout.draw(painter, QPointF(0, 0))
        return y

    def _mono(self, start: int, length: int) -> QTextLayout.FormatRange:
        form = QTextCharFormat()
        mono: QFont = self._look.mono(self._pixels - 0.5, 500 if self._weight > 400 else 400)
        form.setFont(mono)
        form.setForeground(self._look.color("fg0"))
        made = QTextLayout.FormatRange()
        made.start, made.length, made.format = start, length, form
        return made


def _shown(paragraph: Paragraph) -> Paragraph:
    """Show control characters as marks; code is then not told apart, for the marks move it."""
    marked = visible(paragraph.text)
    return paragraph if marked == paragraph.text else Paragraph(marked, ())
