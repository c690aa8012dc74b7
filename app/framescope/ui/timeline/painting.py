"""In which order is the timeline painted? Scope, graticule, windows, bars, pairs, labels, flags; then what moves."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from framescope.ui.timeline.bands import Bands
from framescope.ui.timeline.paint_flags import paint_flag_lines, paint_flags, place_flags
from framescope.ui.timeline.paint_ground import (
    paint_flat_ground,
    paint_ground,
    paint_gutter,
    paint_separators,
    paint_states,
)
from framescope.ui.timeline.paint_keepalive import exchanges_in_view, paint_next_ping, paint_pairs, paint_windows
from framescope.ui.timeline.paint_lanes import paint_lane, paint_violations
from framescope.ui.timeline.paint_overlay import (
    mark_box,
    paint_cursors,
    paint_hairline,
    paint_now,
    paint_selection,
    paint_tip,
)
from framescope.ui.timeline.paint_steps import paint_steps
from framescope.ui.timeline.rtt_strip import paint_rtt, paint_rtt_figures
from framescope.ui.timeline.scene import Scene
from framescope.ui.timeline.style import TimelineStyle
from framescope.ui.timeline.tip import Tip
from framescope.ui.timeline.viewport import Viewport


class Overlay(NamedTuple):
    """What a person points at and has marked; times in ns."""

    selected: int | None
    range: tuple[int, int] | None
    measured: tuple[int, int] | None
    hover: QPointF | None


def paint_scene(scene: Scene) -> None:
    """Paint everything that only time and data move."""
    scene.placed_flags = place_flags(scene)
    painter, bands = scene.painter, scene.bands
    painter.save()
    painter.setClipRect(QRectF(scene.left, 0, scene.view.width, bands.rtt.bottom))
    paint_ground(scene)
    shown = exchanges_in_view(scene)
    paint_windows(scene, shown)
    for sent in (True, False):
        paint_lane(scene, sent)
    paint_flag_lines(scene)
    paint_pairs(scene, shown)
    paint_violations(scene)
    paint_next_ping(scene)
    paint_flags(scene)
    paint_states(scene)
    if bands.rtt.height:
        paint_rtt(scene)
    painter.restore()
    paint_gutter(painter, scene.style, bands, scene.left)
    if bands.rtt.height:
        paint_rtt_figures(scene)
    paint_separators(painter, scene.style, bands, scene.left, scene.right)
    paint_steps(scene)


def paint_nothing(painter: QPainter, style: TimelineStyle, view: Viewport, bands: Bands) -> None:
    """Paint a timeline without a connection."""
    left = style.gutter
    paint_flat_ground(painter, style, view, bands, left)
    paint_gutter(painter, style, bands, left)
    paint_separators(painter, style, bands, left, left + view.width)


def paint_overlay(scene: Scene, overlay: Overlay) -> None:
    """Paint what moves without the traces."""
    painter = scene.painter
    painter.save()
    painter.setClipRect(QRectF(scene.left, 0, scene.view.width, scene.bands.rtt.bottom))
    paint_now(scene)
    if overlay.selected is not None:
        paint_selection(scene, overlay.selected)
    for ends, is_measured in ((overlay.range, False), (overlay.measured, True)):
        if ends is not None:
            paint_cursors(scene, *ends, is_measured=is_measured)
    if overlay.hover is not None:
        paint_hairline(scene, overlay.hover.x())
    painter.restore()


def paint_tip_of(scene: Scene, row: int, tip: Tip, height: float) -> None:
    """Paint the tooltip of a row beside its mark."""
    mark = mark_box(scene, row)
    if mark is not None:
        paint_tip(scene, tip, mark, height)
