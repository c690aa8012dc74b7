"""How is the ground drawn that the traces stand on? Gutter, ruler, graticule, future zone, hatching, state band."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter

from framescope.analysis.model import StateSpan
from framescope.analysis.units import format_seconds
from framescope.capture.records import PhaseChange
from framescope.engine.state import State
from framescope.ui.timeline.bands import MARKED_SIZES, Band, Bands, bar_height
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.style import TimelineStyle, state_tokens
from framescope.ui.timeline.viewport import Viewport, tick_text

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter
_INDENT = 12.0


def paint_gutter(painter: QPainter, style: TimelineStyle, bands: Bands, left: float) -> None:
    """Draw the bands' titles and the sizes that the dotted lines stand for."""
    painter.fillRect(QRectF(0, 0, left, bands.rtt.bottom), style.color("bg1"))
    width = left - _INDENT + 2
    _text(painter, style, QRectF(_INDENT - 2, 0, width, bands.ruler.height), "elapsed", font="caption", token="fg2")
    _text(painter, style, _line(bands.sent, 0.0, width, style), "↑ Sent", font="title", token="fg0")
    title = _line(bands.keepalive, bands.keepalive.height / 2 - style.title_metrics.height() - 1, width, style)
    _text(painter, style, title, "Keepalive", font="title", token="fg0")
    _text(painter, style, title.translated(0, style.title_metrics.height()), "ping → pong", font="caption", token="fg1")
    _text(painter, style, _line(bands.received, 6.0, width, style), "↓ Received", font="title", token="fg0")
    _text(
        painter,
        style,
        QRectF(_INDENT - 2, bands.state.top, width, bands.state.height),
        "State",
        font="title",
        token="fg0",
    )
    _size_labels(painter, style, bands, left)


def paint_ground(scene: Scene) -> None:
    """Draw what lies under the traces."""
    painter, bands = scene.painter, scene.bands
    plot = QRectF(scene.left, bands.flags.top, scene.right - scene.left, bands.rtt.bottom - bands.flags.top)
    _fill(painter, scene.style, bands, plot)
    _paint_times_without_trace(scene)
    paint_graticule(painter, scene.style, scene.view, bands, scene.left)


def paint_flat_ground(painter: QPainter, style: TimelineStyle, view: Viewport, bands: Bands, left: float) -> None:
    """Draw the ground of a timeline that has no connection: "No signal" and a flat trace."""
    right = left + view.width
    plot = QRectF(left, bands.flags.top, view.width, bands.rtt.bottom - bands.flags.top)
    _fill(painter, style, bands, plot)
    paint_graticule(painter, style, view, bands, left)
    painter.setPen(style.pen("acc", 2.0))
    y = round(bands.keepalive.middle)
    painter.drawLine(QLineF(left, y, right, y))
    painter.setFont(style.caption)
    painter.setPen(style.color("fg1"))
    box = QRectF(left + 12, y + 4, right - left - 24, style.caption_metrics.height() + 4)
    painter.drawText(box, _LEFT, "No signal")


def paint_graticule(painter: QPainter, style: TimelineStyle, view: Viewport, bands: Bands, left: float) -> None:
    """Draw the ruler and the lines of time and size."""
    sample = tick_text(view.end - view.origin, 1_000_000 if view.span < 2e9 else 1_000_000_000)
    ruler = view.ruler(max(72.0, style.tick_metrics.horizontalAdvance(sample) + 28))
    right = left + view.width
    minor = [_crisp(left + view.x(view.origin + time), view.ratio) for time in ruler.minor]
    major = [_crisp(left + view.x(view.origin + time), view.ratio) for time in ruler.major]
    minor, major = ([x for x in xs if left <= x <= right] for xs in (minor, major))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # five times as fast, and all is upright
    top, bottom = bands.sent.top, bands.received.bottom
    middle = round(bands.keepalive.middle) + 0.5
    painter.setPen(style.pen("grid"))
    painter.drawLines([QLineF(x, top, x, bottom) for x in minor])
    painter.setPen(style.pen("grid2"))
    painter.drawLines([QLineF(x, bands.flags.top, x, bottom) for x in major])
    painter.drawLines([QLineF(x, middle - 3, x, middle + 3) for x in minor])
    painter.drawLine(QLineF(left, middle, right, middle))
    _size_lines(painter, style, bands, left, right)
    base = bands.ruler.bottom
    painter.setPen(style.pen("line2"))
    painter.drawLines([QLineF(x, base - 3, x, base) for x in minor])
    painter.drawLines([QLineF(x, base - 5, x, base) for x in major])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(style.color("fg1"))
    painter.setFont(style.tick)
    for time, x in zip(ruler.major, (left + view.x(view.origin + time) for time in ruler.major), strict=True):
        text = tick_text(time, ruler.step)
        width = style.tick_metrics.horizontalAdvance(text)
        if left + 4 <= x - width / 2 and x + width / 2 <= right - 2:
            painter.drawText(QRectF(x - width / 2, 0, width, base - 3), _CENTER, text)


def paint_separators(painter: QPainter, style: TimelineStyle, bands: Bands, left: float, right: float) -> None:
    """Draw the lines between bands, above everything that fills them."""
    color = style.color("line")
    for band in (bands.ruler, bands.sent, bands.keepalive, bands.received, bands.state):
        painter.fillRect(QRectF(0, round(band.bottom) - 1, right, 1), color)
    painter.fillRect(QRectF(left - 1, 0, 1, bands.rtt.bottom), color)


