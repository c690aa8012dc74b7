"""How is the keepalive channel drawn? Pong windows, pings joined to their pongs, and the next ping."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen

from framescope.analysis.model import Exchange
from framescope.analysis.units import format_seconds
from framescope.engine.frames import Opcode
from framescope.engine.settings import format_duration
from framescope.engine.state import State
from framescope.ui.timeline.bands import Band
from framescope.ui.timeline.exchanges import is_slow
from framescope.ui.timeline.frames import next_ping
from framescope.ui.timeline.labels import Box, Label, without_overlaps
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.shapes import DISC, TRIANGLE, draw_disc, draw_late_disc, draw_triangle

PING_HEIGHT, PONG_HEIGHT = 0.2, 0.81  #: of the channel, where triangles and discs stand
KEEPALIVE_OFF = "Keepalive is off: a dead peer will go unnoticed"
_NEAR = 12.0  #: px: a pair nearer than this keeps its vertical line
_BESIDE_LINE = 26.0  #: px: below it the label stands beside the line, else beside the pong
_THINNED = 6.0  #: px that a pair needs at least
_PEERS = 0.6  #: alpha of the peer's pings and our pongs
_MOST_PEERS = 150

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter


def ping_y(band: Band, ours: bool = True) -> float:
    """Return where a ping's triangle stands; the peer's pings come in at the bottom."""
    return band.top + band.height * (PING_HEIGHT if ours else PONG_HEIGHT)


def pong_y(band: Band, ours: bool = True) -> float:
    """Return where a pong's disc stands."""
    return ping_y(band, not ours)


def exchanges_in_view(scene: Scene) -> list[Exchange]:
    """Return our pings in view with their pongs; where they crowd, the slowest of each few pixels."""
    exchanges = scene.exchanges
    found = exchanges.visible(scene.view.start, scene.view.end)
    kept = exchanges.thinned(found, scene.view.xs(exchanges.sent(found)), _THINNED)
    return [exchanges[int(index)] for index in kept]


def paint_windows(scene: Scene, shown: list[Exchange]) -> None:
    """Draw the time that each pong was given; a met one up to the next ping, so that windows never pile up."""
    for place, exchange in enumerate(shown):
        if exchange.due is not None:
            following = shown[place + 1].sent if place + 1 < len(shown) else exchange.due
            _paint_window(scene, exchange, exchange.due, min(exchange.due, following))


def paint_pairs(scene: Scene, shown: list[Exchange]) -> None:
    """Draw pings, pongs, what joins them, and the labels for which there is room."""
    _paint_peers(scene)
    labels: list[Label] = []
    obstacles: list[Box] = []
    for exchange in shown:
        _paint_pair(scene, exchange, labels)
        x = scene.x(exchange.sent)
        top = ping_y(scene.bands.keepalive)
        obstacles.append(Box(x - TRIANGLE, top - TRIANGLE, x + TRIANGLE, top + TRIANGLE))
        if exchange.answered is not None:
            x, y = scene.x(exchange.answered), pong_y(scene.bands.keepalive)
            obstacles.append(Box(x - DISC, y - DISC, x + DISC, y + DISC))
    for label in without_overlaps(labels, obstacles):
        _paint_label(scene, label)


def paint_next_ping(scene: Scene) -> None:
    """Draw the next keepalive ping in the future zone, or say that there will be none."""
    due = next_ping(scene.story)
    story = scene.story
    if due is not None and due >= scene.view.now:
        _paint_next(scene, due)
    elif story.state is State.OPEN and story.knobs.get("ping_interval", 0.0) is None:
        _paint_keepalive_off(scene)


def _paint_window(scene: Scene, exchange: Exchange, due: int, until: int) -> None:
    painter, style, band = scene.painter, scene.style, scene.bands.keepalive
    box = scene.span_rect(exchange.sent, due, band)
    edge = scene.crisp(due)
    if exchange.is_missed:
        painter.fillRect(box, style.color("err", 0.2))
        for lane in (scene.bands.sent, scene.bands.received):
            painter.fillRect(scene.span_rect(exchange.sent, due, lane), style.color("err", 0.05))
        _text_inside(scene, box, f"{_plain((due - exchange.sent) / 1e9)}, no pong")
        return
    is_armed = exchange.answered is None and scene.is_live
    if not is_armed:
        painter.fillRect(scene.span_rect(exchange.sent, until, band), style.color("ping", 0.075))
        if until < due:
            return
    else:
        painter.fillRect(box, style.color("ping", 0.2))
    if not scene.is_near(edge, 0.0):
        if is_armed and edge > scene.right:
            _time_left(scene, due, scene.right - 4, is_inside=True)
        return
    if is_armed:
        painter.setPen(style.pen("ping", 1.6))
        painter.drawLine(QLineF(edge, band.top, edge, band.bottom))
        _time_left(scene, due, edge + 4, is_inside=False, is_blocked=exchange.is_blocked)
    else:
        painter.setPen(style.pen("ping", 1.0, 0.5, (2.0, 2.0)))
        painter.drawLine(QLineF(edge, band.top, edge, band.bottom))


