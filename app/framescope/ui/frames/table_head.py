"""What stands above the frame table? How many frames there are, and which of the connections is shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from framescope.analysis.trace import Trace
from framescope.analysis.units import format_count
from framescope.ui.controls.choice import Choice
from framescope.ui.plain import PlainLabel, visible
from framescope.ui.theme import Look

_URL_LIMIT = 60


class TableHead(QWidget):
    """A heading, a count, and from the second connection on a selector."""

    connection_chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = PlainLabel(tone="caption", font=look.mono(11), parent=self)
        self.selector = Choice(look, self)
        self.selector.setAccessibleName("Connection shown")
        self.selector.setFont(look.words(11))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(PlainLabel("Frames", tone="heading", font=look.words(12, 600), parent=self))
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.selector)
        self.setFixedHeight(38)
        self.selector.hide()
        self.selector.activated.connect(self._chosen)

    def show_connections(self, traces: dict[int, Trace], current: int | None) -> None:
        """Offer every connection of the capture; nothing to choose while there is one."""
        if self.selector.view().isVisible():
            return  # a person is choosing: the list stands still
        entries = [(number, _entry(trace)) for number, trace in sorted(traces.items())]
        known = [
            (self.selector.itemData(place), self.selector.itemText(place)) for place in range(self.selector.count())
        ]
        if entries != known:
            self.selector.clear()
            for number, text in entries:
                self.selector.addItem(text, number)
        self.selector.setCurrentIndex(self.selector.findData(current))
        self.selector.setVisible(len(entries) > 1)

    def show_count(self, trace: Trace | None) -> None:
        """Say how many frames the connection has."""
        self._count.setText("" if trace is None else format_count(trace.frame_count))

    def _chosen(self, place: int) -> None:
        self.connection_chosen.emit(self.selector.itemData(place))


def _entry(trace: Trace) -> str:
    story = trace.story
    url = "" if story.info is None else story.info.url
    state = (
        story.state.name if story.ended is None or story.ended.info.code is None else f"CLOSED {story.ended.info.code}"
    )
    return f"{story.number} · {visible(url[:_URL_LIMIT])} · {state}"
