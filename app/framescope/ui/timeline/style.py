"""Which fonts and colours do the timeline's painters use? Looked up once for a theme, not once for a mark."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen

from framescope.engine.state import State
from framescope.ui.theme import Look

CLEAN_CODES = (1000, 1001)


def state_tokens(state: State, code: int | None) -> tuple[str, str]:
    """Return line and fill of a state; `code` is the close code once CLOSED."""
    if state in (State.CONNECTING, State.OPEN):
        return "acc", "accbg"
    if state is State.CLOSING:
        return "warn", "warnbg"
    return ("fg2", "bg2") if code in CLEAN_CODES else ("err", "errbg")


class TimelineStyle:
    """Fonts, their metrics and pens of one theme."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.mark = look.mono(10, 500)  #: labels beside marks
        self.axis = look.mono(9.5)
        self.number = look.words(10, 600)  #: of a diagnosis' step
        self.tick = look.mono(11)
        self.caption = look.words(11)
        self.title = look.words(12, 600)
        self.mark_metrics = QFontMetricsF(self.mark)
        self.title_metrics = QFontMetricsF(self.title)
        self.caption_metrics = QFontMetricsF(self.caption)
        self.tick_metrics = QFontMetricsF(self.tick)

    @property
    def line(self) -> float:
        """The line height that the bands are laid out for."""
        return self.mark_metrics.height()

    @property
    def gutter(self) -> float:
        """The width of the titles left of the plot."""
        widest = max(self.title_metrics.horizontalAdvance(title) for title in ("Keepalive", "↓ Received"))
        return max(78.0, round(widest + 14))

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        return self.look.color(token, alpha)

    def pen(self, token: str, width: float = 1.0, alpha: float = 1.0, dash: tuple[float, ...] = ()) -> QPen:
        """Return a pen; `dash` in pixels."""
        pen = QPen(self.look.color(token, alpha), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dash:
            pen.setDashPattern([length / width for length in dash])
        return pen

    def text_width(self, text: str, font: QFont | None = None) -> float:
        """Return the width of a mark's label, or of text in another font."""
        metrics = self.mark_metrics if font is None else QFontMetricsF(font)
        return metrics.horizontalAdvance(text)
