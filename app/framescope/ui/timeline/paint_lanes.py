"""How are the frames of the two lanes drawn? Bars by opcode and size; an envelope where there are too many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPen

from framescope.analysis.lanes import Envelope
from framescope.engine.frames import Opcode
from framescope.ui.opcode_names import opcode_token
from framescope.ui.timeline.bands import Band, bar_height, bar_heights
from framescope.ui.timeline.column_image import Colors, Floats, column_image, premultiplied, token_table
from framescope.ui.timeline.frames import Bars
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.shapes import BAR_WIDTH, draw_octagon, draw_ringed_cross

BODY = 0.58
ENVELOPE = 0.26
_AFTERGLOW = ((2_200_000_000, 1.0), (5_000_000_000, 0.8))  # age in ns below which a body has this alpha
_LATE = 0.22  #: frames after this side failed the connection: seen, without effect
_MOST_CODES = 12  #: Close frames with their code beside them
_SQUARE = 6.0


def paint_lane(scene: Scene, sent: bool) -> None:
    """Draw one lane's frames."""
    shown = scene.pictures[sent]
    if shown.envelope is not None:
        _paint_envelope(scene, shown.envelope, sent)
    _paint_bars(scene, shown.bars, sent)


def paint_violations(scene: Scene) -> None:
    """Draw a ringed cross beyond the head of each frame that broke a rule."""
    style = scene.style
    for mark in scene.story.violations:
        time, length = mark.time, 0
        if mark.frame_row is not None:
            record = scene.trace.record(mark.frame_row)
            time, length = record.time, record.length
        x = scene.x(time)
        if scene.is_near(x):
            center = QPointF(x, _beyond_head(scene.bands.lane(mark.sent), length, mark.sent))
            draw_ringed_cross(scene.painter, center, style.color("err"), style.color("errbg"))


def _beyond_head(lane: Band, length: int, sent: bool) -> float:
    reach = bar_height(length, lane.height) + 11
    return max(lane.top + 7, lane.bottom - reach) if sent else min(lane.bottom - 7, lane.top + reach)


def _paint_bars(scene: Scene, bars: Bars, sent: bool) -> None:
    if not len(bars.times):
        return
    lane = scene.bands.lane(sent)
    xs = scene.view.xs(bars.times) + scene.left
    heights = bar_heights(bars.lengths, lane.height)
    alphas = _alphas(scene, bars.times)
    hollow = _hollow_rows(scene)
    is_hollow = np.isin(bars.rows, hollow) if hollow else np.zeros(len(xs), np.bool_)
    for opcode, alpha, chosen in _groups(bars.opcodes, alphas):
        solid = chosen & ~is_hollow
        places = list(zip(xs[solid].tolist(), heights[solid].tolist(), strict=True))
        _paint_group(scene, opcode, alpha, places, sent=sent)
    for x, height, opcode in zip(xs[is_hollow], heights[is_hollow], bars.opcodes[is_hollow], strict=True):
        _paint_hollow(scene, int(opcode), float(x), float(height), sent=sent)
    _paint_close_codes(scene, bars, heights, sent=sent)


def _alphas(scene: Scene, times: npt.NDArray[np.int64]) -> Floats:
    alphas = np.full(len(times), BODY)
    if scene.is_live:
        age = scene.view.now - times
        for limit, alpha in reversed(_AFTERGLOW):
            alphas[age < limit] = alpha
    if scene.failed_at is not None:
        alphas[times > scene.failed_at] = _LATE
    return alphas


def _hollow_rows(scene: Scene) -> list[int]:
    return [mark.frame_row for mark in scene.story.violations if mark.sent and mark.frame_row is not None]


def _groups(opcodes: npt.NDArray[np.uint8], alphas: Floats) -> Iterator[tuple[int, float, npt.NDArray[np.bool_]]]:
    """Divide bars into those of one opcode and one alpha, which are drawn in one go."""
    for opcode in np.unique(opcodes):
        of_opcode = opcodes == opcode
        for alpha in np.unique(alphas[of_opcode]):
            yield int(opcode), float(alpha), of_opcode & (alphas == alpha)


