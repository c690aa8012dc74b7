"""What is the same in Python? The client's program, following the controls, to copy; and the real library's word."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from framescope.ui.controls.icon_button import IconButton
from framescope.ui.lab.comparison_view import ComparisonView
from framescope.ui.lab.program_lines import inks, narrowed
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_MOST_LINES = 18  # in view; a longer program scrolls


class ProgramView(QWidget):
    """The program and the button that runs the lesson with the real library."""

    copied = Signal()
    real_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._program = ""
        self.copy_button = IconButton(look, "copy", "Copy", parent=self)
        self.copy_button.setProperty("measure", "small")
        self.copy_button.setAccessibleName("Copy the program")
        self._code = QPlainTextEdit(self)
        self._code.setProperty("kind", "bare")
        self._code.setReadOnly(True)
        self._code.setFont(look.mono(11))
        self._code.setTabChangesFocus(True)
        self._code.setCornerWidget(QWidget(self._code))  # else a broken frame stands between the scroll bars
        self._code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._code.setAccessibleName("The client's program")
        self.real = IconButton(look, "play", "Run with the real library", parent=self)
        self.real.setProperty("measure", "small")
        self._colours = _Colours(look, self._code.document())
        self._note = PlainLabel(tone="caption", font=look.words(11), parent=self)
        self._note.setWordWrap(True)
        self.said = ComparisonView(look, self)
        self._lay_out(look)
        self.copy_button.clicked.connect(self.copy)
        self.real.clicked.connect(self.real_asked)
        look.changed.connect(self._colours.rehighlight)

    @property
    def stops(self) -> list[QWidget]:
        """What the tab key stops at, in order."""
        return [self.copy_button, self._code, self.real]

    def show_program(self, program: str) -> None:
        """Show another program."""
        if program == self._program:
            return
        self._program = program
        self._fit()

    def show_real(self, why_not: str, *, is_running: bool, seconds: float = 0.0) -> None:
        """Offer the real library, or say why it cannot be asked; while it runs, how long that takes."""
        self.real.setEnabled(not why_not and not is_running)
        self.real.setText("Running…" if is_running else "Run with the real library")
        note = "The code and the real library follow the controls."
        if is_running:
            note = f"The real library plays in real time: about {seconds:.0f} s."
        elif why_not:
            note = f"The code follows the controls. Not for the real library: {why_not}."
        self._note.setText(note)

    def copy(self) -> None:
        """Put the program on the clipboard."""
        QGuiApplication.clipboard().setText(self._program)
        self.copied.emit()

    def _lay_out(self, look: Look) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainLabel("The same in Python", font=look.words(12, 600), parent=self))
        head.addStretch(1)
        head.addWidget(self.copy_button)
        card = QFrame(self)
        card.setProperty("kind", "group")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(8, 6, 4, 6)
        inner.addWidget(self._code)
        foot = QHBoxLayout()
        foot.addWidget(self.real)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 18, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(card)
        column.addWidget(self._note)
        column.addLayout(foot)
        column.addWidget(self.said)

    def _fit(self) -> None:
        """Break long calls to the width there is, and be as high as the program."""
        metrics = self._code.fontMetrics()
        columns = max(30, (self.width() - 36 - 30) // max(1, metrics.horizontalAdvance("0")))
        text = narrowed(self._program, columns).rstrip("\n")
        if text != self._code.toPlainText():
            self._code.setPlainText(text)
        lines = min(_MOST_LINES, text.count("\n") + 1)
        self._code.setFixedHeight(round(metrics.lineSpacing() * lines + 22))

    def resizeEvent(self, event: object) -> None:
        self._fit()


class _Colours(QSyntaxHighlighter):
    """Tints a line's words."""

    def __init__(self, look: Look, document: QTextDocument) -> None:
        super().__init__(document)
        self._look = look

    def highlightBlock(self, text: str) -> None:
        for ink in inks(text):
            form = QTextCharFormat()
            form.setForeground(self._look.color(ink.token))
            if ink.token == "acc":
                form.setBackground(self._look.color("accbg"))
            self.setFormat(ink.start, ink.length, form)
