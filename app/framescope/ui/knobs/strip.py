"""Which timeouts does the connection run with? The four knobs side by side."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from framescope.analysis.model import Story
from framescope.engine.settings import KNOBS
from framescope.ui.knobs.face import face
from framescope.ui.knobs.knob import Knob
from framescope.ui.theme import Look


class KnobStrip(QWidget):
    """All knobs. Knows their values; the connection's side of it comes with every `show_story`."""

    knob_turned = Signal(str, object)  #: name, seconds or None

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knobs: dict[str, Knob] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for knob in KNOBS:
            widget = Knob(look, knob, self)
            widget.turned.connect(self.knob_turned)
            self.knobs[knob.name] = widget
            row.addWidget(widget, 1)
            row.addWidget(_line(self))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def values(self) -> dict[str, float | None]:
        """The values shown, by name."""
        return {name: knob.seconds for name, knob in self.knobs.items()}

    def set_values(self, values: Mapping[str, float | None]) -> None:
        """Show these values; says nothing to anybody."""
        for name, seconds in values.items():
            self.knobs[name].set_seconds(seconds)

    def show_story(self, story: Story | None, now_ns: int) -> None:
        """Show what the connection is doing at `now_ns`."""
        values = self.values
        for name, knob in self.knobs.items():
            knob.show_face(face(name, story, values, now_ns))

    def set_read_only(self, is_read_only: bool) -> None:
        """Show values without letting them be turned."""
        for knob in self.knobs.values():
            knob.set_read_only(is_read_only)


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("kind", "line")
    line.setFixedWidth(1)
    return line
