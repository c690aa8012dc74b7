"""In which state is the connection? Four steps in a pill; the current one filled, with its time or close code."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.analysis.units import format_clock
from framescope.engine.state import State
from framescope.ui.theme import Look

_PAD = 10  # px inside the filled step, left and right
_GAP = 24  # px between two words, with a chevron in it
_END = 13  # px before the first word and behind the last


class StatePill(QWidget):
    """CONNECTING > OPEN 01:32.4 > CLOSING > CLOSED 1006."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._state: State | None = None
        self._suffix = ""
        self._is_error = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._name()
        look.changed.connect(self._restyle)

    def show_state(
        self, state: State | None, elapsed_s: float = 0.0, code: int | None = None, is_error: bool = False
    ) -> None:
        """Show where the connection stands; None for no connection. `code` counts once it is CLOSED."""
        suffix = ""
        if state is State.OPEN:
            suffix = format_clock(elapsed_s)
        elif state is State.CLOSED and code is not None:
            suffix = str(code)
        if (state, suffix, is_error) == (self._state, self._suffix, self._is_error):
            return
        is_other_width = state is not self._state or len(suffix) != len(self._suffix)
        is_news = state is not self._state and state is not None
        self._state, self._suffix, self._is_error = state, suffix, is_error
        self._name()
        if is_news:
            event = QAccessibleAnnouncementEvent(self, self.accessibleName())
            QAccessible.updateAccessibility(event)
        if is_other_width:
            self.updateGeometry()
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _name(self) -> None:
        # Without the running time: a name that changes ten times a second would be read all the time.
        if self._state is None:
            self.setAccessibleName("not connected")
        else:
            code = f" {self._suffix}" if self._state is State.CLOSED and self._suffix else ""
            self.setAccessibleName(f"{self._state.name}{code}")

    def _word(self, state: State) -> str:
        return f"{state.name} {self._suffix}" if state is self._state and self._suffix else state.name

    def _tokens(self) -> tuple[str, str, str]:
        """Return ink, ground and border of the current step."""
        if self._state is State.CLOSING:
            return "warn", "warnbg", "warn2"
        if self._state is State.CLOSED:
            return ("err", "errbg", "err") if self._is_error else ("fg0", "bg3", "line2")
        return "acc", "accbg", "acc"

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._look.mono(11, 500))
        words = sum(metrics.horizontalAdvance(self._word(state)) for state in State)
        return QSize(round(words + 3 * _GAP + 2 * _END), max(30, round(metrics.height() + 14)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outer = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(look.color("line"), 1))
        painter.setBrush(look.color("bg0"))
        painter.drawRoundedRect(outer, outer.height() / 2, outer.height() / 2)
        painter.setFont(look.mono(11, 500))
        metrics = QFontMetricsF(painter.font())
        left = float(_END)
        for state in State:
            width = metrics.horizontalAdvance(self._word(state))
            box = QRectF(left, 0, width, self.height())
            if state is self._state:
                self._paint_current(painter, box, self._word(state))
            else:
                is_past = self._state is not None and state < self._state
                painter.setPen(look.color("fg2" if is_past else "fg3"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, state.name)
            left += width + _GAP
            if state is not State.CLOSED:
                self._paint_chevron(painter, QPointF(left - _GAP / 2, self.height() / 2), state)
        painter.end()

    def _paint_current(self, painter: QPainter, box: QRectF, word: str) -> None:
        ink, ground, border = self._tokens()
        filled = box.adjusted(-_PAD, 3.5, _PAD, -3.5)
        painter.setPen(QPen(self._look.color(border), 1))
        painter.setBrush(self._look.color(ground))
        painter.drawRoundedRect(filled, filled.height() / 2, filled.height() / 2)
        painter.setPen(self._look.color(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)

    def _paint_chevron(self, painter: QPainter, middle: QPointF, after: State) -> None:
        # The filled step takes its padding from the gap: the chevron stands in the middle of what is left.
        if self._state is not None and self._state in (after, State(after + 1)):
            middle += QPointF(_PAD / 2 if self._state is after else -_PAD / 2, 0)
        painter.setPen(QPen(self._look.color("fg3"), 1.2))
        painter.drawPolyline([middle + QPointF(-1.5, -3), middle + QPointF(1.5, 0), middle + QPointF(-1.5, 3)])
