"""What is a button with an icon? A push button whose icon follows the theme, with a name for screen readers."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QWidget

from framescope.ui.plain import tip
from framescope.ui.theme import Look


class IconButton(QPushButton):
    """A button with an icon, and a text unless the icon stands alone; then the tooltip names it."""

    def __init__(
        self, look: Look, icon: str, text: str = "", *, kind: str = "", hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._look = look
        self._icon_name = icon
        self.setFont(look.words(12, 500))
        self.setIconSize(QSize(16, 16))
        if kind:
            self.setProperty("kind", kind)
        if hint:
            tip(self, hint)
            self.setAccessibleName(text or hint)
        self._tint()
        look.changed.connect(self._tint)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        if icon != self._icon_name:
            self._icon_name = icon
            self._tint()

    def set_kind(self, kind: str) -> None:
        """Become another kind of button of the style sheet."""
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
            self._tint()

    def setEnabled(self, is_enabled: bool) -> None:
        super().setEnabled(is_enabled)
        self._tint()

    def _tint(self) -> None:
        kind = self.property("kind")
        token = "onacc" if kind == "primary" else "err" if kind == "danger" else "fg1" if kind == "quiet" else "fg0"
        self.setIcon(self._look.icon(self._icon_name, token if self.isEnabled() else "fg3"))
