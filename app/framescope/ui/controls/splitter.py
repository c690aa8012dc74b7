"""How are two panes divided? By a line of one pixel that can be grabbed by seven; a double click resets it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle

_MARGIN = 3  # px on either side of the line that can be grabbed, too


class Splitter(QSplitter):
    """A splitter that goes back to its first sizes: those given, or those that stood before a hand moved it."""

    def __init__(self, orientation: Qt.Orientation, sizes: list[int] | None = None) -> None:
        super().__init__(orientation)
        self._sizes = sizes
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)

    def reset(self) -> None:
        """Go back to the first sizes."""
        if self._sizes is not None:
            self.setSizes(self._sizes)

    def remember(self) -> None:
        """A hand is about to move it: the sizes as they stand are the first, where none were given."""
        self._sizes = self._sizes or self.sizes()

    def createHandle(self) -> QSplitterHandle:
        return _Handle(self)


class _Handle(QSplitterHandle):
    """The line. Qt lays panes out by a handle's contents, and draws what its mask shows."""

    def __init__(self, splitter: Splitter) -> None:
        super().__init__(splitter.orientation(), splitter)
        self._splitter = splitter
        self.setAttribute(Qt.WidgetAttribute.WA_MouseNoMask)

    def resizeEvent(self, event: QResizeEvent) -> None:
        is_upright = self.orientation() == Qt.Orientation.Horizontal
        self.setContentsMargins(*((_MARGIN, 0, _MARGIN, 0) if is_upright else (0, _MARGIN, 0, _MARGIN)))
        self.setMask(QRegion(self.contentsRect()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._splitter.remember()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._splitter.reset()
