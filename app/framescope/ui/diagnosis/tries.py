"""What can be tried? A button for each knob that may help and each lesson that teaches it, and the rest in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from framescope.ui.diagnosis.lesson_button import LessonButton, lesson_title
from framescope.ui.diagnosis.section import Section, wrapped
from framescope.ui.plain import tip, visible
from framescope.ui.theme import Look

if TYPE_CHECKING:
    from framescope.analysis.diagnosis.verdict import Try

_LONGEST = 80  # characters on a button
_ROW = 428  # px of buttons beside each other: what the panel has left, where nobody has moved its edge
_GAP = 8  # px


class Tries(Section):
    """All suggestions of one diagnosis."""

    knob_asked = Signal(str, object)  #: name and seconds or None
    lesson_asked = Signal(str)  #: its name

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Try", parent)
        self.body.setSpacing(6)
        self._turns: list[QPushButton] = []
        self._shown: tuple[Try, ...] | None = None
        self._reason = ""
        self._effect = ""

    def show_tries(self, tries: tuple[Try, ...], reason: str = "") -> None:
        """Show the suggestions; `reason` says where a suggested ping_timeout comes from."""
        self._reason = reason
        if tries == self._shown:
            self._say_effect()  # a button stays as long as it says the same: it may have the focus, or be pressed
            return
        self._shown = tries
        self.clear()
        self._turns = [self._turn_button(attempt) for attempt in tries if attempt.knob]
        for place, button in enumerate(self._turns):
            button.setFont(self.look.words(12, 500 if place else 600))
            button.setProperty("kind", "plain" if place else "primary")
        names = dict.fromkeys(attempt.lesson for attempt in tries if lesson_title(attempt.lesson))
        buttons = [*self._turns, *map(self._lesson_button, names)]
        for beside in _rows(buttons):
            row = QHBoxLayout()
            row.setSpacing(_GAP)
            for button in beside:
                row.addWidget(button)
            row.addStretch(1)
            self.body.addLayout(row)
        for attempt in tries:
            if not attempt.knob:
                self.body.addWidget(wrapped(attempt.text, font=self.look.words(12)))
        self.setVisible(bool(tries))
        self._say_effect()

    def show_effect(self, effect: str) -> None:
        """Say what a button that turns a knob does now, and to which connection."""
        if effect != self._effect:
            self._effect = effect
            self._say_effect()

    def _say_effect(self) -> None:
        has_turns = bool(self._turns)
        self.set_caption(" · ".join(filter(None, [self._effect, self._reason])) if has_turns else "")
        for button in self._turns:
            button.setAccessibleDescription(self._effect)
            tip(button, self._effect)

    def _turn_button(self, attempt: Try) -> QPushButton:
        button = QPushButton(visible(attempt.text[:_LONGEST]))
        button.clicked.connect(lambda: self.knob_asked.emit(attempt.knob, attempt.value))
        return button

    def _lesson_button(self, name: str) -> LessonButton:
        button = LessonButton(self.look, name)
        button.clicked.connect(lambda: self.lesson_asked.emit(name))
        return button


def _rows(buttons: Iterable[QPushButton]) -> Iterator[list[QPushButton]]:
    """Let buttons stand beside each other as long as nothing of their words is cut."""
    row: list[QPushButton] = []
    left = _ROW
    for button in buttons:
        button.ensurePolished()
        needed = button.sizeHint().width() + _GAP
        if row and needed > left:
            yield row
            row, left = [], _ROW
        row.append(button)
        left -= needed
    if row:
        yield row


def unsaid(tries: Iterable[Try], advice: str) -> list[Try]:
    """Leave out what the headline advises already."""
    return [attempt for attempt in tries if attempt.knob or attempt.lesson or attempt.text != advice]
