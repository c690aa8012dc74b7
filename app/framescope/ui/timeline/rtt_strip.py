"""How is the RTT strip drawn? Round trips over time against ping_timeout, and the ping in flight."""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from framescope.analysis.model import Exchange, Story
from framescope.analysis.rtt import percentile
from framescope.analysis.units import format_seconds
from framescope.engine.settings import format_duration
from framescope.ui.timeline.exchanges import Indexes, is_slow
from framescope.ui.timeline.rtt_scale import RttScale, scale_for
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.shapes import draw_ringed_cross

_TOP, _BOTTOM = 13.0, 6.0  #: px of the strip above and below its axis
_APART = 3.0  #: px: of points nearer than this the slowest is drawn
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_rtt(scene: Scene) -> None:
    """Draw the strip's plot."""
    inside = scene.exchanges.answered_between(scene.view.start, scene.view.end)
    drawn = _with_neighbours(scene, inside)
    drawn = scene.exchanges.thinned(drawn, scene.view.xs(scene.exchanges.answered(drawn)), _APART)
    shown = [scene.exchanges[int(index)] for index in drawn]
    waiting = _waiting(scene)
    limits = timeouts_between(scene.story, scene.view.start, min(scene.view.end, scene.view.now))
    values: list[float] = scene.exchanges.rtts(inside).tolist()
    if not shown and not waiting:
        _paint_words(scene, "No pong yet")
        return
    scale = scale_for(values, [value for _, _, value in limits])
    _paint_axis(scene, scale, [value for _, _, value in limits[-1:]])
    _paint_line(scene, scale, [exchange for exchange in shown if not exchange.is_missed])
    _paint_limits(scene, scale, limits)
    _paint_missed(scene, scale, shown)
    for exchange in waiting:
        _paint_waiting(scene, scale, exchange)


def timeouts_between(story: Story, start: int, end: int) -> list[tuple[int, int, float]]:
    """Return the values of ping_timeout in force from `start` to `end` as (from, to, seconds)."""
    turns = [turn for turn in story.knob_turns if turn.name == "ping_timeout"]
    at_start = bisect_right(turns, start, key=lambda turn: turn.time)
    value = turns[0].old if turns else story.knobs.get("ping_timeout")
    if at_start:
        value = turns[at_start - 1].new
    found, since = [], start
    for turn in turns[at_start:]:
        if turn.time >= end:
            break
        if value is not None:
            found.append((since, turn.time, value))
        since, value = turn.time, turn.new
    if value is not None:
        found.append((since, end, value))
    return found


def _with_neighbours(scene: Scene, inside: Indexes) -> Indexes:
    """Add the answered exchanges just outside the view, so that the line reaches its edges."""
    everything = scene.exchanges.answered_between(1, 2**62)
    if not len(everything):
        return inside
    answered = scene.exchanges.answered(everything)
    low = max(0, int(np.searchsorted(answered, scene.view.start)) - 1)
    high = int(np.searchsorted(answered, scene.view.end)) + 1
    return everything[low:high]


def _waiting(scene: Scene) -> list[Exchange]:
    """Return the latest ping of ours if its pong is still awaited."""
    latest = scene.exchanges[len(scene.exchanges) - 1] if len(scene.exchanges) else None
    is_waiting = latest is not None and latest.answered is None and not latest.is_missed and scene.is_live
    return [latest] if is_waiting and latest is not None else []


def paint_rtt_figures(scene: Scene) -> None:
    """Write p50 and p99 of the visible range into the gutter."""
    inside = scene.exchanges.answered_between(scene.view.start, scene.view.end)
    painter, style, band = scene.painter, scene.style, scene.bands.rtt
    painter.setPen(style.color("fg0"))
    painter.setFont(style.title)
    line = (band.height - 4) / 3
    painter.drawText(QRectF(10, band.top + 2, scene.left - 15, line), _LEFT, "RTT")
    rtts = sorted(scene.exchanges.rtts(inside).tolist())
    painter.setFont(style.axis)
    for place, (name, part) in enumerate((("p50", 0.5), ("p99", 0.99)), start=1):
        value = percentile(rtts, part)
        box = QRectF(10, band.top + 2 + place * line, scene.left - 15, line)
        painter.setPen(style.color("fg2"))
        painter.drawText(box, _LEFT, name)
        painter.setPen(style.color("fg0"))
        painter.drawText(box, _RIGHT, "–" if value is None else format_seconds(value))


def _y(scene: Scene, scale: RttScale, seconds: float) -> float:
    band = scene.bands.rtt
    return band.bottom - _BOTTOM - scale.share(seconds) * (band.height - _TOP - _BOTTOM)


