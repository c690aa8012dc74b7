"""How do five tabs stand in a narrow panel? Closer together, then with the longest names cut; never with arrows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from framescope.ui.plain import tip_text


class PanelTabs(QTabBar):
    """A row of tabs that takes the width there is."""

    def __init__(self, names: Sequence[str], font: QFont, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = list(names)
        self.setFont(font)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        for index, name in enumerate(self._names):
            self.addTab(name)
            self.setAccessibleTabName(index, name)

    def show_tab(self, index: int, is_visible: bool) -> None:
        """Offer a tab or not; the others make room."""
        if self.isTabVisible(index) != is_visible:
            self.setTabVisible(index, is_visible)
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Take the widest form that there is room for."""
        shown = [index for index in range(self.count()) if self.isTabVisible(index)]
        for kind in ("", "tight"):
            self._set_kind(kind)
            self._write(self._names)
            over = sum(self.tabSizeHint(index).width() for index in shown) - self.width()
            if over <= 0:
                return
        advance = self.fontMetrics().horizontalAdvance
        widths = sorted(advance(self._names[index]) for index in shown)
        room, most = sum(widths) - over, 0
        for place, width in enumerate(widths):
            most = room // (len(widths) - place)
            if width > most:
                break
            room -= width
        cut = self.fontMetrics().elidedText
        self._write([cut(name, Qt.TextElideMode.ElideRight, max(0, most)) for name in self._names])

    def _write(self, texts: Sequence[str]) -> None:
        for index, (text, name) in enumerate(zip(texts, self._names, strict=True)):
            if self.tabText(index) != text:
                self.setTabText(index, text)
                self.setTabToolTip(index, "" if text == name else tip_text(name))

    def _set_kind(self, kind: str) -> None:
        if (self.property("kind") or "") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
            QCoreApplication.sendEvent(self, QEvent(QEvent.Type.StyleChange))  # lays the tabs out anew
