"""Where does the connection go? The address, its completion, its refusal, and what the connection agreed on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from framescope.probe.address_text import complete, host_span, refusal
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.plain import PlainLabel, tip, visible
from framescope.ui.theme import Look

_LONGEST = 8192  # RELIABILITY 6: a line of a request is at most 8 KiB
_TEXT_MARGIN = 2  # px: where a QLineEdit begins its text
_EDIT_STYLE = "QLineEdit { background: transparent; border: 0; padding: 0; }"
_OPEN_STYLE = "QPushButton { min-height: 20px; padding: 0 3px; border-color: transparent; background: transparent; }"


class AddressField(QWidget):
    """The address in a frame, with a note at its right and the button of the options."""

    entered = Signal(str)  #: a person wants to go to this whole address
    edited = Signal(str)
    options_asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._summary, self._summary_tone = "", "caption"
        self._refusal = ""
        self._icon = PlainLabel(parent=self)
        self._edit = _Edit(look, self)
        self._note = ElidedLabel(tone="caption", font=look.words(11), parent=self)
        self._note.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._options = QPushButton(self)
        self._options.setStyleSheet(_OPEN_STYLE)
        self._options.setIconSize(QSize(16, 16))
        self._options.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus where the panel wants it
        self._options.setAccessibleName("Connection options")
        tip(self._options, "Headers, cookies, subprotocols, origin, certificates, compression")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 5, 2)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._edit, 1)
        row.addWidget(self._note)
        row.addWidget(self._options)
        self.setFixedHeight(max(32, self._edit.fontMetrics().height() + 12))
        self.setFocusProxy(self._edit)
        self._connect_signals()
        self._restyle()

    @property
    def text(self) -> str:
        """What stands there, as typed."""
        return self._edit.text()

    @property
    def refusal(self) -> str:
        """Why the address cannot be, "" when nothing was refused."""
        return self._refusal

    def set_text(self, text: str) -> None:
        """Put an address there."""
        self._edit.setText(text)
        self._edit.setCursorPosition(0)
        self._changed()

    def set_summary(self, text: str, tone: str = "caption") -> None:
        """Say what the connection agreed on."""
        self._summary, self._summary_tone = text, tone
        self._show_note()

    def enter(self) -> None:
        """Complete the address and pass it on, or say why it cannot be and keep it."""
        address = complete(self._edit.text())
        self._set_refusal(refusal(address))
        if self._refusal:
            self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.set_text(address)
        self.entered.emit(address)

    def focus(self) -> None:
        """Let the person type."""
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._edit.selectAll()

    def begin(self, text: str) -> None:
        """Begin an address with what was typed elsewhere; the person goes on typing behind it."""
        self.set_text(text)
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._edit.end(False)

    def _connect_signals(self) -> None:
        self._edit.textEdited.connect(lambda _: self._changed())
        self._edit.returnPressed.connect(self.enter)
        self._edit.moved_focus.connect(self.update)
        self._options.clicked.connect(self.options_asked)
        self._look.changed.connect(self._restyle)

    def _changed(self) -> None:
        self._set_refusal("")
        self._restyle()
        self.edited.emit(self._edit.text())

    def _set_refusal(self, text: str) -> None:
        self._refusal = text
        self._show_note()
        self.update()

    def _show_note(self) -> None:
        text, tone = self._summary, self._summary_tone
        completed = complete(self._edit.text())
        if self._refusal:
            text, tone = self._refusal, "err"
        elif completed != self._edit.text().strip():
            text, tone = f"→ {completed}", "caption"
        self._note.set_tone(tone)
        self._note.set_whole(text)
        self._note.setVisible(bool(text))
        self._edit.setAccessibleDescription(text)

    def _restyle(self) -> None:
        is_secure = complete(self._edit.text()).lower().startswith("wss://")
        self._icon.setPixmap(self._look.pixmap("lock" if is_secure else "plug", "fg2"))
        self._options.setIcon(self._look.icon("chev", "fg1"))
        self._edit.update()
        self._show_note()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = self._edit.hasFocus()
        token = "err" if self._refusal else "acc" if has_focus else "edge"
        width = 2.0 if has_focus else 1.0
        painter.setPen(QPen(self._look.color(token), width))
        painter.setBrush(self._look.color("field"))
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, 6, 6)
        painter.end()


class _Edit(QLineEdit):
    """The bare address; at rest its host is bright and the rest is quiet."""

    moved_focus = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.setFrame(False)
        self.setFont(look.mono(12))
        self.setStyleSheet(_EDIT_STYLE)
        self.setMaxLength(_LONGEST)
        self.setPlaceholderText("ws:// or wss:// address")
        self.setAccessibleName("Address")
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 16)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.moved_focus.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.moved_focus.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus() or not self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        text, metrics = self.text(), QFontMetricsF(self.font())
        start, end = host_span(text)
        left = float(_TEXT_MARGIN)
        for piece, token in ((text[:start], "fg2"), (text[start:end], "fg0"), (text[end:], "fg2")):
            line = metrics.elidedText(visible(piece), Qt.TextElideMode.ElideRight, max(0.0, self.width() - left))
            painter.setPen(self._look.color(token))
            width = metrics.horizontalAdvance(line)
            box = QRectF(left, 0, width + 1, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line)
            left += width
        painter.end()