def _paint_group(scene: Scene, opcode: int, alpha: float, places: list[tuple[float, float]], *, sent: bool) -> None:
    painter, token = scene.painter, opcode_token(opcode)
    body, head = scene.style.color(token, alpha), scene.style.color(token, 1.0 if alpha > _LATE else 2 * _LATE)
    base, up = _base(scene, sent)
    painter.setPen(Qt.PenStyle.NoPen)
    if opcode == Opcode.CONTINUATION:
        pen = QPen(body, BAR_WIDTH + 1)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([2.4 / pen.widthF(), 1.6 / pen.widthF()])
        painter.setPen(pen)
        painter.drawLines([QLineF(x, base, x, base + up * height) for x, height in places])
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setBrush(body)
        painter.drawRects([_upright(x, base, up * height, BAR_WIDTH) for x, height in places])
    painter.setBrush(head)
    if opcode == Opcode.CLOSE:
        for x, height in places:
            center = QPointF(x, base + up * (height + 3))
            draw_octagon(painter, center, head, scene.style.color("scope"))
    elif opcode == Opcode.BINARY:
        half = _SQUARE / 2
        painter.drawRects([QRectF(x - half, base + up * h - half, _SQUARE, _SQUARE) for x, h in places])
    else:
        painter.drawRects([_upright(x, base + up * (h - 2), up * 2, BAR_WIDTH + 0.6) for x, h in places])


def _base(scene: Scene, sent: bool) -> tuple[float, float]:
    """Return where a lane's bars begin and which way they grow."""
    lane = scene.bands.lane(sent)
    return (lane.bottom, -1.0) if sent else (lane.top, 1.0)


def _upright(x: float, base: float, height: float, width: float) -> QRectF:
    return QRectF(x - width / 2, min(base, base + height), width, abs(height))


def _paint_hollow(scene: Scene, opcode: int, x: float, height: float, *, sent: bool) -> None:
    """Draw a frame that a person sent past the library's rules."""
    base, up = _base(scene, sent)
    scene.painter.setPen(scene.style.pen(opcode_token(opcode), 1.2))
    scene.painter.setBrush(Qt.BrushStyle.NoBrush)
    scene.painter.drawRect(_upright(x, base, up * height, BAR_WIDTH + 1.6))


def _paint_close_codes(scene: Scene, bars: Bars, heights: Floats, *, sent: bool) -> None:
    painter, style = scene.painter, scene.style
    base, up = _base(scene, sent)
    for index in np.flatnonzero(bars.opcodes == Opcode.CLOSE)[:_MOST_CODES]:
        record = scene.trace.record(int(bars.rows[index]))
        code = scene.trace.reader.payload(record, 0, 2)
        if len(code) == 2:
            x = scene.x(record.time) + 11
            y = base + up * (float(heights[index]) + 3)
            painter.setFont(style.mark)
            painter.setPen(style.color("close"))
            painter.drawText(QPointF(x, y + style.mark_metrics.ascent() / 2 - 1), str(int.from_bytes(code, "big")))


def _paint_envelope(scene: Scene, envelope: Envelope, sent: bool) -> None:
    """Draw one column for each device pixel: the largest frame, in the colour of most bytes."""
    ratio = scene.view.ratio
    lane = scene.bands.lane(sent)
    height = max(1, round(lane.height * ratio))
    is_drawn = (envelope.counts > 0) & ~np.isin(envelope.dominant, (Opcode.PING, Opcode.PONG))
    reach = np.where(is_drawn, bar_heights(envelope.max_length, float(height)), 0.0)
    body, head = _column_colors(scene, envelope)
    image = column_image(reach, body, head, height, thickness=max(1, round(2 * ratio)), grows_up=sent)
    scene.painter.drawImage(QRectF(scene.left, lane.top, scene.view.width, lane.height), image)


def _column_colors(scene: Scene, envelope: Envelope) -> tuple[Colors, Colors]:
    """Return the premultiplied colours of each column's body and head."""
    view = scene.view
    edges = view.edges(view.first_column, view.first_column + view.columns)[:-1]
    alphas = np.full(len(edges), ENVELOPE)
    heads = np.ones(len(edges))
    if scene.is_live:
        for limit, alpha in reversed(_AFTERGLOW):
            alphas[scene.view.now - edges < limit] = ENVELOPE + (alpha - BODY) * 0.6
    if scene.failed_at is not None:
        is_late = edges > scene.failed_at
        alphas[is_late], heads[is_late] = ENVELOPE * 0.4, 2 * _LATE
    colors = token_table(scene.style.look)[envelope.dominant & 0x0F]
    return premultiplied(colors, alphas), premultiplied(colors, heads)
