"""What is the lab as a page of the window? Lessons at the left, the run in the middle, the open lesson at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from framescope.engine.settings import KNOB_NAMES
from framescope.lab.lesson import Lesson
from framescope.lab.lessons import BadLesson, play
from framescope.lab.notebook import Notebook
from framescope.lab.progress import Progress
from framescope.lab.scenario import Scenario, Turn
from framescope.lab.snippet import program_of
from framescope.lab.staging import Comparison
from framescope.ui.controls.line import thin_line
from framescope.ui.controls.toast import Toast
from framescope.ui.lab.altering import altered, as_done
from framescope.ui.lab.free_experiment import FREE, FREE_FOCUS, FREE_NAME, FREE_TITLE, as_lesson
from framescope.ui.lab.keeping import keep
from framescope.ui.lab.lab_head import LabHead
from framescope.ui.lab.lab_status import LabStatus
from framescope.ui.lab.lesson_card import LessonCard
from framescope.ui.lab.lesson_list import LessonList
from framescope.ui.lab.player import Player
from framescope.ui.lab.real_library import RealLibrary, refusal
from framescope.ui.lab.workbench import Workbench
from framescope.ui.panels import focus_next
from framescope.ui.theme import Look

_WIDE = 1300  # px of the page; below, both sides give way to the run
_LIST_WIDTHS, _CARD_WIDTHS = (240, 196), (392, 330)
_STATUS_TICKS = 15
_CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_UP_TO = "Both played the experiment up to {moment:.1f} s, without further changes."
_BEFORE = "This was said with the controls as they were before your last change."


class LabPage(QWidget):
    """The lab. `head` is its part of the top bar."""

    def __init__(
        self,
        look: Look,
        lessons: Sequence[Lesson],
        progress: Progress,
        captures: Callable[[], Path],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lessons = list(lessons)
        self._progress = progress
        self._captures = captures
        self._ticks = 0
        self.lesson: Lesson | None = None
        self._said_of: Scenario | None = None  # what the real library was asked about
        self._said_about = ""  # and how far, where that is not the whole
        self.player = Player(self)
        self.head = LabHead(look, self)
        self.head.hide()  # until the top bar takes it
        self.list = LessonList(look, self._lessons, self)
        self.bench = Workbench(look, self.player, self)
        self.card = LessonCard(look, max((each.number for each in self._lessons), default=0), self)
        self.status = LabStatus(look, self)
        self.toast = Toast(look, self.bench)
        self.library = RealLibrary(self)
        self._lay_out()
        self._connect_signals()
        self.list.show_done(progress.done)
        self.open_lesson(FREE_NAME)  # should the lesson that is next be no good
        undone = (each.name for each in self._lessons if each.name not in progress.done)
        self.open_lesson(next(undone, self._lessons[0].name if self._lessons else FREE_NAME))

    def open_lesson(self, name: str) -> None:
        """Open a lesson by its name; "" for the free experiment. One that cannot be played says why."""
        place = next((place for place, each in enumerate(self._lessons) if each.name == name), None)
        lesson = None if place is None else self._lessons[place]
        try:
            script = Notebook() if lesson is None else play(lesson).notebook
        except BadLesson as error:
            self.toast.show_text(str(error), is_fault=True)
            return
        self.library.stop()
        self.lesson = lesson
        scenario = FREE if self.lesson is None else self.lesson.scenario
        following = 0 if place is None else place + 1
        next_title = self._lessons[following].title if following < len(self._lessons) else ""
        self.card.show_lesson(self.lesson, script, next_title=next_title, is_first=place == 0)
        self._forget_said()
        self.list.show_chosen(name if self.lesson is not None else FREE_NAME)
        title = FREE_TITLE if self.lesson is None else self.lesson.title
        self.head.show_lesson(None if self.lesson is None else self.lesson.number, title)
        decided = FREE_FOCUS if self.lesson is None else self.lesson.question.decided
        self.bench.set_focus(decided, has_question=self.lesson is not None)
        self.player.load(scenario)

    def save(self) -> None:
        """Keep the run so far as a capture."""
        name = FREE_TITLE.lower() if self.lesson is None else self.lesson.name
        try:
            folder = keep(self.player.whole, self._captures(), name)
        except OSError as error:
            self.toast.show_text(f"The run could not be kept: {error.strerror or error}", is_fault=True)
            return
        self.toast.show_text(f"Saved in {folder}")

    def _tell_of_changes(self, count: int) -> None:
        changes = "the change" if count == 1 else f"the {count} changes"
        self.toast.show_text(
            f"At the beginning again, without {changes} made during the run", "Run with them", self.player.repeat
        )

    def _connect_signals(self) -> None:
        self.list.chosen.connect(self.open_lesson)
        self.card.step_asked.connect(self._step)
        self.card.finished.connect(self._finish)
        self.card.chosen_changed.connect(lambda: self.card.show_run(self.player.whole))
        self.card.program.real_asked.connect(self._ask_library)
        self.card.program.copied.connect(lambda: self.toast.show_text("The program is on the clipboard"))
        self.head.save_asked.connect(self.save)
        self.player.renewed.connect(self._refresh)
        self.player.moved.connect(self._move)
        self.player.turned.connect(self._refresh)
        self.player.travelled.connect(self._refresh)
        self.player.changes_dropped.connect(self._tell_of_changes)
        self.library.running_changed.connect(lambda _: self._refresh())
        self.library.told.connect(self._show_said)

    def _move(self) -> None:
        self._ticks += 1
        self.card.show_run(self.player.whole)
        if not self.player.is_playing or self._ticks % _STATUS_TICKS == 0:
            self.status.show_run(self.bench.sequence.index, self.player.speed)

    def _refresh(self) -> None:
        self.card.show_run(self.player.whole)
        self.status.show_run(self.bench.sequence.index, self.player.speed)
        self.card.program.show_program(program_of(self._as_controls(), is_server=False))
        scenario = self._as_done()
        self.card.program.show_real(refusal(scenario), is_running=self.library.is_running, seconds=self.library.seconds)
        if self._said_of is not None and self._said_of != scenario and not self.library.is_running:
            self._forget_said()  # it was said of other settings

    def _as_done(self) -> Scenario:
        """The scenario with everything that was done by hand, before the run and in it."""
        player = self.player
        return player.scenario if player.is_pending else as_done(player.scenario, player.whole.inputs)

    def _as_controls(self) -> Scenario:
        """The scenario with the client's knobs as they stand, also those that the script has turned."""
        scenario = self._as_done()
        timeouts = self.player.timeouts(False)
        for name in KNOB_NAMES:
            value = getattr(timeouts, name)
            if value != getattr(scenario.client.timeouts(), name):
                turned = Turn(at=0.0, end="client", knob=name, value="none" if value is None else value)
                scenario = altered(scenario, turned)
        return scenario

    def _finish(self, name: str) -> None:
        if name not in self._progress.done and not self._progress.finish(name):
            words = "This lesson is done, but its mark cannot be kept: the file cannot be written"
            self.toast.show_text(words, is_fault=True)
        self.list.show_done(self._progress.done)

    def _step(self, way: int) -> None:
        if self.lesson is None:
            place = len(self._lessons) - 1 if way < 0 else 0
        else:
            place = self._lessons.index(self.lesson) + way
        if 0 <= place < len(self._lessons):
            self.open_lesson(self._lessons[place].name)

    def _ask_library(self) -> None:
        self._forget_said()
        player, scenario = self.player, self._as_done()
        self._said_of, self._said_about = scenario, ""
        if self.lesson is None:
            experiment = as_lesson(scenario, 0.0 if player.is_pending else player.whole.now)
            self._said_about = _UP_TO.format(moment=experiment.scenario.duration)
            self.library.start(experiment)
        else:
            self.library.start(msgspec.structs.replace(self.lesson, scenario=scenario))

    def _show_said(self, compared: list[Comparison], trouble: str) -> None:
        asked, self._said_of = self._said_of, self._as_done()
        self.card.program.said.show_said(compared, trouble or (self._said_about if asked == self._said_of else _BEFORE))

    def _forget_said(self) -> None:
        self._said_of = None
        self.card.program.said.show_said([])

    def _lay_out(self) -> None:
        self.list.setMinimumWidth(min(_LIST_WIDTHS))
        self.card.setMinimumWidth(min(_CARD_WIDTHS))
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(thin_line(is_upright=True))
        row.addWidget(self.bench, 1)
        row.addWidget(thin_line(is_upright=True))
        row.addWidget(self.card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.status)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _WIDE
        self.list.setMaximumWidth(_LIST_WIDTHS[is_narrow])
        self.card.setMaximumWidth(_CARD_WIDTHS[is_narrow])

    def showEvent(self, event: QShowEvent) -> None:
        self.library.watch(self.window())

    def hideEvent(self, event: QHideEvent) -> None:
        self.player.pause()  # nothing runs where nobody looks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bench, way = self.bench, 1 if event.key() == Qt.Key.Key_PageDown else -1
        if event.modifiers() & _CHORD:
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Space:
                self.player.toggle()
            case Qt.Key.Key_F6:
                ends = bench.ends
                focus_next(
                    (
                        self.list,
                        bench.tools,
                        ends[False],
                        bench.network,
                        ends[True],
                        bench.sequence,
                        bench.log,
                        self.card,
                    )
                )
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                self.card.turn(way)
            case _:
                if not bench.sequence.take_key(event):
                    super().keyPressEvent(event)
