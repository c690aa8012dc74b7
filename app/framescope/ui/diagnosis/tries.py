"""What can be tried? A button for each knob that may help, and what else to do in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from framescope.ui.diagnosis.section import Section, wrapped
from framescope.ui.plain import visible
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.verdict import Try

_LONGEST = 80  # characters on a button


class Tries(Section):
    """All suggestions of one diagnosis."""

    knob_asked = Signal(str, object)  #: name and seconds or None

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Try", parent)
        self.body.setSpacing(6)

    def show_tries(self, tries: tuple[Try, ...], reason: str = "") -> None:
        """Show the suggestions; `reason` says where a suggested ping_timeout comes from."""
        self.clear()
        turns = [attempt for attempt in tries if attempt.knob]
        self.set_caption("; ".join(filter(None, ["reconnects with the new value" if turns else "", reason])))
        row = QHBoxLayout()
        row.setSpacing(8)
        for place, attempt in enumerate(turns):
            row.addWidget(self._button(attempt, is_first=place == 0))
        row.addStretch(1)
        if turns:
            self.body.addLayout(row)
        for attempt in tries:
            if not attempt.knob:
                self.body.addWidget(wrapped(attempt.text, font=self.look.words(12)))
        self.setVisible(bool(tries))

    def _button(self, attempt: Try, *, is_first: bool) -> QPushButton:
        button = QPushButton(visible(attempt.text[:_LONGEST]))
        button.setFont(self.look.words(12, 600 if is_first else 500))
        if is_first:
            button.setProperty("kind", "primary")
        button.clicked.connect(lambda: self.knob_asked.emit(attempt.knob, attempt.value))
        return button
