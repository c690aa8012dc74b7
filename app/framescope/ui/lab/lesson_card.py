"""What does the open lesson say and ask? Its text, the question, the program, and the way to the next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from framescope.lab.lesson import Lesson, filled
from framescope.lab.lessons import right_answer
from framescope.lab.notebook import Notebook
from framescope.lab.runner import Run
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.controls.line import thin_line
from framescope.ui.controls.scrolling import scrolling
from framescope.ui.lab.code_text import CodeText
from framescope.ui.lab.free_experiment import FREE_TITLE
from framescope.ui.lab.program_view import ProgramView
from framescope.ui.lab.question_view import QuestionView
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

CHOOSE = "Choose an answer, then press Run."
CHOOSE_SOON = "Choose an answer before {moment:g} s."
LOCKED = "Now press Run. The answer comes at {moment:g} s."
COMING = "The answer comes at {moment:g} s."
LONG = " Choose instant to be there at once."
UNCHOSEN = "You can still choose."
SILENT = "With these settings the run bears out none of the answers. Open the lesson again for its own."
_LONG = 100  # s
_FREE_TEXT = """
Both ends and the network are yours. Press Run, then turn what you like: every control works while the run goes on.

Three to try: switch the black hole on and see who notices, and when. Fire a reset. Choose a middlebox and find the \
`ping_interval` that keeps the connection open.
"""


class LessonCard(QWidget):
    """The right panel. A lesson is done once its question was answered and the run has told."""

    finished = Signal(str)  #: a lesson's name
    chosen_changed = Signal()
    step_asked = Signal(int)  #: -1 previous, 1 next

    def __init__(self, look: Look, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = count
        self._lesson: Lesson | None = None
        self._script = Notebook()
        self._chosen: int | None = None
        self._shown: tuple[object, ...] = ()
        self._number = PlainLabel(tone="caption", font=look.words(11), parent=self)
        self._title = CodeText(look, pixels=17, weight=600, token="fg0", parent=self)
        self._text = CodeText(look, parent=self)
        self._reading = PlainLabel(tone="caption", font=look.words(11), parent=self)
        self._reading.setWordWrap(True)
        self.question = QuestionView(look, self)
        self.program = ProgramView(look, self)
        self.previous = IconButton(look, "chevl", "Previous", parent=self)
        self.next = IconButton(look, "chevr", "Next", kind="primary", parent=self)
        self._next_name = ElidedLabel(tone="caption", font=look.words(11), parent=self)
        self._lay_out()
        self.question.answered.connect(self._choose)
        self.previous.clicked.connect(lambda: self.step_asked.emit(-1))
        self.next.clicked.connect(lambda: self.step_asked.emit(1))

    def show_lesson(self, lesson: Lesson | None, script: Notebook, *, next_title: str, is_first: bool) -> None:
        """Open a lesson; None for the free experiment. `script`: what its run shows, to fill in its text."""
        self._lesson, self._script, self._chosen, self._shown = lesson, script, None, ()
        self.question.setVisible(lesson is not None)
        if lesson is None:
            self._number.setText("No script, no question")
            self._title.set_text(FREE_TITLE)
            self._text.set_text(_FREE_TEXT)
        else:
            self._number.setText(f"Lesson {lesson.number} of {self._count}")
            self._title.set_text(lesson.title)
            self._text.set_text(filled(lesson.text, script))
            answers = [filled(answer.text, script) for answer in lesson.question.answers]
            self.question.ask(filled(lesson.question.text, script), answers)
        self._show_reading(lesson.reading if lesson is not None else ())
        self.previous.setEnabled(not is_first)
        self.next.setEnabled(bool(next_title))
        self._next_name.set_whole(next_title)
        self._scroll.verticalScrollBar().setValue(0)
        stops = [*self.question.rows, *self.program.stops, self.previous, self.next]
        for one, other in pairwise(stops):  # answers are made anew: tab still goes from top to bottom
            QWidget.setTabOrder(one, other)

    def show_run(self, run: Run) -> None:
        """Show what the run has told so far."""
        lesson = self._lesson
        if lesson is None:
            return
        has_told = run.now >= lesson.question.decided or run.is_over
        has_begun = run.now > 0
        state = (id(run), has_begun, has_told, run.is_over, self._chosen)
        if state == self._shown:
            return
        self._shown = state
        if not has_told:
            moment = lesson.question.decided
            before, during = (CHOOSE, CHOOSE_SOON) if self._chosen is None else (LOCKED, COMING)
            hint = (during if has_begun else before).format(moment=moment)
            hint += LONG if moment > _LONG else ""
            self.question.show_answer(self._chosen, None, hint)
            return
        if self._chosen is None:
            self.question.show_answer(None, None, UNCHOSEN)
            return
        right = right_answer(lesson, run)
        if right is None:
            self.question.show_answer(self._chosen, None, SILENT if run.is_over else "")
            return
        # An untouched run will go on as the script does, so what is still to come can be told already.
        is_untouched = run.scenario is lesson.scenario and not run.inputs
        why = lesson.question.answers[self._chosen].why if self._chosen != right else ""
        told = f"{why}\n\n{lesson.question.explanation}".lstrip()
        explanation = filled(told, self._script if is_untouched else run.notebook)
        self.question.show_answer(self._chosen, right, "", explanation)
        self.finished.emit(lesson.name)

    def turn(self, way: int) -> None:
        """Scroll by a page."""
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.value() + way * bar.pageStep())

    def sizeHint(self) -> QSize:
        return QSize(392, 600)

    @property
    def chosen(self) -> int | None:
        """The place of the answer that the person chose."""
        return self._chosen

    def _choose(self, place: int) -> None:
        """Take an answer; it can be changed until the run has told."""
        self._chosen = place
        self.chosen_changed.emit()

    def _show_reading(self, sections: Sequence[str]) -> None:
        self._reading.setText(f"Read on: {', '.join(sections)}")
        self._reading.setVisible(bool(sections))

    def _lay_out(self) -> None:
        text = QVBoxLayout()
        text.setContentsMargins(18, 12, 18, 12)
        text.setSpacing(5)
        for widget in (self._number, self._title, self._text, self._reading):
            text.addWidget(widget)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(text)
        column.addWidget(thin_line())
        column.addWidget(self.question)
        column.addWidget(thin_line())
        column.addWidget(self.program)
        column.addStretch(1)
        self._scroll = scrolling(inner, self)
        foot = QHBoxLayout()
        foot.setContentsMargins(18, 8, 18, 8)
        foot.setSpacing(10)
        foot.addWidget(self.previous)
        foot.addWidget(self._next_name, 1)
        self._next_name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.next)
        all_of_it = QVBoxLayout(self)
        all_of_it.setContentsMargins(0, 0, 0, 0)
        all_of_it.setSpacing(0)
        all_of_it.addWidget(self._scroll, 1)
        all_of_it.addWidget(thin_line())
        all_of_it.addLayout(foot)
