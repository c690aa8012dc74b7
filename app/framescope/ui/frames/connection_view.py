"""Shows what is known of a connection as a whole, heading by heading, as plain text that can be copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QWidget

from framescope.analysis.model import Story
from framescope.ui.frames.connection_facts import Facts, facts_of
from framescope.ui.plain import PlainLabel, visible
from framescope.ui.theme import Look

_NO_CONNECTION = "No connection yet"
_VALUE_LIMIT = 2048  # characters of one value: reasons and addresses come from the peer


class ConnectionView(QScrollArea):
    """A form that is laid out anew only when its lines change."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shape: list[tuple[str, str]] = []
        self._values: list[PlainLabel] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Connection")
        look.changed.connect(self._take_look)
        self.show_story(None, 0)

    def show_story(self, story: Story | None, now_ns: int) -> None:
        """Show a connection as it stands at `now_ns`."""
        sections = facts_of(story, now_ns) if story is not None else [Facts(_NO_CONNECTION, [])]
        shape = [(section.heading, fact.name) for section in sections for fact in section.lines]
        if shape != self._shape or not shape:
            self._shape = shape
            self._build(sections)
        facts = [fact for section in sections for fact in section.lines]
        for label, fact in zip(self._values, facts, strict=True):
            text = visible(fact.value[:_VALUE_LIMIT])
            if label.text() != text:
                label.setText(text)
            label.set_tone(fact.tone or "quiet")

    @property
    def values(self) -> dict[str, str]:
        """Return the lines as they are shown, by name; for tests and for copying."""
        return {name: label.text() for (_, name), label in zip(self._shape, self._values, strict=True)}

    def _build(self, sections: list[Facts]) -> None:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(16, 10, 12, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._values = []
        row = 0
        for section in sections:
            heading = PlainLabel(section.heading, tone="heading", font=self._look.words(12, 600))
            grid.setRowMinimumHeight(row, 26)
            grid.addWidget(heading, row, 0, 1, 2, Qt.AlignmentFlag.AlignBottom)
            row += 1
            for fact in section.lines:
                name = PlainLabel(
                    visible(fact.name),
                    tone="caption",
                    font=self._look.mono(11) if fact.is_code else self._look.words(12),
                )
                value = PlainLabel(tone="quiet", font=self._look.mono(11))
                value.setWordWrap(True)
                value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(value, row, 1)
                self._values.append(value)
                row += 1
        grid.setRowStretch(row, 1)
        self.setWidget(page)
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)

    def _take_look(self) -> None:
        for label in self._values:
            label.setFont(self._look.mono(11))
