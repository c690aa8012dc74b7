"""How are the steps of a diagnosis drawn? As numbers in red discs, each in the lane that it belongs to."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt

from framescope.capture.records import Kind
from framescope.engine.frames import Opcode
from framescope.ui.timeline.paint_overlay import mark_box
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.step_marks import RADIUS, Anchor, Disc, StepMark, place_discs

_EDGE = RADIUS + 3.0  #: px from a lane's edge


def discs_of(scene: Scene) -> list[Disc]:
    """Find the places of all steps in view."""
    anchors = [anchor for anchor in (_anchor(scene, step) for step in scene.steps) if anchor is not None]
    return place_discs(anchors, scene.left, scene.right, scene.bands.flags.bottom, scene.lanes_bottom)


def paint_steps(scene: Scene) -> None:
    """Draw the numbers."""
    painter, style = scene.painter, scene.style
    painter.setFont(style.number)
    for disc in discs_of(scene):
        center = QPointF(disc.x, disc.y)
        painter.setPen(style.pen("scope", 1.0))
        painter.setBrush(style.color("err"))
        painter.drawEllipse(center, RADIUS, RADIUS)
        painter.setPen(style.color("scope"))
        box = QRectF(disc.x - RADIUS, disc.y - RADIUS, 2 * RADIUS, 2 * RADIUS)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(disc.number))


def _anchor(scene: Scene, step: StepMark) -> Anchor | None:
    bands, x = scene.bands, scene.x(step.time)
    if step.row is None:
        # What came, or did not, in a stretch of time: it ends here.
        return Anchor(step.number, x, bands.received.bottom - _EDGE, -1, 0)
    mark = mark_box(scene, step.row)
    if mark is None:
        return None
    record = scene.trace.record(step.row)
    if record.plain_kind != Kind.FRAME:
        side = 1 if scene.story.ended is not None and step.row == scene.story.ended.row else -1
        return Anchor(step.number, x, bands.sent.top + _EDGE, side, 0)
    if record.first & 0x0F in (Opcode.PING, Opcode.PONG):
        y = mark.center().y()
        return Anchor(step.number, x, y, -1, -1 if y < bands.keepalive.middle else 1)
    lane = bands.lane(record.is_sent)
    return Anchor(step.number, x, lane.bottom - _EDGE if record.is_sent else lane.top + _EDGE, -1, 0)
