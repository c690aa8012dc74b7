"""Asks with which code and reason to close: a small popup that says what each code means and refuses illegal ones."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from framescope.engine.close import EXPLANATIONS, REASON_LIMIT, SENDABLE
from framescope.ui.composing.content import close_refusal
from framescope.ui.controls.choice import Choice
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_WIDTH = 360


class ClosePopup(QFrame):
    """Code, reason and a Close button; Enter closes, Esc lets go."""

    close_asked = Signal(int, str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("kind", "card")
        self._code = Choice(look, self)
        self._code.setEditable(True)
        self._code.setInsertPolicy(Choice.InsertPolicy.NoInsert)
        self._code.setAccessibleName("Close code")
        for code in sorted(SENDABLE):
            self._code.addItem(f"{code}  {EXPLANATIONS[code]}", code)
        self._code.addItem("3000  registered with IANA, up to 3999", 3000)
        self._code.addItem("4000  private use, up to 4999", 4000)
        self._reason = QLineEdit(self)
        self._reason.setPlaceholderText("reason, up to 123 B")
        self._reason.setAccessibleName("Close reason")
        self._count = PlainLabel(tone="caption", parent=self)
        self._refusal = PlainLabel(tone="err", parent=self)
        self._refusal.setWordWrap(True)
        self._close = IconButton(look, "x", "Close", kind="danger", parent=self)
        self._lay_out(look)
        self._code.editTextChanged.connect(self._judge)
        self._reason.textChanged.connect(self._judge)
        self._close.clicked.connect(self._ask)
        self._judge()

    def open_above(self, point: QPoint) -> None:
        """Show the popup with its lower right corner at a point of the screen."""
        self.adjustSize()
        self.move(point.x() - self.width(), point.y() - self.height() - 4)
        self.show()
        self._reason.setFocus()

    @property
    def refusal(self) -> str:
        return self._refusal.text()

    def _lay_out(self, look: Look) -> None:
        last = QHBoxLayout()
        last.addWidget(self._count, 1)
        last.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(PlainLabel("Close the connection", tone="heading", font=look.words(13, 600), parent=self))
        layout.addWidget(self._code)
        layout.addWidget(self._reason)
        layout.addWidget(self._refusal)
        layout.addLayout(last)
        self._reason.setMinimumHeight(28)
        self.setFixedWidth(_WIDTH)

    def _typed_code(self) -> str:
        return self._code.currentText().strip().partition(" ")[0]

    def _judge(self) -> None:
        reason = self._reason.text()
        refusal = close_refusal(self._typed_code(), reason)
        self._refusal.setText(refusal)
        self._refusal.setVisible(bool(refusal))
        self._close.setEnabled(not refusal)
        self._count.setText(f"{len(reason.encode(errors='replace'))} of {REASON_LIMIT} B")
        self.adjustSize()

    def _ask(self) -> None:
        if self._close.isEnabled():
            self.hide()
            self.close_asked.emit(int(self._typed_code()), self._reason.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask()
        else:
            super().keyPressEvent(event)