def _time_left(scene: Scene, due: int, x: float, *, is_inside: bool, is_blocked: bool = False) -> None:
    left = max(0.0, (due - scene.view.now) / 1e9)
    text = f"{left:.1f} s blocked" if is_blocked else f"{left:.1f} s"
    width = scene.style.text_width(text)
    x = x - width if is_inside else x
    box = Box(x, pong_y(scene.bands.keepalive) - 7, x + width, pong_y(scene.bands.keepalive) + 7)
    _paint_label(scene, Label(box, text, "warn" if is_blocked else "pingt", 0.0), has_ground=False)


def _text_inside(scene: Scene, box: QRectF, text: str) -> None:
    if scene.style.text_width(text) + 24 <= box.width():
        scene.painter.setFont(scene.style.mark)
        scene.painter.setPen(scene.style.color("err"))
        y = pong_y(scene.bands.keepalive)
        scene.painter.drawText(QRectF(box.left(), y - 8, box.width(), 16), _CENTER, text)


def _paint_pair(scene: Scene, exchange: Exchange, labels: list[Label]) -> None:
    band, style, painter = scene.bands.keepalive, scene.style, scene.painter
    start = QPointF(scene.x(exchange.sent), ping_y(band))
    if exchange.answered is None:
        if not exchange.is_missed:
            _paint_waiting(scene, start)
    else:
        end = QPointF(scene.x(exchange.answered), pong_y(band))
        rtt = (exchange.answered - exchange.sent) / 1e9
        token = "err" if exchange.is_missed else "warn" if is_slow(exchange, rtt) else "fg1"
        pen = style.pen(token, 1.5, 1.0, (4.0, 3.0) if exchange.is_missed else ())
        _join(scene, start, end, pen)
        if scene.is_near(end.x()):
            if exchange.is_missed:
                draw_late_disc(painter, end, style.color("err"), style.color("bg1"))
            else:
                draw_disc(painter, end, style.color("pong"))
            labels += _labels_of(scene, exchange, start, end, rtt)
    if scene.is_near(start.x()):
        is_hollow = exchange.is_blocked
        draw_triangle(painter, start, style.color("ping"), is_hollow=is_hollow)


def _labels_of(scene: Scene, exchange: Exchange, start: QPointF, end: QPointF, rtt: float) -> list[Label]:
    text = format_seconds(rtt)
    if exchange.is_missed and exchange.due is not None and exchange.answered is not None:
        late = f"+{format_seconds((exchange.answered - exchange.due) / 1e9)}"
        x = scene.x(exchange.due) + 6
        return [
            Label(_box(scene, end.x() + 10, end.y(), late), late, "err", math.inf),
            Label(_box(scene, x, start.y(), text), text, "err", math.inf),
        ]
    is_beside_line = end.x() - start.x() < _BESIDE_LINE
    y = (start.y() + end.y()) / 2 if is_beside_line else end.y()
    x = end.x() + (9 if is_beside_line else 11)
    return [Label(_box(scene, x, y, text), text, "warn" if is_slow(exchange, rtt) else "fg0", rtt)]


def _box(scene: Scene, x: float, y: float, text: str) -> Box:
    half = scene.style.mark_metrics.height() / 2
    return Box(x - 3, y - half, x + scene.style.text_width(text) + 3, y + half)


def _paint_label(scene: Scene, label: Label, *, has_ground: bool = True) -> None:
    painter, box = scene.painter, QRectF(QPointF(*label.box[:2]), QPointF(*label.box[2:]))
    if has_ground:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(scene.style.color("scope", 0.75))
        painter.drawRoundedRect(box, 2, 2)
    painter.setFont(scene.style.mark)
    painter.setPen(scene.style.color(label.token))
    painter.drawText(box, _CENTER, label.text)


