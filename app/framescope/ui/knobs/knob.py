"""How does one timeout look and how is it turned? Dial, name, None switch, value field, default and one live line."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.engine import settings
from framescope.engine.settings import format_duration
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.controls.switch import Switch
from framescope.ui.knobs.dial import KnobDial
from framescope.ui.knobs.face import Face, spoken
from framescope.ui.knobs.field import KnobField
from framescope.ui.knobs.scale import stepped
from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look

_TONES = {"fg2": "caption", "pingt": "ping"}  # a token's word in the style sheet, where they differ


class Knob(QWidget):
    """One knob of the connection. `turned` tells of a person's changes only."""

    turned = Signal(str, object)  #: name, seconds or None

    def __init__(self, look: Look, knob: settings.Knob, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._knob = knob
        self._seconds: float | None = knob.default
        self._number = knob.default  #: the last value that was no None: what the switch returns to
        self._named: tuple[float | None, str] = (None, "")
        self._face = Face(None, "acc", knob.idle, "fg2")
        self.dial = KnobDial(look, knob.default, self)
        self.none_switch = Switch(look, f"{knob.name}: None", parent=self)
        self.field = KnobField(look, knob.name, self)
        self._name = PlainLabel(knob.name, tone="quiet", font=look.mono(12), parent=self)
        self._none = PlainLabel("None", tone="caption", font=look.words(11), parent=self)
        self._default = ElidedLabel(
            f"default {format_duration(knob.default)} s",
            tone="caption",
            font=look.words(11),
            is_whole_or_absent=True,
            parent=self,
        )
        self._live = ElidedLabel(knob.idle, tone="caption", font=look.words(11, 500), parent=self)
        self._row = QHBoxLayout(self)
        self._lay_out()
        self._connect_signals()
        tip(self.none_switch, f"None: {knob.none}")
        tip(self._name, f"{knob.name}: {knob.idle}. A new value applies {knob.applies}. None {knob.none}.")
        self._show()

    @property
    def seconds(self) -> float | None:
        """The value shown."""
        return self._seconds

    @property
    def live_text(self) -> str:
        """What the line beneath the value says."""
        return self._live.whole

    def set_seconds(self, seconds: float | None) -> None:
        """Show a value; says nothing to anybody."""
        if seconds != self._seconds:
            self._seconds = seconds
            self._number = self._number if seconds is None else seconds
            self._show()

    def turn_to(self, seconds: float | None) -> None:
        """Turn the knob as a person does: the value is shown and told."""
        self._ask(seconds)

    def show_face(self, face: Face) -> None:
        """Show what the connection says about this knob."""
        if face != self._face:
            self._face = face
            self.dial.show_face(face)
            self._show_frame()
            self._show_live()

    def set_read_only(self, is_read_only: bool) -> None:
        """Show the value without letting it be changed."""
        self.dial.set_read_only(is_read_only)
        self.field.set_read_only(is_read_only)
        self.none_switch.setEnabled(not is_read_only)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self._none)
        head.addWidget(self.none_switch)
        value = QHBoxLayout()
        value.setSpacing(10)
        value.addWidget(self.field)
        value.addWidget(self._default, 1)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addStretch(1)
        right.addLayout(head)
        right.addLayout(value)
        right.addSpacing(1)
        right.addWidget(self._live)
        right.addStretch(1)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(8)
        self._row.addWidget(self.dial)
        self._row.addLayout(right, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect_signals(self) -> None:
        self.dial.turned.connect(self._ask)
        self.dial.default_asked.connect(lambda: self._ask(self._knob.default))
        self.dial.woken.connect(lambda: self._ask(self._number))
        self.field.entered.connect(self._ask)
        self.field.stepped.connect(self._step)
        self.field.refused.connect(lambda _: self._show_live())
        self.none_switch.clicked.connect(lambda is_none: self._ask(None if is_none else self._number))

    def _ask(self, seconds: float | None) -> None:
        """A person wants this value: show it, and tell."""
        if seconds == self._seconds:
            return
        self.set_seconds(seconds)
        self.turned.emit(self._knob.name, seconds)

    def _step(self, notches: int, is_fine: bool) -> None:
        self._ask(self._number if self._seconds is None else stepped(self._seconds, notches, is_fine=is_fine))

    def _show(self) -> None:
        self.dial.set_seconds(self._seconds)
        self.field.set_seconds(self._seconds)
        self.none_switch.setChecked(self._seconds is None)
        self._show_frame()
        self._show_live()

    def _show_frame(self) -> None:
        is_default = self._seconds == self._knob.default
        self.field.set_token("err" if self._face.is_expired else "edge" if is_default else "acc")

    def _show_live(self) -> None:
        reason = self.field.reason
        token = "err" if reason else self._face.live_token
        self._live.set_tone(_TONES.get(token, token))
        self._live.set_whole(reason or self._face.live)
        self._show_name(reason or self._face.live)

    def _show_name(self, live: str) -> None:
        # Tenths of a countdown would be read out without end: the name changes with whole seconds only.
        news = (self._seconds, re.sub(r"\.\d(?= s\b)", "", live))
        if news != self._named:
            self._named = news
            value = "None" if self._seconds is None else f"{format_duration(self._seconds)} seconds"
            default = format_duration(self._knob.default)
            self.dial.setAccessibleName(f"{self._knob.name} {value}, default {default}, {spoken(live)}")

    def sizeHint(self) -> QSize:
        return QSize(255, max(92, super().sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        narrow = self.dial.sizeHint().width() + self._name.sizeHint().width() + self.none_switch.sizeHint().width()
        return QSize(narrow + 22, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where room is short the word goes (the switch keeps name and tooltip), and the margins give way.
        is_narrow = self.width() < self.minimumSizeHint().width() + self._none.sizeHint().width() + 4
        self._none.setVisible(not is_narrow)
        margin = 4 if is_narrow else 8
        self._row.setContentsMargins(margin, 4, margin, 4)