def _paint_axis(scene: Scene, scale: RttScale, limit: list[float]) -> None:
    painter, style = scene.painter, scene.style
    y = round(_y(scene, scale, scale.marked)) + 0.5
    painter.setPen(style.pen("line2", 1.0, 1.0, (1.0, 3.0)))
    painter.drawLine(QLineF(scene.left, y, scene.right, y))
    painter.setFont(style.axis)
    painter.setPen(style.color("fg2"))
    text = f"{format_duration(scale.marked)} s {scale.name}"
    # Above the line, unless the limit at the right edge runs there.
    is_crossed = any(0 <= y - _y(scene, scale, value) < 15 for value in limit) or y - 15 < scene.bands.rtt.top
    painter.drawText(QRectF(scene.right - 120, y + 1 if is_crossed else y - 14, 114, 13), _RIGHT, text)


def _paint_line(scene: Scene, scale: RttScale, shown: list[Exchange]) -> None:
    painter, style = scene.painter, scene.style
    points = []
    for exchange in shown:
        if exchange.answered is not None and exchange.rtt is not None:
            points.append(QPointF(scene.x(exchange.answered), _y(scene, scale, exchange.rtt)))
    if not points:
        return
    path = QPainterPath(QPointF(points[0].x(), scene.bands.rtt.bottom))
    for point in points:
        path.lineTo(point)
    path.lineTo(points[-1].x(), scene.bands.rtt.bottom)
    painter.fillPath(path, style.color("pong", 0.1))
    painter.setPen(style.pen("pong", 1.5))
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(Qt.PenStyle.NoPen)
    for exchange, point in zip(shown, points, strict=True):
        painter.setBrush(style.color("warn" if is_slow(exchange, exchange.rtt or 0.0) else "pong"))
        painter.drawEllipse(point, 2.6, 2.6)


def _paint_limits(scene: Scene, scale: RttScale, limits: list[tuple[int, int, float]]) -> None:
    """Draw ping_timeout as a dashed line, with its value where each one begins."""
    painter, style = scene.painter, scene.style
    painter.setFont(style.mark)
    free_from = scene.left + 8
    for index, (start, end, value) in enumerate(limits):
        is_last = index + 1 == len(limits)
        left = max(scene.left, scene.x(start))
        right = scene.right if is_last else min(scene.right, scene.x(end))
        y = round(_y(scene, scale, value)) + 0.5
        painter.setPen(style.pen("err", 1.2, 0.9, (6.0, 3.0)))
        painter.drawLine(QLineF(left, y, right, y))
        text = f"ping_timeout {format_duration(value)} s"
        x = max(free_from, left + 8)
        if x + style.text_width(text) <= right:
            painter.setPen(style.color("err"))
            painter.drawText(QRectF(x, y - 14, 240, 13), _LEFT, text)
            free_from = x + style.text_width(text) + 8


def _paint_missed(scene: Scene, scale: RttScale, shown: list[Exchange]) -> None:
    """Draw each missed deadline as a ringed cross on the limit, joined to a late pong's hollow point."""
    painter, style = scene.painter, scene.style
    for index in scene.exchanges.visible(scene.view.start, scene.view.end):
        exchange = scene.exchanges[int(index)]
        if not exchange.is_missed or exchange.due is None:
            continue
        cross = QPointF(scene.x(exchange.due), _y(scene, scale, (exchange.due - exchange.sent) / 1e9))
        before = [other for other in shown if not other.is_missed and (other.answered or math.inf) <= exchange.due]
        if before and before[-1].answered is not None:
            start = QPointF(scene.x(before[-1].answered), _y(scene, scale, before[-1].rtt or 0.0))
            painter.setPen(style.pen("err", 1.4, 1.0, (4.0, 3.0)))
            painter.drawLine(start, cross)
        if exchange.answered is not None and exchange.rtt is not None:
            late = QPointF(scene.x(exchange.answered), _y(scene, scale, exchange.rtt))
            painter.setPen(style.pen("err", 1.2, 1.0, (2.0, 2.0)))
            painter.drawLine(cross, late)
            painter.setPen(style.pen("err", 1.4))
            painter.setBrush(style.color("scope"))
            painter.drawEllipse(late, 3, 3)
        draw_ringed_cross(painter, cross, style.color("err"), style.color("errbg"), 5.0)


def _paint_waiting(scene: Scene, scale: RttScale, exchange: Exchange) -> None:
    """Draw the ping in flight as a line that rises with the time waited."""
    painter, style = scene.painter, scene.style
    waited = max(0.0, (scene.view.now - exchange.sent) / 1e9)
    end = QPointF(scene.x(scene.view.now), _y(scene, scale, waited))
    painter.setPen(style.pen("ping", 1.5, 1.0, (3.0, 3.0)))
    painter.drawLine(QPointF(scene.x(exchange.sent), scene.bands.rtt.bottom - _BOTTOM), end)
    painter.setPen(style.pen("ping", 1.5))
    painter.setBrush(style.color("scope"))
    painter.drawEllipse(end, 3, 3)


def _paint_words(scene: Scene, text: str) -> None:
    scene.painter.setFont(scene.style.caption)
    scene.painter.setPen(scene.style.color("fg2"))
    band = scene.bands.rtt
    scene.painter.drawText(QRectF(scene.left + 10, band.top, 300, band.height), _LEFT, text)
