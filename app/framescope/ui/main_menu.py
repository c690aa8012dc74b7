"""What is in the menu at the top right? The theme, the keys, where captures lie, and the version."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

import framescope
from framescope.ui.theme import THEMES, Look

_THEME_NAMES = {"dark": "Dark theme", "light": "Light theme", "system": "Theme as the system"}


class MainMenu(QMenu):
    """Opened at a point; says what was chosen."""

    keys_asked = Signal()
    folder_asked = Signal()
    quit_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        group = QActionGroup(self)
        self._themes = {}
        for theme in THEMES:
            action = self.addAction(_THEME_NAMES[theme])
            action.setCheckable(True)
            action.setActionGroup(group)
            action.triggered.connect(lambda _=False, name=theme: look.choose(name))
            self._themes[theme] = action
        self.addSeparator()
        self.addAction("Keys\tF1", self.keys_asked.emit)
        self.addAction("Copy the capture's folder", self.folder_asked.emit)
        self.addSeparator()
        self.addAction(f"Framescope {framescope.__version__}").setEnabled(False)
        self.addAction("Quit\tCtrl+Q", self.quit_asked.emit)

    def open_at(self, point: QPoint) -> None:
        """Show the menu; it never blocks."""
        self._themes[self._look.choice].setChecked(True)
        self.popup(point)
