"""How is one of the network's faults set? An icon, its name, and its control at the right, in one frame."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


class FaultRow(QFrame):
    """One line of the network card; red while the fault is on."""

    def __init__(self, look: Look, icon: str, name: str, *controls: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._icon_name = icon
        self._is_alarm = False
        self.setProperty("kind", "group")
        self._icon = PlainLabel(parent=self)
        self._name = PlainLabel(name, font=look.words(11, 500), parent=self)
        self.figure = PlainLabel(font=look.mono(11), parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 3, 2)
        row.setSpacing(4)
        row.addWidget(self._icon)
        row.addWidget(self._name)
        row.addStretch(1)
        row.addWidget(self.figure)
        for control in controls:
            row.addWidget(control)
        self.setMinimumHeight(28)
        look.changed.connect(self._tint)
        self._tint()

    def set_alarm(self, is_alarm: bool) -> None:
        """The fault is on."""
        if is_alarm != self._is_alarm:
            self._is_alarm = is_alarm
            self.setProperty("is_alarm", "true" if is_alarm else "false")
            self.style().unpolish(self)
            self.style().polish(self)
            self._tint()

    def _tint(self) -> None:
        tone = "err" if self._is_alarm else "quiet"
        self._icon.setPixmap(self._look.pixmap(self._icon_name, "err" if self._is_alarm else "fg1", 14))
        self._name.set_tone(tone)
        self.figure.set_tone(tone)
