"""Where a message is typed: a field that grows with its lines, colours JSON, and brings back what was sent."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QSyntaxHighlighter, QTextCharFormat, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from framescope.ui.frames.json_text import tokens_of
from framescope.ui.theme import Look

_HISTORY = 100
_COLOUR_LIMIT = 16 * 1024  #: a longer line stays plain: the highlighter runs at every key
_MOST_LINES = 5
_PADDING = 6
_PARAGRAPH_SEPARATOR = "\u2029"  # what a QTextDocument keeps in the place of a line's end


class JsonColours(QSyntaxHighlighter):
    """Colours JSON while it is typed; off for binary."""

    def __init__(self, look: Look, document: QTextDocument) -> None:
        super().__init__(document)
        self._look = look
        self.is_on = True
        look.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        if not self.is_on or len(text) > _COLOUR_LIMIT:
            return
        for start, end, token in tokens_of(text):
            form = QTextCharFormat()
            form.setForeground(self._look.color(token))
            self.setFormat(start, end - start, form)


class MessageEdit(QPlainTextEdit):
    """Ctrl+Enter asks to send; Up in the empty field, and Up and Down from there, walk the history."""

    send_pressed = Signal()
    height_changed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._history: list[str] = []
        self._place: int | None = None  # in the history, while it is walked
        self._recalled = ""
        self.colours = JsonColours(look, self.document())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "bare")
        self.setFont(look.mono(12))
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Message")
        self.setViewportMargins(0, _PADDING, 0, _PADDING)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        look.changed.connect(self._take_look)
        self._grow()

    @property
    def content(self) -> str:
        """What stands there, character for character: `toPlainText` makes a space of every no-break space."""
        return self.document().toRawText().replace(_PARAGRAPH_SEPARATOR, "\n")

    def remember(self, text: str) -> None:
        """Add a sent text to the history."""
        if text and (not self._history or self._history[-1] != text):
            self._history = [*self._history, text][-_HISTORY:]
        self._place = None

    def _take_look(self) -> None:
        self.setFont(self._look.mono(12))
        self._grow()

    def _grow(self) -> None:
        lines = min(max(1, int(self.document().size().height())), _MOST_LINES)
        height = round(QFontMetricsF(self.font()).lineSpacing() * lines) + 2 * _PADDING
        if height != self.maximumHeight():
            self.setFixedHeight(height)
            is_long = lines == _MOST_LINES
            policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if is_long else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            self.setVerticalScrollBarPolicy(policy)
            self.height_changed.emit()

    def _recall(self, step: int) -> bool:
        """Bring back an older (-1) or newer (1) text; False when the key is for the editor itself."""
        text = self.content
        if self._place is None or text != self._recalled:
            if step > 0 or text or not self._history:
                return False
            self._place = len(self._history)
        place = self._place + step
        if place < 0:
            return True
        self._place = place if place < len(self._history) else None
        self._recalled = self._history[place] if self._place is not None else ""
        self.setPlainText(self._recalled)
        self.moveCursor(self.textCursor().MoveOperation.End)
        return True

    def sizeHint(self) -> QSize:
        return QSize(300, self.maximumHeight())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.send_pressed.emit()
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and not event.modifiers() and self._recall(step):
            return
        super().keyPressEvent(event)
