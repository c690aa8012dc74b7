"""How does one figure of the status bar look? Quiet words and bright figures on one line."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.ui.plain import visible
from framescope.ui.theme import Look


class Run(NamedTuple):
    """A stretch of a cell: a figure in the fixed font, or words."""

    text: str
    is_figure: bool = False
    token: str = ""


_PAD = 12  # px left and right of a cell's text
_MARK = 14  # px for the mark before the text


class StatusCell(QWidget):
    """One cell, a hairline at its right. `mark` is "disc", "square", "ring" or none."""

    def __init__(self, look: Look, *, has_line: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._has_line = has_line
        self._runs: tuple[Run, ...] = ()
        self._mark, self._mark_token = "", "fg2"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        look.changed.connect(self.update)

    @property
    def text(self) -> str:
        """What it says, as one line."""
        return " ".join(run.text for run in self._runs)

    def tokens(self) -> tuple[str, ...]:
        """The colours of its runs."""
        return tuple(self._token(run) for run in self._runs)

    def show_runs(self, *runs: Run, mark: str = "", mark_token: str = "fg2") -> None:
        """Show these stretches."""
        shown = tuple(run._replace(text=visible(run.text)) for run in runs)
        if (shown, mark, mark_token) == (self._runs, self._mark, self._mark_token):
            return
        self._runs, self._mark, self._mark_token = shown, mark, mark_token
        self.setAccessibleName(self.text)
        self.updateGeometry()
        self.update()

    def _token(self, run: Run) -> str:
        return run.token or ("fg0" if run.is_figure else "fg2")

    def sizeHint(self) -> QSize:
        space = QFontMetricsF(self._look.words(11)).horizontalAdvance(" ")
        width = sum(self._metrics(run).horizontalAdvance(run.text) + space for run in self._runs)
        return QSize(round(width - space + 2 * _PAD + (_MARK if self._mark else 0)), self._height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = float(_PAD)
        if self._mark:
            self._paint_mark(painter, left)
            left += _MARK
        space = QFontMetricsF(self._look.words(11)).horizontalAdvance(" ")
        for run in self._runs:
            painter.setFont(self._look.mono(11, 500) if run.is_figure else self._look.words(11))
            painter.setPen(self._look.color(self._token(run)))
            width = self._metrics(run).horizontalAdvance(run.text)
            box = QRectF(left, 0, width + 1, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, run.text)
            left += width + space
        if self._has_line:
            painter.fillRect(QRectF(self.width() - 1, self.height() / 2 - 7, 1, 14), self._look.color("line2"))
        painter.end()

    def _paint_mark(self, painter: QPainter, left: float) -> None:
        box = QRectF(left, self.height() / 2 - 3.5, 7, 7)
        color = self._look.color(self._mark_token)
        painter.setPen(QPen(color, 1.4) if self._mark == "ring" else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if self._mark == "ring" else color)
        if self._mark == "square":
            painter.drawRoundedRect(box, 1, 1)
        else:
            painter.drawEllipse(box)

    def _metrics(self, run: Run) -> QFontMetricsF:
        return QFontMetricsF(self._look.mono(11, 500) if run.is_figure else self._look.words(11))

    def _height(self) -> int:
        return max(24, round(QFontMetricsF(self._look.words(11)).height() + 8))
