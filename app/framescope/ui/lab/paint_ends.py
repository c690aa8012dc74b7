"""How are the ends and the network drawn around the frames? Axis, rails, states, waits for pongs, black hole, now."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPen, QPolygonF

from framescope.engine.state import State
from framescope.ui.lab.end_track import LEFT as LEFT_OPEN
from framescope.ui.lab.end_track import MET, MISSED, EndTrack, Wait
from framescope.ui.lab.sequence_scene import LEFT, MARK, WAIT, SequenceScene
from framescope.ui.timeline.shapes import draw_ringed_cross, draw_triangle

_NEAR_NOW = 14.0  # px beside the mark of now, where no figure stands
_HATCH = 10.0  # px between two strokes


def paint_ground(scene: SequenceScene) -> None:
    """The graticule, the axis' figures, and both rails."""
    painter, style = scene.painter, scene.style
    painter.fillRect(QRectF(0, 0, scene.width, scene.height), style.color("scope"))
    figures, step = scene.span.ticks()
    decimals = 0 if step >= 1 else len(f"{step:.6f}".rstrip("0").split(".")[1])
    painter.setFont(style.tick)
    for time in figures:
        x = scene.x(time)
        painter.setPen(style.pen("grid2"))
        painter.drawLine(QLineF(x, scene.axis, x, scene.height))
        painter.setPen(style.color("fg1"))
        text = f"{time:.{decimals}f}" + (" s" if time == figures[0] else "")
        box = QRectF(x - 40, 0, 80, scene.axis) if x > LEFT + 8 else QRectF(2, 0, 80, scene.axis)
        place = Qt.AlignmentFlag.AlignHCenter if x > LEFT + 8 else Qt.AlignmentFlag.AlignLeft
        if x < scene.width - 12 and abs(x - scene.now_x) > _NEAR_NOW:
            painter.drawText(box, place | Qt.AlignmentFlag.AlignVCenter, text)
    painter.setPen(style.pen("line2"))
    painter.drawLine(QLineF(0, scene.axis, scene.width, scene.axis))
    painter.setPen(style.pen("edge", 1.6))
    for rail in scene.rails:
        painter.drawLine(QLineF(0, rail, scene.width, rail))


def paint_holes(scene: SequenceScene) -> None:
    """The black hole, hatched from its time on between the rails."""
    painter, style = scene.painter, scene.style
    top, bottom = scene.rails.client + 20, scene.rails.server - 20
    for start, end in scene.tracks.holes:
        left, right = max(scene.x(start), 0.0), min(scene.x(scene.run.now if end is None else end), scene.width)
        if right <= left or bottom <= top:
            continue
        room = QRectF(left, top, right - left, bottom - top)
        painter.save()
        painter.setClipRect(room)
        painter.fillRect(room, style.color("err", 0.10))
        painter.setPen(style.pen("err", 1.0, 0.22))
        height = room.height()
        painter.drawLines(
            [
                QLineF(room.left() + n * _HATCH - height, bottom, room.left() + n * _HATCH, top)
                for n in range(int((room.width() + height) / _HATCH) + 1)
            ]
        )
        painter.restore()
        if scene.is_in_view(start):
            painter.setPen(style.pen("err", 1.4))
            painter.drawLine(QLineF(left, top, left, bottom))
            draw_ringed_cross(painter, QPointF(left, (top + bottom) / 2), style.color("err"), style.color("scope"))


def paint_end(scene: SequenceScene, is_server: bool) -> None:
    """One end: its state, and its pings' waits with their deadlines."""
    track = scene.tracks.ends[is_server]
    _states(scene, track, is_server)
    for place, wait in enumerate(track.waits):
        if scene.x(wait.due or scene.run.now) >= 0 and scene.x(wait.sent) <= scene.width:
            _wait(scene, wait, scene.wait_top(is_server, place))
    next_ping = scene.elapsed(scene.run.ends[is_server].engine.keepalive.next_ping)
    if next_ping is not None and scene.x(next_ping) <= scene.width and not scene.run.ends[is_server].is_gone:
        y = scene.rails.server + MARK * 0.8 if is_server else scene.rails.client - MARK * 0.8
        draw_triangle(scene.painter, QPointF(scene.x(next_ping), y), scene.style.color("ping", 0.8), is_hollow=True)


