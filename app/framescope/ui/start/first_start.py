"""What does somebody see who has no connection yet? One card: the demo feed, or a server's address."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.ui.controls.icon_button import IconButton
from framescope.ui.controls.key_cap import KeyCap
from framescope.ui.plain import PlainLabel
from framescope.ui.start.way_card import WayCard
from framescope.ui.theme import Look

_WIDTH = 842  # px: the widest it becomes
_TEXT = (
    "The demo feed is a small server inside Framescope. It sends prices, answers pings, and lets you turn every knob. "
    "Nothing leaves this computer."
)


class FirstStart(QWidget):
    """The card. Enter anywhere in it starts the demo feed."""

    demo_asked = Signal()
    address_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.demo = IconButton(look, "play", "Start the demo feed", kind="primary", parent=self)
        self.demo.setProperty("measure", "hero")
        self.demo.setFont(look.words(14, 600))
        self.demo.setAutoDefault(True)
        self.connect_card = WayCard(
            look, "plug", "Connect to a server", "Type a ws:// or wss:// address above.", key="Ctrl L", parent=self
        )
        text = PlainLabel(_TEXT, tone="quiet", font=look.words(13), parent=self)
        text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 24, 26, 22)
        column.setSpacing(0)
        column.addWidget(PlainLabel("See a WebSocket live", tone="heading", font=look.words(20, 600), parent=self))
        column.addSpacing(8)
        column.addWidget(text)
        column.addSpacing(18)
        column.addLayout(self._start_row())
        column.addSpacing(20)
        column.addWidget(_line(self))
        column.addSpacing(16)
        column.addWidget(self.connect_card)
        self.setFocusProxy(self.demo)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setMinimumWidth(420)
        self.setMaximumWidth(_WIDTH)
        self.demo.clicked.connect(self.demo_asked)
        self.connect_card.asked.connect(self.address_asked)
        look.changed.connect(self.update)

    def set_busy(self, is_busy: bool) -> None:
        """Hold the buttons while the demo feed is being started."""
        self.demo.setEnabled(not is_busy)

    def _start_row(self) -> QHBoxLayout:
        caption = self._look.words(11)
        row = QHBoxLayout()
        row.setSpacing(5)
        row.addWidget(self.demo)
        row.addSpacing(8)
        row.addWidget(PlainLabel("or press", tone="caption", font=caption, parent=self))
        row.addWidget(KeyCap(self._look, "Enter", self))
        row.addWidget(PlainLabel(". First frames in about a second.", tone="caption", font=caption, parent=self))
        row.addStretch(1)
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.demo.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.heightForWidth(_WIDTH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The text wraps: a narrower card is a higher one, which an aligned item is not asked about.
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.color("line2"), 1))
        painter.setBrush(self._look.color("bg1"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.end()


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("kind", "line")
    line.setFixedHeight(1)
    line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return line
