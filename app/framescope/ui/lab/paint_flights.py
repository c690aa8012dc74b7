"""How are frames drawn between the rails? Lines in the opcodes' colours by the batch, heads, marks and crosses."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from framescope.lab.flights import HANDSHAKE
from framescope.ui.lab.flight_lines import LATE, LOST, FlightLine
from framescope.ui.lab.sequence_scene import LEFT, MARK, SequenceScene
from framescope.ui.opcode_names import opcode_token
from framescope.ui.timeline.shapes import draw_disc, draw_octagon, draw_ringed_cross, draw_triangle

_HEAD = 7.0  # px
_THIN_CROSS = 40  # crosses; above, they lose their rings


def paint_flights(scene: SequenceScene) -> None:
    """Paint every line in view; data lie under control frames."""
    painter, batches = scene.painter, _batches(scene.lines)
    is_bare = scene.is_control_crowded
    painter.translate(LEFT, 0)
    for (token, is_dashed), lines in batches.items():
        is_data = token in ("text", "binary", "cont")
        # Hundreds of lines side by side are told apart by nobody: thin opaque ones cost a fifth.
        is_thin = scene.is_crowded if is_data else is_bare
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not is_thin)
        pen = QPen(scene.style.color(token), 1.8)
        if is_data:
            pen.setColor(_faint(scene, token, 0.5 if scene.is_dense else 0.85))  # a ground for what is not data
        if is_data or is_thin:
            pen.setWidthF(0.0 if is_thin else 1.2)
        if is_dashed:
            pen.setDashPattern([3.0, 2.5])
        painter.setPen(pen)
        painter.drawLines([QLineF(line.x1, line.y1, line.x2, line.y2) for line in lines])
        if not is_thin:
            _heads(painter, lines, scene.style.color(token))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not is_bare:
        _marks(scene)
    _crosses(scene)
    painter.translate(-LEFT, 0)


def token_of(line: FlightLine) -> str:
    """Return the colour token of a frame's line."""
    return "fg1" if line.flight.first == HANDSHAKE else opcode_token(line.flight.first & 0x0F)


def _faint(scene: SequenceScene, token: str, share: float) -> QColor:
    """A colour as it looks at a part of its strength: fifty lines that are blended cost 8 ms, opaque ones 1."""
    ink, ground = scene.style.color(token), scene.style.color("scope")
    pairs = zip((ink.red(), ink.green(), ink.blue()), (ground.red(), ground.green(), ground.blue()), strict=True)
    return QColor(*[round(one * share + other * (1 - share)) for one, other in pairs])


def _batches(lines: list[FlightLine]) -> dict[tuple[str, bool], list[FlightLine]]:
    """Sort lines by pen, data first."""
    batches: dict[tuple[str, bool], list[FlightLine]] = {
        (token, False): [] for token in ("text", "binary", "cont", "ping", "pong", "close")
    }
    for line in lines:
        is_dashed = line.flight.first == HANDSHAKE or line.fate == LATE
        batches.setdefault((token_of(line), is_dashed), []).append(line)
    return batches


def _heads(painter: QPainter, lines: list[FlightLine], color: QColor) -> None:
    """An arrow's head where a frame arrived."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for line in lines:
        if line.flight.received is None:
            continue
        way = -1.0 if line.y2 > line.y1 else 1.0
        lean = (line.x1 - line.x2) / max(1.0, abs(line.y1 - line.y2)) * _HEAD
        tip = QPointF(line.x2, line.y2)
        back = QPointF(line.x2 + min(_HEAD, lean), line.y2 + way * _HEAD)
        painter.drawPolygon(QPolygonF([tip, back + QPointF(3, 0), back - QPointF(3, 0)]))


def _marks(scene: SequenceScene) -> None:
    """What an end sent, beyond its rail; of data only while there is room."""
    painter, style = scene.painter, scene.style
    for line in scene.lines:
        flight = line.flight
        if flight.first == HANDSHAKE:
            continue
        opcode = flight.first & 0x0F
        if opcode < 0x8 and scene.is_crowded:
            continue
        way = -1.0 if flight.to_server else 1.0
        at = QPointF(line.x1, line.y1 + way * MARK * 0.7)
        color = style.color(token_of(line))
        if opcode == 0x9:
            draw_triangle(painter, at, color)
        elif opcode == 0xA:
            draw_disc(painter, at, color)
        elif opcode == 0x8:
            draw_octagon(painter, at, color, style.color("scope"), 5.5)
        else:
            painter.fillRect(QRectF(line.x1 - 1.6, line.y1 + (way * 10 if way < 0 else 1.5), 3.2, 8.5), color)


def _crosses(scene: SequenceScene) -> None:
    crossed = [line for line in scene.lines if line.cross is not None]
    color, ground = scene.style.color("err"), scene.style.color("scope")
    if len(crossed) > _THIN_CROSS:
        scene.painter.setPen(QPen(color, 1.2))
        arms = []
        for line in crossed:
            x, y = line.cross or (0.0, 0.0)
            arms += [QLineF(x - 2.5, y - 2.5, x + 2.5, y + 2.5), QLineF(x - 2.5, y + 2.5, x + 2.5, y - 2.5)]
        scene.painter.drawLines(arms)
        return
    for line in crossed:
        draw_ringed_cross(
            scene.painter, QPointF(*(line.cross or (0.0, 0.0))), color, ground, 6.0 if line.fate == LOST else 4.0
        )