def _states(scene: SequenceScene, track: EndTrack, is_server: bool) -> None:
    painter, style, band = scene.painter, scene.style, scene.band(is_server)
    # What is over stays as it is: the last state goes on behind the run's end.
    last = scene.width + 4 if scene.run.is_over else scene.now_x
    ends = [scene.x(phase.start) for phase in track.phases[1:]] + [last]
    painter.setFont(style.mark)
    for phase, end in zip(track.phases, ends, strict=True):
        left, right = max(scene.x(phase.start), -4.0), min(end, scene.width + 4)
        if right - left < 1:
            continue
        ink, ground = state_tokens(phase.state, track)
        box = QRectF(left, band.top(), right - left, band.height()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(style.pen(ink))
        painter.setBrush(style.color(ground))
        painter.drawRoundedRect(box, 2, 2)
        if style.text_width(phase.state.name) + 10 < right - max(left, 0):
            words = box.adjusted(max(0.0, -left) + 5, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, phase.state.name)


def state_tokens(state: State, track: EndTrack) -> tuple[str, str]:
    """Return line and fill of an end's state; a good end is grey."""
    if state is State.OPEN:
        return "acc", "accbg"
    if state is State.CLOSED:
        is_good = track.raised is not None and not track.raised.tone
        return ("fg2", "bg2") if is_good else ("err", "errbg")
    return "warn", "warnbg"


def _wait(scene: SequenceScene, wait: Wait, top: float) -> None:
    """A wait: full while it lasted, faint to its deadline; missed in red, with the deadline's line to the rail."""
    painter, style = scene.painter, scene.style
    end = scene.run.now if wait.end is None else wait.end
    left, right = scene.x(wait.sent), scene.x(end)
    token = "err" if wait.outcome == MISSED else "fg2" if wait.outcome == LEFT_OPEN else "ping"
    if wait.due is not None and wait.outcome != LEFT_OPEN:
        painter.fillRect(QRectF(left, top, scene.x(wait.due) - left, WAIT), style.color(token, 0.25))
    filled = QRectF(left, top, max(1.5, right - left), WAIT)
    if wait.outcome == MET or wait.end is None:
        painter.fillRect(filled, style.color(token, 0.9))
        return
    painter.setPen(style.pen(token))
    painter.setBrush(style.color(token, 0.25))
    painter.drawRect(filled.adjusted(0.5, 0.5, -0.5, -0.5))


def paint_now(scene: SequenceScene) -> None:
    """The line of the moment that the run has reached; what lies behind it is yet to come."""
    painter, style, x = scene.painter, scene.style, scene.now_x
    if x > scene.width:
        return
    painter.setPen(style.pen("acc", 1.4))
    painter.drawLine(QLineF(x, scene.axis - 6, x, scene.height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.color("acc"))
    top = scene.axis - 11
    corners = [QPointF(x - 4.5, top), QPointF(x + 4.5, top), QPointF(x + 4.5, top + 6), QPointF(x, top + 11)]
    painter.drawPolygon(QPolygonF([*corners, QPointF(x - 4.5, top + 6)]))


def paint_middlebox(scene: SequenceScene) -> None:
    """When the middlebox will cut, or has cut, and where something reset both ends: a line across the network."""
    painter, style = scene.painter, scene.style
    due = scene.run.path.cut_due
    top, bottom = scene.rails.client, scene.rails.server
    if due is not None and not scene.run.is_over:
        x = scene.x(scene.elapsed(due[0]) or 0.0)
        if x <= scene.width:
            painter.setPen(style.pen("warn", 1.2, dash=(5.0, 4.0)))
            painter.drawLine(QLineF(x, top, x, bottom))
    cut = scene.tracks.cut
    for time in [*scene.tracks.resets, *([] if cut is None else [cut.time])]:
        x = scene.x(time)
        painter.setPen(QPen(style.color("err"), 1.6))
        painter.drawLine(QLineF(x, top, x, bottom))
        draw_ringed_cross(painter, QPointF(x, (top + bottom) / 2), style.color("err"), style.color("scope"))
