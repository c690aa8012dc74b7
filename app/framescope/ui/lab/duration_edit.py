"""How is a number of seconds typed in the lab? One small field; what cannot be stays in it, marked, with the reason."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from framescope.engine.settings import LARGEST, SMALLEST, BadKnob, format_duration, parse_duration
from framescope.ui.plain import tip
from framescope.ui.theme import Look

_LONGEST = 12  # characters


class DurationEdit(QLineEdit):
    """Seconds, as in `2 s`, `200ms`, `none`. `is_limit`: none is not a value here; `is_small`: beside a switch."""

    entered = Signal(object)  #: s, or None

    def __init__(
        self, look: Look, name: str, *, is_limit: bool = False, is_small: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._is_limit = is_limit
        self._seconds: float | None = None
        self._reason = ""
        self.setAccessibleName(f"{name} in seconds")
        self.setFont(look.mono(11 if is_small else 12))
        self.setMaxLength(_LONGEST)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setStyleSheet(f"QLineEdit {{ padding: 0 {2 if is_small else 5}px; }}")
        width = self.fontMetrics().horizontalAdvance("0") * (6 if is_small else 7) + (8 if is_small else 14)
        self.setFixedWidth(width)
        self.set_compact(is_compact=False)
        self.editingFinished.connect(self._take)
        self.textEdited.connect(lambda _: self._set_reason(""))

    @property
    def reason(self) -> str:
        """Why the text that stands there was refused; "" when it was not."""
        return self._reason

    def set_compact(self, *, is_compact: bool) -> None:
        """Take less height where there is little."""
        room, least = (3, 20) if is_compact else (6, 22)
        self.setFixedHeight(max(least, self.fontMetrics().height() + room))

    def show_seconds(self, seconds: float | None) -> None:
        """Show this value, unless somebody is typing another."""
        if self.isModified() and self.hasFocus():
            return
        self._seconds = seconds
        self._write()

    def set_changed(self, is_changed: bool) -> None:
        """Frame a value that is not the library's default."""
        if self.property("is_changed") is not is_changed:
            self.setProperty("is_changed", is_changed)
            self._restyle()

    def _take(self) -> None:
        if not self.isModified():
            return
        try:
            seconds = parse_duration(self.text())
        except BadKnob as error:
            self._set_reason(str(error))
            return
        if (seconds is None and self._is_limit) or (seconds is not None and not SMALLEST <= seconds <= LARGEST):
            self._set_reason(f"{SMALLEST:g} to {LARGEST:g} s")
            return
        self._set_reason("")
        is_other = seconds != self._seconds
        self._seconds = seconds
        self._write()
        if is_other:
            self.entered.emit(seconds)

    def _write(self) -> None:
        text = "none" if self._seconds is None else f"{format_duration(self._seconds)} s"
        if text != self.text():
            self.setText(text)
        self.setModified(False)
        self.setCursorPosition(0)

    def _set_reason(self, reason: str) -> None:
        if reason != self._reason:
            self._reason = reason
            tip(self, reason)
            self.setProperty("is_refused", "true" if reason else "false")
            self._restyle()

    def _restyle(self) -> None:
        self.style().unpolish(self)
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._set_reason("")
            self._write()
            self.selectAll()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()
