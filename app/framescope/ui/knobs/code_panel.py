"""Which call would set these knobs in a program? The four values as Python, to copy or to put back."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from framescope.engine.settings import KNOBS
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.controls.icon_button import IconButton
from framescope.ui.knobs.code import lines, python
from framescope.ui.theme import Look

_MOST_LINES = 5  # one argument a line, at the narrowest


class CodePanel(QWidget):
    """The call, painted; Copy, Defaults."""

    defaults_asked = Signal()
    copied = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, float | None] = {knob.name: knob.default for knob in KNOBS}
        self._title = ElidedLabel(
            "Your knobs as code", tone="caption", font=look.words(11), is_whole_or_absent=True, parent=self
        )
        self.defaults = IconButton(look, "restart", "Defaults", kind="quiet", parent=self)
        self.copy_button = IconButton(look, "copy", "Copy", parent=self)
        self._code = _Code(look, self)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._title, 1)
        head.addWidget(self.defaults)
        head.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._code, 1)
        self.defaults.setAccessibleName("Set all knobs to the library's defaults")
        self.copy_button.setAccessibleName("Copy the call")
        self.defaults.clicked.connect(self.defaults_asked)
        self.copy_button.clicked.connect(self.copy)
        for button in (self.defaults, self.copy_button):
            button.setProperty("measure", "small")
        self._show()

    def set_values(self, values: Mapping[str, float | None]) -> None:
        """Show these knob values."""
        if any(self._values[name] != seconds for name, seconds in values.items()):
            self._values.update(values)
            self._show()

    def copy(self) -> None:
        """Put the call on the clipboard, as Python."""
        QGuiApplication.clipboard().setText(python(self._values))
        self.copied.emit()

    def _show(self) -> None:
        self._code.set_values(self._values)
        self.defaults.setEnabled(any(self._values[knob.name] != knob.default for knob in KNOBS))


class _Code(QWidget):
    """The painted lines; as many as the width asks for."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._values: dict[str, float | None] = {knob.name: knob.default for knob in KNOBS}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        look.changed.connect(self.update)

    def set_values(self, values: Mapping[str, float | None]) -> None:
        """Show these values."""
        self._values = dict(values)
        self.setAccessibleName(python(self._values))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(392, round(QFontMetricsF(self._look.mono(11)).height()) * 2 + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._look.mono(11))
        metrics = QFontMetricsF(painter.font())
        shown = lines(self._values, lambda text: metrics.horizontalAdvance(text) <= self.width())[:_MOST_LINES]
        step = min(metrics.height() + 2.0, self.height() / len(shown))
        top = max(0.0, (self.height() - step * len(shown)) / 2)
        for line in shown:
            left = 0.0
            for piece in line:
                width = metrics.horizontalAdvance(piece.text)
                box = QRectF(left, top, width, step)
                if piece.is_changed:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(self._look.color("accbg"))
                    painter.drawRoundedRect(box.adjusted(-2, 0.5, 2, -0.5), 3, 3)
                painter.setPen(self._look.color(piece.token))
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, piece.text)
                left += width
            top += step
        painter.end()
