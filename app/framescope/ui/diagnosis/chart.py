"""Shows how long the connection would have lived with another `ping_timeout`, as the recorded pings say."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from framescope.analysis.units import format_seconds
from framescope.analysis.whatif import Verdict
from framescope.engine.settings import format_duration
from framescope.ui.diagnosis import chart_scale
from framescope.ui.diagnosis.chart_curve import Curve, Mark, Stretch
from framescope.ui.diagnosis.chart_scale import Place, Plot
from framescope.ui.theme import Look

LOWEST, HIGHEST = 104, 168  #: px, with the figures of a usual font
_TITLED = 120  # px: below, the axis across is not titled, for the heading names it
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
_TONES = {Verdict.CLOSED: "err", Verdict.SURVIVED: "acc", Verdict.NOT_RECORDED: "fg2"}


def mark_text(mark: Mark, *, is_whole: bool = True) -> str:
    """Say what becomes of the connection with a ping_timeout; `is_whole`: all of the recording was played."""
    value = f"{format_duration(mark.timeout)} s"
    if mark.verdict is Verdict.CLOSED:
        return f"{value}: dies at {format_seconds(mark.alive)}"
    if mark.verdict is Verdict.SURVIVED:
        return f"{value}: survives the recording" if is_whole else f"{value}: survives what was played"
    return f"{value}: {_unknown(is_whole)}"


def _unknown(is_whole: bool) -> str:
    return "not recorded" if is_whole else "not played"


class WhatIfChart(QWidget):
    """Paints one curve."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._curve: Curve | None = None
        self._height = LOWEST
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    @property
    def curve(self) -> Curve | None:
        return self._curve

    def show_curve(self, curve: Curve | None) -> None:
        """Show another replay."""
        self._curve = curve
        self.setAccessibleName("What if ping_timeout had been different")
        self.setAccessibleDescription(chart_text(curve) if curve is not None else "")
        self.update()

    def take_height(self, height: int) -> None:
        """Be as high as there is room for, within reason."""
        more = round(3 * max(0.0, self._line - 13))
        height = min(max(height, LOWEST + more), HIGHEST + more)
        if height != self._height:
            self._height = height
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    @property
    def _axis_name(self) -> str:
        return "alive, s" if self._is_titled else "alive, s, by ping_timeout, s"

    @property
    def _is_titled(self) -> bool:
        return self.height() >= _TITLED

    @property
    def _line(self) -> float:
        return QFontMetricsF(self._look.mono(9.5)).height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._curve is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self._plot(self._curve)
        self._paint_ground(painter, plot, self._curve)
        for stretch in self._curve.stretches:
            self._paint_stretch(painter, plot, stretch)
        self._paint_steps(painter, plot, self._curve)
        self._paint_border(painter, plot, self._curve)
        self._paint_marks(painter, plot, self._curve)
        painter.end()

    def _plot(self, curve: Curve) -> Plot:
        across = chart_scale.across_axis(curve.span)
        up = chart_scale.up_axis(min(stretch.first for stretch in curve.stretches), curve.recorded)
        metrics = QFontMetricsF(self._look.mono(9.5))
        gutter = 10 + max(metrics.horizontalAdvance(chart_scale.tick_text(tick)) for tick in up.ticks or (0.0,))
        top, line = self._line + 3, self._line
        right = metrics.horizontalAdvance(chart_scale.tick_text(across.high)) / 2 + 1
        below = 2 * line + 8 if self._is_titled else line + 5
        return Plot(Place(gutter, top, self.width() - gutter - right, self.height() - top - below), across, up)

    def _paint_ground(self, painter: QPainter, plot: Plot, curve: Curve) -> None:
        look, area, line = self._look, plot.area, self._line
        painter.fillRect(_rect(area), look.color("scope"))
        painter.setFont(look.mono(9.5))
        for value in plot.across.ticks:
            x = round(plot.x(value)) + 0.5
            painter.setPen(look.color("grid2"))
            painter.drawLine(QLineF(x, area.top, x, area.bottom))
            painter.setPen(look.color("fg2"))
            painter.drawText(QRectF(x - 40, area.bottom + 3, 80, line), _CENTER, chart_scale.tick_text(value))
        for value in plot.up.ticks:
            y = round(plot.y(value)) + 0.5
            painter.setPen(look.color("grid2"))
            painter.drawLine(QLineF(area.left, y, area.right, y))
            painter.setPen(look.color("fg2"))
            box = QRectF(0, y - line / 2, area.left - 6, line)
            painter.drawText(box, _RIGHT, chart_scale.tick_text(value))
        painter.drawText(QRectF(0, 0, self.width(), line), _LEFT, self._axis_name)
        title = QRectF(area.left, area.bottom + line + 5, area.width, line + 2)
        if self._is_titled:
            painter.drawText(title, _CENTER, "ping_timeout, s")
        unknown = QRectF(area.left, area.top, area.width, plot.y(curve.recorded) - area.top)
        painter.fillRect(unknown, QBrush(look.color("fg3", 0.6), Qt.BrushStyle.BDiagPattern))

    def _paint_stretch(self, painter: QPainter, plot: Plot, stretch: Stretch) -> None:
        look, tone = self._look, _TONES[stretch.verdict]
        left, right = plot.x(stretch.start), plot.x(stretch.end)
        first, last = plot.y(stretch.first), plot.y(stretch.last)
        bottom = plot.area.bottom
        painter.setPen(Qt.PenStyle.NoPen)
        corners = [QPointF(left, bottom), QPointF(left, first), QPointF(right, last), QPointF(right, bottom)]
        if stretch.verdict is Verdict.NOT_RECORDED:
            painter.setBrush(QBrush(look.color("fg3", 0.6), Qt.BrushStyle.BDiagPattern))
            corners = [QPointF(left, plot.area.top), QPointF(right, plot.area.top), *corners[:1:-1], *corners[1::-1]]
        else:
            painter.setBrush(look.color(tone, 0.16))
        painter.drawPolygon(QPolygonF(corners))
        pen = QPen(look.color(tone), 2.0)
        if stretch.verdict is Verdict.NOT_RECORDED:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QLineF(left, first, right, last))

    def _paint_steps(self, painter: QPainter, plot: Plot, curve: Curve) -> None:
        """Join the stretches where another ping decides."""
        pen = QPen(self._look.color("err"), 1.2)
        pen.setDashPattern([2.0, 2.0])
        painter.setPen(pen)
        closed = [stretch for stretch in curve.stretches if stretch.verdict is Verdict.CLOSED]
        for before, after in pairwise(closed):
            x = plot.x(after.start)
            painter.drawLine(QLineF(x, plot.y(before.last), x, plot.y(after.first)))

    def _paint_border(self, painter: QPainter, plot: Plot, curve: Curve) -> None:
        """Draw where it begins to survive, and name what nobody knows."""
        look, area, border = self._look, plot.area, curve.survives_from
        painter.setFont(look.mono(9.5))
        if border is not None:
            x = plot.x(border)
            painter.setPen(QPen(look.color("fg2"), 1.4))
            painter.drawLine(QLineF(x, area.top, x, area.bottom))
            text = format_seconds(border)
            width = QFontMetricsF(look.mono(9.5)).horizontalAdvance(text) + 10
            is_right = x + width < area.right
            box = QRectF(x + 5 if is_right else x - width, area.bottom - self._line - 3, width - 5, self._line)
            painter.setPen(look.color("fg1"))
            painter.drawText(box, _LEFT, text)
        words = QFontMetricsF(look.words(10.5))
        unknown = _unknown(curve.is_whole)
        width, height = words.horizontalAdvance(unknown) + 8, plot.y(curve.recorded) - area.top
        box = QRectF(area.right - width, area.top, width, height - 1)
        painter.fillRect(box, look.color("scope", 0.85))
        painter.setFont(look.words(10.5))
        painter.setPen(look.color("fg1"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, unknown)

    def _paint_marks(self, painter: QPainter, plot: Plot, curve: Curve) -> None:
        look, font = self._look, self._look.words(11, 600)
        metrics = QFontMetricsF(font)
        taken: Place | None = None
        for mark, is_now in ((curve.now, True), (curve.suggested, False)):
            if mark is None:
                continue
            tone = _TONES[mark.verdict]
            x, y = plot.x(mark.timeout), plot.y(mark.alive)
            pen = QPen(look.color("fg0" if is_now else tone), 1.2)
            pen.setDashPattern([3.0, 3.0])
            painter.setPen(pen)
            painter.drawLine(QLineF(x, y, x, plot.area.bottom))
            painter.setPen(QPen(look.color("scope"), 1.5))
            painter.setBrush(look.color(tone))
            painter.drawEllipse(QPointF(x, y), 4.5, 4.5)
            text = mark_text(mark, is_whole=curve.is_whole)
            size = metrics.horizontalAdvance(text) + 4, metrics.height()
            place = chart_scale.label_beside(plot, (x, y), size)
            if not is_now:
                place = chart_scale.label_below(plot, (x, y), size, taken)
            taken = place
            painter.fillRect(_rect(place), look.color("scope", 0.7))
            painter.setFont(font)
            painter.setPen(look.color(tone))
            painter.drawText(_rect(place), Qt.AlignmentFlag.AlignCenter, text)


def chart_text(curve: Curve) -> str:
    """Say the chart in words, for screen readers and for the report."""
    said = [mark_text(mark, is_whole=curve.is_whole) for mark in (curve.now, curve.suggested) if mark is not None]
    if curve.survives_from is not None:
        known = "what was recorded" if curve.is_whole else "what was played"
        said.append(f"from {format_seconds(curve.survives_from)} on it outlives {known}")
    until = "recorded" if curve.is_whole else "played, the beginning only"
    return "; ".join(said) + f"; {until}: {format_seconds(curve.recorded)}"


def _rect(place: Place) -> QRectF:
    return QRectF(place.left, place.top, place.width, place.height)