def _join(scene: Scene, start: QPointF, end: QPointF, pen: QPen) -> None:
    scene.painter.setPen(pen)
    scene.painter.setBrush(Qt.BrushStyle.NoBrush)
    if abs(end.x() - start.x()) < _NEAR:
        scene.painter.drawLine(start, end)
        return
    path = QPainterPath(start)
    bend = (end.y() - start.y()) * 0.6
    path.cubicTo(QPointF(start.x(), start.y() + bend), QPointF(end.x(), end.y() - bend), end)
    scene.painter.drawPath(path)


def _paint_waiting(scene: Scene, start: QPointF) -> None:
    """Draw a ping's way so far: to the middle of the channel, where "now" is."""
    ended = scene.story.ended
    x = scene.x(scene.view.now if ended is None else ended.time)
    middle = scene.bands.keepalive.middle
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x(), middle), QPointF((start.x() + x) / 2, middle), QPointF(x, middle + 4))
    scene.painter.setBrush(Qt.BrushStyle.NoBrush)
    scene.painter.setPen(scene.style.pen("ping", 1.5, 1.0, (3.0, 2.5)))
    scene.painter.drawPath(path)


def _paint_next(scene: Scene, due: int) -> None:
    painter, style, bands = scene.painter, scene.style, scene.bands
    text = f"{max(0.0, (due - scene.view.now) / 1e9):.1f} s"
    x, y = scene.crisp(due), ping_y(bands.keepalive)
    width = style.text_width(text)
    if x > scene.right:
        if not scene.view.has_now:
            return
        text, x = f"{text} ›", scene.right - 9
        width = style.text_width(text)
        left = x - TRIANGLE - 3 - width
    else:
        painter.setPen(style.pen("ping", 1.0, 1.0, (3.0, 3.0)))
        painter.drawLine(QLineF(x, bands.sent.top, x, bands.received.bottom))
        left = x + 9 if x + 9 + width <= scene.right else x - 9 - width
    draw_triangle(painter, QPointF(x, y), style.color("ping"), is_hollow=True)
    _paint_label(scene, Label(Box(left, y - 7, left + width, y + 7), text, "pingt", 0.0), has_ground=False)


def _paint_keepalive_off(scene: Scene) -> None:
    turns = [turn.time for turn in scene.story.knob_turns if turn.name == "ping_interval"]
    opened = [span.time for span in scene.story.states if span.state is State.OPEN]
    since = max((turns[-1:] or []) + opened, default=scene.story.start)
    x = max(scene.left, scene.x(since)) + 10
    band = scene.bands.keepalive
    text = KEEPALIVE_OFF if scene.style.text_width(KEEPALIVE_OFF) <= scene.right - x else "Keepalive is off"
    box = QRectF(x, band.top, scene.right - x, band.height)
    scene.painter.setFont(scene.style.caption)
    scene.painter.setPen(scene.style.color("warn"))
    scene.painter.drawText(box, _LEFT, text)


def _paint_peers(scene: Scene) -> None:
    """Draw the peer's pings and our pongs, the other way round and subtle; only marks where they crowd."""
    painter, style, band = scene.painter, scene.style, scene.bands.keepalive
    received = scene.pictures[False].paired
    is_ping = received.opcodes == Opcode.PING
    rows, times = received.rows[is_ping], received.times[is_ping]
    ping_color, pong_color = style.color("ping", _PEERS), style.color("pong", _PEERS)
    step = max(1, len(rows) // _MOST_PEERS)
    for row, time in zip(rows[::step].tolist(), times[::step].tolist(), strict=True):
        start = QPointF(scene.x(time), ping_y(band, ours=False))
        exchange = scene.trace.exchange_of(row) if step == 1 else None
        if exchange is not None and exchange.answered is not None:
            end = QPointF(scene.x(exchange.answered), pong_y(band, ours=False))
            _join(scene, start, end, style.pen("fg2", 1.0, _PEERS))
            draw_disc(painter, end, pong_color, radius=3.0)
        draw_triangle(painter, start, ping_color)


def _plain(seconds: float) -> str:
    """Write a deadline's length as the knob says it: 20 s, 0.5 s."""
    return f"{format_duration(round(seconds, 3))} s"
