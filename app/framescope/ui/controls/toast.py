"""How is a person told what just happened, with a way back? One line over the window, for a few seconds."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QEnterEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

SHOWN_MS = 6000
_ABOVE_BOTTOM = 44  # px: clear of the status bar


class Toast(QWidget):
    """The line. It never takes the focus, and waits while the pointer is on it."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._callback: Callable[[], None] | None = None
        self._is_fault = False
        self._icon = PlainLabel(parent=self)
        self._text = ElidedLabel(font=look.words(12), tone="heading", parent=self)
        self._action = QPushButton(self)
        self._action.setProperty("kind", "link")
        self._action.setFont(look.words(12, 500))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        self._timer.timeout.connect(self.hide)
        self._action.clicked.connect(self._act)
        look.changed.connect(self._tint)
        self._tint()
        self.hide()
        if parent is not None:
            parent.installEventFilter(self)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.whole

    def show_text(
        self, text: str, action: str = "", callback: Callable[[], None] | None = None, *, is_fault: bool = False
    ) -> None:
        """Say `text`, offering `action`; a new toast replaces the one that stands there."""
        self._callback = callback
        self._is_fault = is_fault
        self._tint()
        self._text.set_whole(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _act(self) -> None:
        callback, self._callback = self._callback, None
        self.hide()
        if callback is not None:
            callback()

    def _tint(self) -> None:
        self._icon.setPixmap(self._look.pixmap(*(("warn", "warn") if self._is_fault else ("check", "acc"))))
        self.update()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        wanted = self.sizeHint()
        width = min(wanted.width(), parent.width() - 24)
        self.setGeometry(
            (parent.width() - width) // 2, parent.height() - wanted.height() - _ABOVE_BOTTOM, width, wanted.height()
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if self.isVisible():
            self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.color("warn2" if self._is_fault else "acc2"), 1))
        painter.setBrush(self._look.color("bg2"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
