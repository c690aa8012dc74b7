"""How is a knob's value typed? A number, its unit and two steppers in one frame; refused text stays until mended."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from framescope.engine.settings import BadKnob, check_knob, format_duration, parse_duration
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

_LONGEST = 24  # characters: what a value with a unit can need, and no more
_STEPPERS = 20  # px
_NUMBER_STYLE = "QLineEdit { background: transparent; border: 0; padding: 0; }"


class KnobField(QWidget):
    """The value in a frame. Emits what a person asks for; shows what it is told."""

    entered = Signal(object)  #: a person typed this value, s or None
    stepped = Signal(int, bool)  #: notches, whether fine
    refused = Signal(str)  #: why the text cannot be; "" when that is over

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._name = name
        self._seconds: float | None = None
        self._token = "edge"
        self._reason = ""
        self._edit = _Number(look, self)
        self._edit.setAccessibleName(f"{name} in seconds")
        self._unit = PlainLabel("s", tone="caption", font=look.mono(12), parent=self)
        self._steppers = _Steppers(look, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 1, 0)
        row.setSpacing(5)
        row.addWidget(self._edit)
        row.addWidget(self._unit)
        row.addWidget(self._steppers)
        self.setFocusProxy(self._edit)
        self.setFixedHeight(max(28, self._edit.fontMetrics().height() + 6))
        self._connect_signals()

    @property
    def reason(self) -> str:
        """Why the text that stands there was refused, "" when it was not."""
        return self._reason

    def set_seconds(self, seconds: float | None) -> None:
        """Show this value, unless somebody is typing another."""
        if seconds == self._seconds and self._edit.text():
            return
        self._seconds = seconds
        if not self._edit.isModified():
            self._show_value()

    def set_token(self, token: str) -> None:
        """Colour the frame: "edge", "acc" for changed, "err" for expired."""
        if token != self._token:
            self._token = token
            self.update()

    def set_read_only(self, is_read_only: bool) -> None:
        """Show the value without letting it be typed."""
        if is_read_only:
            self.undo()
        self._edit.setReadOnly(is_read_only)
        self._steppers.setEnabled(not is_read_only)

    def undo(self) -> None:
        """Drop what was typed and show the value in force."""
        self._set_reason("")
        self._show_value()
        self._edit.selectAll()

    def commit(self) -> bool:
        """Take what was typed; False when it was refused and still stands there."""
        if not self._edit.isModified():
            return True
        try:
            seconds = parse_duration(self._edit.text())
            check_knob(self._name, seconds)
        except BadKnob as error:
            self._set_reason(str(error))
            return False
        is_other = seconds != self._seconds
        self._seconds = seconds
        self._set_reason("")
        self._show_value()
        if is_other:
            self.entered.emit(seconds)
        return True

    def _connect_signals(self) -> None:
        self._edit.textChanged.connect(self._fit)
        self._edit.textEdited.connect(lambda _: self._set_reason(""))
        self._edit.committed.connect(self.commit)
        self._edit.undone.connect(self.undo)
        self._edit.stepped.connect(self._step)
        self._edit.moved_focus.connect(self.update)
        self._steppers.stepped.connect(self._step)
        self._look.changed.connect(self.update)

    def _step(self, notches: int, is_fine: bool) -> None:
        if self.commit() and not self._edit.isReadOnly():
            self.stepped.emit(notches, is_fine)

    def _set_reason(self, reason: str) -> None:
        if reason != self._reason:
            self._reason = reason
            self.refused.emit(reason)
            self.update()

    def _show_value(self) -> None:
        self._edit.setText(format_duration(self._seconds))
        self._edit.setModified(False)
        self._edit.setCursorPosition(0)
        self._unit.setVisible(self._seconds is not None)
        self._fit()

    def _fit(self) -> None:
        """Be as wide as the text: the row's rest belongs to the default."""
        metrics = self._edit.fontMetrics()
        width = metrics.horizontalAdvance(self._edit.text() or "0") + 4
        self._edit.setFixedWidth(min(width, metrics.horizontalAdvance("0") * 7 + 4))
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = "err" if self._reason else "acc" if self._edit.hasFocus() else self._token
        width = 2.0 if self._edit.hasFocus() else 1.0
        painter.setPen(QPen(self._look.color(token), width))
        painter.setBrush(self._look.color("field"))
        half = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 5, 5)
        painter.end()


class _Number(QLineEdit):
    """The bare text: its keys are a knob's keys."""

    committed = Signal()
    undone = Signal()
    stepped = Signal(int, bool)
    moved_focus = Signal()

    def __init__(self, look: Look, field: KnobField) -> None:
        super().__init__(field)
        self._field = field
        self.setFrame(False)
        self.setMaxLength(_LONGEST)
        self.setFont(look.mono(17, 600))
        self.setStyleSheet(_NUMBER_STYLE)
        self.setTextMargins(0, 0, 0, 0)

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the edit while there is something to undo, not to the window's shortcut.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_edited = self.isModified() or bool(self._field.reason)
            if event.key() == Qt.Key.Key_Escape and is_edited:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.committed.emit()
        elif key is Qt.Key.Key_Escape and (self.isModified() or self._field.reason):
            self.undone.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if key is Qt.Key.Key_Up else -1, is_fine)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        if delta:
            self.stepped.emit(1 if delta > 0 else -1, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        event.accept()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Keep the focus while the text is refused: the person mends it, or undoes with Esc."""
        if not self._field.commit():
            return True
        return super().focusNextPrevChild(is_next)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.isModified():
            self.selectAll()
        self.moved_focus.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.committed.emit()
        self.deselect()
        self.moved_focus.emit()


class _Steppers(QWidget):
    """Two small chevrons behind a hairline: a click is one step, with Shift a fine one."""

    stepped = Signal(int, bool)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._hovered = 0
        self.setFixedWidth(_STEPPERS)
        self.setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.stepped.emit(self._half(event.position()), is_fine)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick clicks are two steps

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._half(event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = 0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.color("line2"), 1))
        painter.drawLine(QPointF(0.5, 2), QPointF(0.5, self.height() - 2))
        for sign in (1, -1):
            token = "fg0" if self._hovered == sign and self.isEnabled() else "fg2" if self.isEnabled() else "fg3"
            painter.setPen(QPen(self._look.color(token), 1.2, c=Qt.PenCapStyle.RoundCap))
            middle, y = (self.width() + 1) / 2, self.height() / 2 - 6 * sign
            ends = [QPointF(middle - 3, y + 1.5 * sign), QPointF(middle + 3, y + 1.5 * sign)]
            painter.drawPolyline([ends[0], QPointF(middle, y - 1.5 * sign), ends[1]])
        painter.end()

    def _half(self, position: QPointF) -> int:
        return 1 if position.y() < self.height() / 2 else -1
