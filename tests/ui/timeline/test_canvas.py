"""Do wheel, drags, clicks and the pointer at rest do what the interaction list says?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from framescope.engine.frames import Opcode
from framescope.ui.theme import Look
from framescope.ui.timeline.bands import Bands, bands
from framescope.ui.timeline.canvas import TimelineCanvas
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.style import TimelineStyle
from framescope.ui.timeline.viewport import SECOND, Viewport
from helpers import mouse, scope_traces
from helpers.made_trace import MadeTrace

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Bench:
    """A canvas that shows the first 41 s of the feed; 20 px a second or so."""

    def __init__(self, look: Look, shown: Any) -> None:
        self.made: MadeTrace = scope_traces.feed()
        self.view = Viewport()
        self.canvas = TimelineCanvas(look, self.view)
        self.canvas.resize(1000, 340)
        exchanges = ExchangeColumns(self.made.trace.story)
        exchanges.refresh()
        self.view.begin(self.made.trace.start, scope_traces.moment(self.made, 41))
        self.canvas.show_trace(self.made.trace, exchanges)
        shown(self.canvas)
        self.view.fit_all()
        self.gutter = TimelineStyle(look).gutter
        self.bands: Bands = bands(self.canvas.height(), line=TimelineStyle(look).line)
        self.picked: list[int] = []
        self.canvas.row_picked.connect(self.picked.append)
        self.paint()

    def paint(self) -> QImage:
        return self.canvas.grab().toImage()

    def x(self, seconds: float) -> float:
        return self.gutter + self.view.x(scope_traces.moment(self.made, seconds))

    def seconds(self, x: float) -> float:
        return (self.view.time_at(x - self.gutter) - self.made.trace.start) / SECOND

    def what(self, row: int) -> tuple[float, int]:
        record = self.made.trace.record(row)
        return (record.time - self.made.trace.start) / SECOND, record.first & 0x0F


@pytest.fixture
def bench(look: Look, shown: Any) -> Bench:
    return Bench(look, shown)


def test_the_wheel_zooms_at_the_pointer(bench: Bench) -> None:
    span, under = bench.view.span, bench.seconds(200)
    mouse.wheel(bench.canvas, 200, 150, QPoint(0, 120))
    assert bench.view.span == pytest.approx(span / 1.25)
    assert bench.seconds(200) == pytest.approx(under, abs=0.05)
    assert not bench.view.is_following


def test_shift_and_the_horizontal_wheel_pan(bench: Bench) -> None:
    span, start = bench.view.span, bench.view.start
    mouse.wheel(bench.canvas, 300, 150, QPoint(0, 120), SHIFT)
    assert bench.view.span == span
    assert bench.view.start < start
    before = bench.view.start
    mouse.wheel(bench.canvas, 300, 150, QPoint(-120, 0))
    assert bench.view.start > before


def test_a_drag_pans_and_selects_nothing(bench: Bench) -> None:
    start = bench.view.start
    mouse.drag(bench.canvas, (400, 200), (500, 200))
    assert bench.view.start == pytest.approx(start - 100 * bench.view.ns_per_pixel, rel=1e-6)
    assert bench.picked == []


def test_a_right_drag_zooms_to_its_range(bench: Bench) -> None:
    low, high = bench.x(10), bench.x(20)
    mouse.drag(bench.canvas, (low, 150), (high, 150), Qt.MouseButton.RightButton)
    assert bench.view.span == pytest.approx(10 * SECOND, rel=0.01)
    assert bench.seconds(bench.gutter) == pytest.approx(10, abs=0.1)


def test_a_click_picks_the_nearest_frame(bench: Bench) -> None:
    mouse.click(bench.canvas, bench.x(12.5) + 5, bench.bands.received.top + 20)
    mouse.click(bench.canvas, bench.x(30), bench.bands.keepalive.top + 10)
    mouse.click(bench.canvas, bench.x(12.5) + 11, bench.bands.received.top + 20)
    assert [bench.what(row) for row in bench.picked] == [(12.5, Opcode.TEXT), (30, Opcode.PING)]


def test_a_double_click_fits_the_message(bench: Bench) -> None:
    mouse.double_click(bench.canvas, bench.x(15.7), bench.bands.received.top + 30)
    assert bench.view.span == pytest.approx(0.2 * 1.6 * SECOND, rel=0.05)
    assert bench.seconds(bench.gutter + bench.view.width / 2) == pytest.approx(15.7, abs=0.01)


def test_a_double_click_on_nothing_zooms_in(bench: Bench) -> None:
    span = bench.view.span
    mouse.double_click(bench.canvas, 400, bench.bands.sent.middle)
    assert bench.view.span < span


def test_a_drag_on_the_ruler_measures_and_the_view_stays(bench: Bench) -> None:
    start = bench.view.start
    mouse.drag(bench.canvas, (300, 6), (500, 6))
    assert bench.canvas.has_measurement
    assert bench.view.start == start
    bench.canvas.set_measuring(False)
    assert not bench.canvas.has_measurement


def test_while_measuring_a_drag_in_the_lanes_measures(bench: Bench) -> None:
    bench.canvas.set_measuring(True)
    mouse.drag(bench.canvas, (300, 200), (500, 200))
    assert bench.canvas.has_measurement


def test_the_pointer_at_rest_brings_a_tooltip_after_a_while_and_the_next_at_once(bench: Bench, qtbot: Any) -> None:
    x, y = bench.x(31.84), bench.bands.keepalive.bottom - 10
    plain = bench.paint()
    mouse.move(bench.canvas, x, y)
    hairline = bench.paint()
    assert hairline != plain
    qtbot.waitUntil(lambda: bench.paint() != hairline, timeout=3000)
    # the tooltip follows the pointer to the next mark without waiting
    mouse.move(bench.canvas, bench.x(20.04), y)
    second = bench.paint()
    mouse.move(bench.canvas, bench.x(25), y)
    assert bench.paint() != second


def test_the_strips_title_says_how_many_pongs_were_counted(bench: Bench) -> None:
    mouse.move(bench.canvas, 20, bench.bands.rtt.middle)
    assert "3 pongs in view: p50 40 ms, p99 1.84 s (nearest rank)" in bench.canvas.toolTip()
    mouse.move(bench.canvas, 300, bench.bands.rtt.middle)
    assert bench.canvas.toolTip() == ""


def test_a_row_selected_elsewhere_comes_into_view(bench: Bench) -> None:
    row = next(row for row in range(len(bench.made.trace.rows)) if bench.what(row) == (1.5, Opcode.TEXT))
    start = scope_traces.moment(bench.made, 35)
    bench.view.zoom_to(start, start + 5 * SECOND)
    bench.canvas.select_row(row)
    assert bench.canvas.selected == row
    assert 0 <= bench.view.x(scope_traces.moment(bench.made, 1.5)) <= bench.view.width


def test_the_picture_is_kept_until_something_changes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    paints = []
    monkeypatch.setattr("framescope.ui.timeline.painting.paint_scene", paints.append)
    bench.canvas.repaint()
    mouse.move(bench.canvas, 300, 200)
    bench.canvas.repaint()
    assert paints == []
    bench.made.frame(40.5, b"new")
    bench.canvas.repaint()
    assert len(paints) == 1


def test_another_theme_repaints(bench: Bench, look: Look) -> None:
    before = bench.paint()
    look.choose("light")
    assert bench.paint() != before


def test_without_a_trace_it_is_flat_and_mute(bench: Bench) -> None:
    bench.canvas.show_trace(None, None)
    image = bench.paint()
    assert image.pixelColor(500, round(bench.bands.keepalive.middle)) == bench.canvas._look.color("acc")
    mouse.click(bench.canvas, 400, 200)
    assert bench.picked == []


def test_the_smallest_size_can_be_painted(bench: Bench) -> None:
    bench.canvas.resize(bench.canvas.minimumSizeHint())
    bench.paint()
    bench.canvas.fold_rtt(True)
    bench.paint()
