"""How is one end set up, and how does it do? Its state, three of its knobs, and what can be done to it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMoveEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.engine.settings import KNOBS, Timeouts
from framescope.engine.state import State
from framescope.lab.endpoint import Endpoint
from framescope.lab.runner import Run
from framescope.lab.scenario import EndName, Turn
from framescope.ui.lab.act_button import ActButton
from framescope.ui.lab.duration_edit import DurationEdit
from framescope.ui.lab.end_track import EndTrack
from framescope.ui.lab.paint_ends import state_tokens
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

NAMES = ("ping_interval", "ping_timeout", "close_timeout")
_DEFAULTS = {knob.name: knob.default for knob in KNOBS}


class StateChip(QWidget):
    """OPEN, in its colour."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.word, self._tokens = "CONNECTING", ("warn", "warnbg")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_word(self, word: str, tokens: tuple[str, str]) -> None:
        """Show a state's word in its ink and on its ground."""
        if (word, tokens) != (self.word, self._tokens):
            self.word, self._tokens = word, tokens
            self.setAccessibleName(word)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._look.mono(10, 500))
        return QSize(round(metrics.horizontalAdvance(self.word)) + 14, max(18, round(metrics.height()) + 4))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink, ground = self._tokens
        painter.setPen(QPen(self._look.color(ink), 1))
        painter.setBrush(self._look.color(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setFont(self._look.mono(10, 500))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.word)
        painter.end()


class EndCard(QWidget):
    """The client's or the server's card."""

    asked = Signal(object)  #: Turn, or another act on this end, `at` being now
    placed = Signal()  #: it stands elsewhere, or has another size

    def __init__(self, look: Look, *, is_server: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._is_server = is_server
        name = "Server" if is_server else "Client"
        self._icon = PlainLabel(parent=self)
        self.chip = StateChip(look, self)
        self.acts = ActButton(look, is_server=is_server, parent=self)
        self.acts.asked.connect(self.asked)
        self.edits = {knob: DurationEdit(look, f"{name}: {knob}", parent=self) for knob in NAMES}
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._icon)
        head.addWidget(PlainLabel(name, font=look.words(12, 600), parent=self))
        head.addStretch(1)
        head.addWidget(self.chip)
        head.addWidget(self.acts)
        self._grid = QGridLayout()
        for place, (knob, edit) in enumerate(self.edits.items()):
            self._grid.addWidget(PlainLabel(knob, tone="quiet", font=look.mono(11), parent=self), place, 0)
            self._grid.addWidget(edit, place, 1, Qt.AlignmentFlag.AlignRight)
            edit.entered.connect(lambda value, knob=knob: self._turn(knob, value))
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addLayout(self._grid)
        self.set_compact(is_compact=False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._tint)
        self._tint()

    def set_compact(self, *, is_compact: bool) -> None:
        """Take less height where there is little."""
        self._grid.setVerticalSpacing(1 if is_compact else 3)
        self._column.setSpacing(2 if is_compact else 4)
        self._column.setContentsMargins(14, 4 if is_compact else 7, 14, 3 if is_compact else 6)
        for edit in self.edits.values():
            edit.set_compact(is_compact=is_compact)

    def show_timeouts(self, timeouts: Timeouts) -> None:
        """Show the end's knobs."""
        for name, edit in self.edits.items():
            value = getattr(timeouts, name)
            edit.show_seconds(value)
            edit.set_changed(value != _DEFAULTS[name])

    def show_run(self, run: Run, track: EndTrack) -> None:
        """Show how the end does."""
        end = run.ends[self._is_server]
        self.chip.show_word(*state_of(end, track))
        self.acts.show_end(end if run.now > 0 and not run.is_over else None)

    def _turn(self, knob: str, value: float | None) -> None:
        name: EndName = "server" if self._is_server else "client"
        self.asked.emit(Turn(at=0.0, end=name, knob=knob, value="none" if value is None else value))

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.placed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.placed.emit()

    def _tint(self) -> None:
        self._icon.setPixmap(self._look.pixmap("server" if self._is_server else "user", "fg1", 14))


def state_of(end: Endpoint, track: EndTrack) -> tuple[str, tuple[str, str]]:
    """Return the word for an end's state, with line and fill."""
    state = end.engine.state
    if end.is_gone and state is not State.CLOSED:
        return "KILLED", ("err", "errbg")
    if end.is_frozen:
        return "FROZEN", ("warn", "warnbg")
    return state.name, state_tokens(state, track)
