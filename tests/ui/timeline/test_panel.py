"""Do the panel's slots do what their keys promise, and does it tell others and screen readers what it shows?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from framescope.engine.frames import Opcode
from framescope.ui.controls.key_button import KeyButton
from framescope.ui.theme import Look
from framescope.ui.timeline.canvas import TimelineCanvas
from framescope.ui.timeline.panel import TimelinePanel
from framescope.ui.timeline.step_marks import StepMark
from framescope.ui.timeline.viewport import LEAD, SECOND
from helpers import mouse, scope_traces
from helpers.made_trace import MadeTrace


@pytest.fixture
def panel(look: Look, shown: Any) -> TimelinePanel:
    panel = TimelinePanel(look)
    panel.resize(1000, 420)
    shown(panel)
    return panel


def show(panel: TimelinePanel, made: MadeTrace, now: float) -> list[int]:
    picked: list[int] = []
    panel.row_selected.connect(picked.append)
    panel.show_trace(made.trace)
    panel.advance(scope_traces.moment(made, now))
    return picked


def at_row(made: MadeTrace, row: int) -> float:
    return (made.trace.record(row).time - made.trace.start) / SECOND


def description(panel: TimelinePanel) -> str:
    return panel.findChild(TimelineCanvas).accessibleDescription()


def follow_button(panel: TimelinePanel) -> KeyButton:
    return panel.findChild(KeyButton)


def test_it_follows_now_until_the_connection_has_ended(panel: TimelinePanel) -> None:
    made = scope_traces.failed()
    show(panel, made, 500)
    assert panel.viewport.now == scope_traces.moment(made, 60)
    made = scope_traces.feed()
    show(panel, made, 41)
    panel.advance(scope_traces.moment(made, 70))
    view = panel.viewport
    assert view.x(view.now) == pytest.approx(LEAD * view.width, abs=1)


def test_space_stops_and_resumes_following(panel: TimelinePanel) -> None:
    made = scope_traces.feed()
    show(panel, made, 41)
    panel.toggle_follow()
    start = panel.viewport.start
    panel.advance(scope_traces.moment(made, 50))
    assert panel.viewport.start == start
    panel.toggle_follow()
    assert panel.viewport.is_following
    assert panel.viewport.has_now


def test_zoom_slots(panel: TimelinePanel) -> None:
    show(panel, scope_traces.feed(), 41)
    panel.zoom_in()
    assert panel.viewport.span == pytest.approx(48 * SECOND)
    panel.zoom_out()
    panel.zoom_in()
    panel.zoom_minute()
    assert panel.viewport.span == pytest.approx(60 * SECOND)
    panel.fit_all()
    assert panel.viewport.span == pytest.approx(41 / LEAD * SECOND, rel=0.01)


def test_steps_select_and_tell(panel: TimelinePanel) -> None:
    made = scope_traces.feed()
    picked = show(panel, made, 41)
    panel.step(1)
    panel.step(-1, same_opcode=True)
    assert [at_row(made, row) for row in picked] == [39.8, 30.0]
    assert all(made.trace.record(row).first & 0x0F == Opcode.PING for row in picked)


def test_errors_are_brought_into_view(panel: TimelinePanel) -> None:
    made = scope_traces.failed()
    picked = show(panel, made, 61)
    panel.viewport.zoom_to(scope_traces.moment(made, 1), scope_traces.moment(made, 2))
    panel.next_error(1)
    assert at_row(made, picked[0]) == 50
    assert 0 < panel.viewport.x(scope_traces.moment(made, 50)) < panel.viewport.width
    panel.next_error(-1)
    assert at_row(made, picked[1]) == 60


def test_with_steps_the_way_leads_to_the_first_one_and_shows_them_all(panel: TimelinePanel) -> None:
    made = scope_traces.failed()
    picked = show(panel, made, 61)
    ping = next(row for row in range(len(made.trace.rows)) if at_row(made, row) == 30)
    ended = made.trace.story.ended
    assert ended is not None
    first, last = scope_traces.moment(made, 30), ended.time
    panel.viewport.zoom_to(scope_traces.moment(made, 1), scope_traces.moment(made, 2))
    panel.show_steps((StepMark(1, first, ping), StepMark(2, first, None), StepMark(3, last, ended.row)))
    panel.next_error(1)
    assert at_row(made, picked[0]) == 30
    assert panel.viewport.start < first and last < panel.viewport.end
    panel.next_error(1)
    assert at_row(made, picked[1]) == 50  # the missed deadline
    panel.next_error(-1)
    assert at_row(made, picked[2]) == 30
    panel.show_trace(made.trace)
    panel.next_error(1)
    assert at_row(made, picked[3]) == 50  # another connection has no steps yet


def test_a_selection_from_outside_is_not_told_back(panel: TimelinePanel) -> None:
    picked = show(panel, scope_traces.feed(), 41)
    panel.select_row(3)
    panel.select_row(None)
    panel.select_row(10**6)
    assert picked == []


def test_slots_without_a_trace_do_nothing(panel: TimelinePanel) -> None:
    for act in (panel.step, panel.next_error):
        act(1)
    panel.advance(5)
    panel.select_row(2)
    for act in (panel.zoom_in, panel.zoom_out, panel.fit_all, panel.toggle_follow, panel.start_measure, panel.clear):
        act()
    panel.grab()
    assert description(panel) == "No signal"


def test_screen_readers_hear_range_and_selection(panel: TimelinePanel) -> None:
    made = scope_traces.feed()
    show(panel, made, 41)
    assert description(panel) == "following live, the last 60 s"
    panel.viewport.zoom_to(scope_traces.moment(made, 10), scope_traces.moment(made, 20))
    panel.zoom_in()
    assert description(panel).startswith("from 11.0 s to 19.0 s")
    panel.step(-1)
    assert "; selected: Ping frame" in description(panel)


def test_the_button_follows_or_leads_to_the_failure(panel: TimelinePanel, qtbot: Any) -> None:
    show(panel, scope_traces.feed(), 41)
    assert follow_button(panel).text() == "Follow live"
    follow_button(panel).click()
    assert not panel.viewport.is_following
    made = scope_traces.failed()
    picked = show(panel, made, 61)
    assert follow_button(panel).text() == "Go to failure"
    follow_button(panel).click()
    assert at_row(made, picked[0]) == 50


def test_the_button_changes_when_the_connection_fails(panel: TimelinePanel) -> None:
    made = scope_traces.feed()
    show(panel, made, 41)
    made.ended(42, scope_traces.FAILED)
    panel.advance(scope_traces.moment(made, 43))
    assert follow_button(panel).text() == "Go to failure"


def test_a_click_selects_and_tells(panel: TimelinePanel) -> None:
    made = scope_traces.feed()
    picked = show(panel, made, 41)
    panel.grab()
    canvas = panel.findChild(TimelineCanvas)
    x = canvas.width() - panel.viewport.width + panel.viewport.x(scope_traces.moment(made, 30.5))
    mouse.click(canvas, x, canvas.height() * 0.62)
    assert [at_row(made, row) for row in picked] == [30.5]
    assert canvas.selected == picked[0]


def test_measuring_is_shown_and_let_go(panel: TimelinePanel) -> None:
    show(panel, scope_traces.feed(), 41)
    canvas = panel.findChild(TimelineCanvas)
    panel.start_measure()
    mouse.drag(canvas, (300, 200), (500, 200))
    assert canvas.has_measurement
    panel.clear()
    assert not canvas.has_measurement


def test_focus_goes_to_the_canvas(panel: TimelinePanel) -> None:
    panel.setFocus()
    assert QApplication.focusWidget() is panel.findChild(TimelineCanvas)


def test_a_trace_that_is_still_empty_can_be_shown(panel: TimelinePanel) -> None:
    made = MadeTrace()
    show(panel, made, 0.0)
    panel.grab()
    made.frame(0.5, b"x")
    panel.advance(scope_traces.moment(made, 0.6))
    image = panel.grab().toImage()
    assert image.pixelColor(QPoint(500, 200)).isValid()
