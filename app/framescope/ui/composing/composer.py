"""Where a person sends a message, a ping or a Close by hand; after the end it offers to connect again."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from framescope.engine.frames import Opcode
from framescope.ui.composing.close_popup import ClosePopup
from framescope.ui.composing.content import judge
from framescope.ui.composing.message_edit import MessageEdit
from framescope.ui.controls.choice import Choice
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.frames.opcode_mark import mark_icon
from framescope.ui.opcode_names import opcode_name
from framescope.ui.plain import PlainLabel, tip
from framescope.ui.theme import Look

CLOSED_TEXT = "Closed: nothing can be sent. The recording is kept."
_CONTROL = 32
_OPCODES = (Opcode.TEXT, Opcode.BINARY)
_HINTS = {Opcode.TEXT: "a message", Opcode.BINARY: "bytes in hex, e.g. 01 02 ff"}


class _Field(QFrame):
    """A well with a border that tells refusal: around editor and verdict, and around the closing words."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.border = "edge"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.color(self.border))
        painter.setBrush(self._look.color("field" if self.isEnabled() else "bg2"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()


class Composer(QFrame):
    """One row. It asks; whether it happened is seen in the trace."""

    send_asked = Signal(int, bytes)
    ping_asked = Signal(object)
    close_asked = Signal(int, str)
    reconnect_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._is_open = False
        self.setProperty("kind", "panel")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._opcode = Choice(look, self)
        self._opcode.setAccessibleName("Opcode")
        for opcode in _OPCODES:
            self._opcode.addItem(opcode_name(opcode), int(opcode))
        self._field = _Field(look, self)
        self._edit = MessageEdit(look, self._field)
        self._verdict = PlainLabel(tone="caption", font=look.words(11), parent=self._field)
        self._send = IconButton(look, "send", "Send", kind="primary", hint="Send (Ctrl+Enter)", parent=self)
        self._ping = QPushButton("Ping", self)
        self._close = QPushButton("Close…", self)
        self._reconnect = IconButton(look, "restart", "Reconnect", parent=self)
        self._lock = PlainLabel(parent=self)
        self._closed = PlainLabel(CLOSED_TEXT, tone="caption", parent=self)
        self._popup = ClosePopup(look, self)
        self._lay_out()
        self._connect_signals()
        self._take_look()
        self._allow()

    def set_open(self, is_open: bool) -> None:
        """Allow or forbid sending; the editor keeps its text and may be typed in before the connection opens."""
        if is_open == self._is_open and self._pages.currentIndex() == 0:
            return
        self._is_open = is_open
        self._pages.setCurrentIndex(0)
        self._allow()

    def show_closed(self, text: str = CLOSED_TEXT) -> None:
        """Say that nothing can be sent any more, and offer to connect again."""
        self._is_open = False
        self._popup.hide()
        self._closed.setText(text or CLOSED_TEXT)
        self._pages.setCurrentIndex(1)

    def set_text(self, text: str) -> None:
        """Put a text into the editor, e.g. a frame that is to be sent again."""
        self._edit.setPlainText(text)

    @property
    def verdict(self) -> str:
        return self._verdict.text()

    def _lay_out(self) -> None:
        inside = QHBoxLayout(self._field)
        inside.setContentsMargins(10, 1, 10, 1)
        inside.addWidget(self._edit, 1)
        inside.addWidget(self._verdict, 0, Qt.AlignmentFlag.AlignBottom)
        self._verdict.setFixedHeight(self._edit.height())
        sending = QWidget(self)
        row = QHBoxLayout(sending)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self._opcode, self._field, self._send, self._ping, self._close):
            row.addWidget(widget, 1 if widget is self._field else 0, Qt.AlignmentFlag.AlignBottom)
        words = _Field(self._look, self)
        words.border = "line"
        words.setFixedHeight(_CONTROL)
        row = QHBoxLayout(words)
        row.setContentsMargins(10, 0, 10, 0)
        row.addWidget(self._lock)
        row.addWidget(self._closed, 1)
        closed = QWidget(self)
        row = QHBoxLayout(closed)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(words, 1)
        row.addWidget(self._reconnect)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._pages = QStackedLayout()
        self._pages.addWidget(sending)
        self._pages.addWidget(closed)
        layout.addLayout(self._pages)

    def _connect_signals(self) -> None:
        self._look.changed.connect(self._take_look)
        self._opcode.currentIndexChanged.connect(self._opcode_changed)
        self._edit.textChanged.connect(self._judge)
        self._edit.send_pressed.connect(self._ask_send)
        self._send.clicked.connect(self._ask_send)
        self._ping.clicked.connect(self._ask_ping)
        self._close.clicked.connect(self._open_popup)
        self._popup.close_asked.connect(self.close_asked)
        self._reconnect.clicked.connect(self.reconnect_asked)

    def _take_look(self) -> None:
        for index, opcode in enumerate(_OPCODES):
            self._opcode.setItemIcon(index, mark_icon(self._look, opcode))
        self._ping.setIcon(mark_icon(self._look, Opcode.PING))
        self._close.setIcon(mark_icon(self._look, Opcode.CLOSE))
        self._lock.setPixmap(self._look.pixmap("lock", "fg2"))
        for control in (self._opcode, self._send, self._ping, self._close, self._reconnect):
            control.setFont(self._look.words(12, 500))
            control.setMinimumHeight(_CONTROL)
        tip(self._ping, "A ping with four random bytes")

    def _chosen(self) -> Opcode:
        return Opcode(int(self._opcode.currentData()))

    def _opcode_changed(self) -> None:
        self._edit.colours.is_on = self._chosen() == Opcode.TEXT
        self._edit.colours.rehighlight()
        self._judge()

    def _allow(self) -> None:
        self._ping.setEnabled(self._is_open)
        self._close.setEnabled(self._is_open)
        self._judge()

    def _judge(self) -> None:
        content = judge(self._chosen(), self._edit.content)
        self._edit.setPlaceholderText(_HINTS[self._chosen()])
        self._verdict.setText(content.verdict)
        self._verdict.set_tone("err" if content.is_refused else "caption")
        self._field.border = "err" if content.is_refused else "edge"
        self._field.update()
        self._send.setEnabled(self._is_open and not content.is_refused)

    def _ask_send(self) -> None:
        text = self._edit.content
        content = judge(self._chosen(), text)
        if not self._is_open or content.payload is None:
            return
        self._edit.remember(text)
        self._edit.clear()
        self.send_asked.emit(int(self._chosen()), content.payload)

    def _ask_ping(self) -> None:
        self.ping_asked.emit(None)

    def _open_popup(self) -> None:
        self._popup.open_above(self._close.mapToGlobal(QPoint(self._close.width(), 0)))
