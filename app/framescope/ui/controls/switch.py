"""How does a person switch one thing on or off? A small two-state switch with a word for screen readers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from framescope.ui.theme import Look

_TRACK = QSize(26, 14)
_MARGIN = 3  # room for the focus ring; makes the target 32 x 20


class Switch(QCheckBox):
    """A check box drawn as a switch. `off_token` colours it while off: "err" where off is dangerous."""

    def __init__(self, look: Look, name: str, *, off_token: str = "fg2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._off_token = off_token
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_TRACK.width() + 2 * _MARGIN, _TRACK.height() + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - _TRACK.height()) / 2
        track = QRectF(_MARGIN, top, _TRACK.width(), _TRACK.height()).adjusted(0.5, 0.5, -0.5, -0.5)
        ink, ground = self._tokens()
        painter.setPen(QPen(self._look.color(ink if self.isEnabled() else "line2"), 1))
        painter.setBrush(self._look.color(ground))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        size = track.height() - 4
        left = track.right() - size - 2 if self.isChecked() else track.left() + 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color(self._dot()))
        painter.drawEllipse(QRectF(left, track.top() + 2, size, size))
        if self.hasFocus():
            painter.setPen(QPen(self._look.color("fg0"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = track.adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.end()

    def _tokens(self) -> tuple[str, str]:
        if self.isChecked():
            return "acc", "acc2"
        return ("err", "bg2") if self._off_token == "err" else ("edge", "bg3")

    def _dot(self) -> str:
        if not self.isEnabled():
            return "fg3"
        return "acc" if self.isChecked() else self._off_token
