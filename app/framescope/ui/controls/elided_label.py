"""How does one line of text fit where it may be too long? It ends in an ellipsis, and its tooltip has the rest."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.ui.plain import PlainLabel, tip, visible


class ElidedLabel(PlainLabel):
    """A plain label that gives way: it asks for its text's width and takes what there is.

    `is_whole_or_absent`: for a text that says nothing when cut; it shows as a whole or not at all.
    """

    def __init__(
        self,
        text: str = "",
        *,
        tone: str = "",
        font: QFont | None = None,
        is_whole_or_absent: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._whole = ""
        self._is_whole_or_absent = is_whole_or_absent
        super().__init__("", tone=tone, font=font, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_whole(text)

    @property
    def whole(self) -> str:
        """The text as it was given."""
        return self._whole

    def set_whole(self, text: str) -> None:
        """Show `text`, control characters as marks, cut to the width there is."""
        if text == self._whole:
            return
        self._whole = text
        self.setAccessibleName(text)
        self._elide()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(visible(self._whole)) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        line = visible(self._whole)
        cut = self.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, max(0, self.width()))
        is_cut = cut != line
        self.setText("" if is_cut and self._is_whole_or_absent else cut)
        tip(self, line if is_cut else "")
