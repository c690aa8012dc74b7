"""Does the overview show the whole capture, and move the view it shares?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from framescope.ui.theme import Look
from framescope.ui.timeline.exchanges import ExchangeColumns
from framescope.ui.timeline.overview import Overview
from framescope.ui.timeline.viewport import SECOND, Viewport
from helpers import mouse, scope_traces


class Bench:
    def __init__(self, look: Look, shown: Any) -> None:
        self.look = look
        self.view = Viewport()
        self.overview = Overview(look, self.view)
        self.made = scope_traces.failed()
        exchanges = ExchangeColumns(self.made.trace.story)
        exchanges.refresh()
        self.view.resize(900)
        self.view.begin(self.made.trace.start, self.made.trace.end)
        self.view.zoom_to(scope_traces.moment(self.made, 5), scope_traces.moment(self.made, 15))
        self.overview.show_trace(self.made.trace, exchanges)
        self.overview.resize(1000, 40)
        shown(self.overview)

    def image(self) -> QImage:
        return self.overview.grab().toImage()

    def x(self, seconds: float) -> int:
        plot = self.overview._range
        return round(1000 - 8 - plot.width + plot.x(scope_traces.moment(self.made, seconds)))

    def has(self, token: str, x: int, y: int) -> bool:
        wanted, image = self.look.color(token), self.image()
        return any(_near(image.pixelColor(x + dx, y), wanted) for dx in range(-3, 4))


def _near(one: QColor, other: QColor) -> bool:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue()) < 120


@pytest.fixture
def bench(look: Look, shown: Any) -> Bench:
    return Bench(look, shown)


def test_a_miss_is_a_line_and_its_window_is_tinted(bench: Bench) -> None:
    bench.view.fit_all()
    assert bench.has("err", bench.x(50), 36)
    tinted = bench.image().pixelColor(bench.x(40), 36)
    plain = bench.image().pixelColor(bench.x(29.9), 36)
    assert tinted.red() - tinted.blue() > plain.red() - plain.blue()


def test_dragging_the_box_moves_the_view(bench: Bench) -> None:
    changes: list[None] = []
    bench.overview.view_changed.connect(lambda: changes.append(None))
    mouse.drag(bench.overview, (bench.x(10), 20), (bench.x(30), 20))
    assert bench.view.start == pytest.approx(scope_traces.moment(bench.made, 25), abs=SECOND / 2)
    assert changes


def test_a_click_jumps(bench: Bench) -> None:
    mouse.click(bench.overview, bench.x(40), 20)
    middle = (bench.view.start + bench.view.end) / 2
    assert middle == pytest.approx(scope_traces.moment(bench.made, 40), abs=SECOND / 2)


def test_a_handle_widens(bench: Bench) -> None:
    mouse.drag(bench.overview, (bench.x(15), 20), (bench.x(25), 20))
    assert bench.view.span == pytest.approx(20 * SECOND, rel=0.05)


def test_what_is_not_visible_is_dimmed(bench: Bench) -> None:
    bench.overview.refresh()
    inside = bench.image().pixelColor(bench.x(10.5), 20)
    outside = bench.image().pixelColor(bench.x(20.5), 20)
    assert inside != outside


def test_new_frames_are_shown_four_times_a_second(look: Look, shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = scope_traces.feed()
    view = Viewport()
    view.resize(900)
    view.begin(made.trace.start, scope_traces.moment(made, 41))
    overview = Overview(look, view)
    overview.show_trace(made.trace, None)
    overview.resize(1000, 40)
    shown(overview)
    overview.grab()
    layers: list[object] = []
    original = Overview._paint_layer
    monkeypatch.setattr(Overview, "_paint_layer", lambda self, trace: layers.append(1) or original(self, trace))
    for step in range(1, 101):
        view.advance(scope_traces.moment(made, 41 + step / 100))
        overview.repaint()
    assert len(layers) == 4


def test_without_a_trace_it_is_empty_and_mute(bench: Bench) -> None:
    bench.overview.show_trace(None, None)
    start = bench.view.start
    mouse.drag(bench.overview, (300, 20), (600, 20))
    bench.image()
    assert bench.view.start == start
