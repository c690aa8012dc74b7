"""How does a part of the diagnosis begin? A heading, a caption at its right, a line above; and wrapped plain labels."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.plain import PlainLabel, visible
from framescope.ui.theme import Look

_LONGEST = 600  #: characters of one text: it may quote the peer
MARGIN = 16
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:ns|µs|ms|s|min|h|%|B|[KMG]iB)(?!\w))")


class Section(QFrame):
    """A headed part; `body` takes what it shows."""

    def __init__(self, look: Look, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._caption = ElidedLabel(tone="caption", font=look.words(11))
        self._caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.body = QVBoxLayout()
        self.body.setSpacing(4)
        line = QFrame()
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(PlainLabel(title, tone="heading", font=look.words(12, 600)))
        head.addWidget(self._caption, 1)
        inner = QVBoxLayout()
        inner.setContentsMargins(MARGIN, 6, MARGIN, 7)
        inner.setSpacing(4)
        inner.addLayout(head)
        inner.addLayout(self.body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line)
        column.addLayout(inner)
        self.setAccessibleName(title)

    def set_caption(self, text: str) -> None:
        """Say something short at the right of the heading."""
        self._caption.set_whole(text)

    def clear(self) -> None:
        """Take out what is shown."""
        empty(self.body)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout, and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty(inner)


def together(text: str) -> str:
    """Let no line end between a figure and its unit."""
    return _BEFORE_UNIT.sub("\u00a0", text)


def wrapped(text: str, *, tone: str = "quiet", font: QFont | None = None) -> PlainLabel:
    """Make a label of several lines that can be copied from."""
    label = PlainLabel(together(visible(text[:_LONGEST])), tone=tone, font=font)
    label.setWordWrap(True)
    # Its height follows from its width; by itself a wrapped label wants a line for each word.
    label.setMinimumSize(40, 1)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
