"""What else can be begun from here? A quiet card that is a button: icon, title, one sentence, key."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.ui.controls.key_cap import KeyCap
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


class WayCard(QAbstractButton):
    """One way on. Enter, Space and a click take it."""

    asked = Signal()

    def __init__(
        self, look: Look, icon: str, title: str, sentence: str, *, key: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._icon_name = icon
        self._icon = PlainLabel(parent=self)
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{sentence} {key}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(PlainLabel(title, tone="heading", font=look.words(12.5, 500), parent=self))
        words.addWidget(PlainLabel(sentence, tone="caption", font=look.words(11), parent=self))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 11, 12, 11)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(KeyCap(look, key, self), 0, Qt.AlignmentFlag.AlignTop)
        for label in self.findChildren(PlainLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.asked)
        look.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        self._icon.setPixmap(self._look.pixmap(self._icon_name, "fg1"))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2.0 if self.hasFocus() else 1.0
        painter.setPen(QPen(self._look.color("fg0" if self.hasFocus() else "line2"), width))
        painter.setBrush(self._look.color("bg3" if self.underMouse() or self.isDown() else "bg2"))
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, 6, 6)
        painter.end()