def paint_states(scene: Scene) -> None:
    """Draw the state band to scale."""
    story = scene.story
    code = story.ended.info.code if story.ended is not None else None
    band = Band(scene.bands.state.top + 4.5, scene.bands.state.height - 9)
    for index, span in enumerate(story.states):
        is_last = index + 1 == len(story.states)
        end = story.states[index + 1].time if not is_last else scene.view.now
        if is_last and span.state is State.CLOSED:
            end = max(scene.view.end, span.time)
        if end >= scene.view.start and span.time <= scene.view.end:
            _paint_state(scene, span, scene.span_rect(span.time, end, band), code)


def _paint_state(scene: Scene, span: StateSpan, box: QRectF, code: int | None) -> None:
    painter, style = scene.painter, scene.style
    line, ground = state_tokens(span.state, code)
    painter.setPen(style.pen(line))
    painter.setBrush(style.color(ground))
    painter.drawRoundedRect(box.adjusted(0.5, 0, -0.5, 0), 2, 2)
    painter.setFont(style.mark)
    painter.setPen(style.color(line))
    words = _phase_words(scene, box) if span.state is State.CONNECTING else []
    for x, text in words or [(box.left(), span.state.name)]:
        room = box.right() - x - 8
        if style.text_width(text) <= room:
            painter.drawText(QRectF(x + 6, box.top(), room, box.height()), _LEFT, text)


def _phase_words(scene: Scene, box: QRectF) -> list[tuple[float, str]]:
    """Name those steps of connecting for which there is room."""
    began = {}
    words = []
    for mark in scene.story.phases:
        if mark.change is PhaseChange.BEGAN:
            began[mark.phase] = mark.time
        elif mark.phase in began:
            start = began[mark.phase]
            text = f"{mark.phase.name} {format_seconds((mark.time - start) / 1e9)}"
            if scene.style.text_width(text) + 8 <= scene.x(mark.time) - scene.x(start):
                words.append((max(box.left(), scene.x(start)), text))
    return words


def _fill(painter: QPainter, style: TimelineStyle, bands: Bands, plot: QRectF) -> None:
    painter.fillRect(QRectF(plot.left(), 0, plot.width(), bands.ruler.height), style.color("bg1"))
    painter.fillRect(plot, style.color("scope"))
    channel = QRectF(plot.left(), bands.keepalive.top, plot.width(), bands.keepalive.height)
    painter.fillRect(channel, style.color("bg1", 0.6))


def _paint_times_without_trace(scene: Scene) -> None:
    """Tint the future; hatch what comes after CLOSED."""
    ended = scene.story.ended
    start = scene.view.now if ended is None else ended.time
    x = max(scene.left, scene.x(start))
    if x >= scene.right:
        return
    bands = scene.bands
    zone = QRectF(x, bands.flags.top, scene.right - x, bands.rtt.bottom - bands.flags.top)
    scene.painter.fillRect(zone, scene.style.color("bg2", 0.5))
    if ended is not None:
        lanes = QRectF(x, bands.sent.top, scene.right - x, bands.received.bottom - bands.sent.top)
        scene.painter.fillRect(lanes, QBrush(scene.style.color("line2", 0.7), Qt.BrushStyle.BDiagPattern))


def _size_lines(painter: QPainter, style: TimelineStyle, bands: Bands, left: float, right: float) -> None:
    dots = QImage(6, 1, QImage.Format.Format_ARGB32_Premultiplied)  # a dashed pen is ten times as slow
    dots.fill(Qt.GlobalColor.transparent)
    dots.setPixelColor(0, 0, style.color("line"))
    brush = QBrush(dots)
    for size in MARKED_SIZES:
        for sent in (True, False):
            painter.fillRect(QRectF(left, round(_size_y(bands, size, sent)), right - left, 1), brush)


def _size_labels(painter: QPainter, style: TimelineStyle, bands: Bands, left: float) -> None:
    painter.setFont(style.axis)
    painter.setPen(style.color("fg2"))
    for sent in (True, False):
        lane = bands.lane(sent)
        # The title stands where the sent lane is high and the received lane low.
        last = None
        for size, text in ((65536, "64K"), (4096, "4K"), (256, "256")):
            y = _size_y(bands, size, sent)
            is_free = (last is None or abs(y - last) >= 12) and (sent or y > lane.top + 26)
            if is_free and (not sent or y < lane.bottom - 30):
                painter.drawText(QRectF(0, y - 7, left - 6, 14), _RIGHT, text)
                last = y


def _size_y(bands: Bands, size: int, sent: bool) -> float:
    lane = bands.lane(sent)
    height = bar_height(size, lane.height)
    return lane.bottom - height if sent else lane.top + height


def _line(band: Band, offset: float, width: float, style: TimelineStyle) -> QRectF:
    return QRectF(_INDENT - 2, band.top + offset, width, style.title_metrics.height() + 2)


def _text(painter: QPainter, style: TimelineStyle, box: QRectF, text: str, *, font: str, token: str) -> None:
    painter.setFont(style.title if font == "title" else style.caption)
    painter.setPen(style.color(token))
    painter.drawText(box, _LEFT, text)


def _crisp(x: float, ratio: float) -> float:
    return (round(x * ratio - 0.5) + 0.5) / ratio
