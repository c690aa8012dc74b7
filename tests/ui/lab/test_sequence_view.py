"""Does the wheel zoom, does a drag on the axis go back in time, and is what matters in view until a person moves it?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.ui.lab.sequence_scene import LEFT
from framescope.ui.lab.sequence_view import SequenceView
from framescope.ui.theme import Look
from helpers.mouse import double_click, drag, press, wheel


@pytest.fixture
def view(look: Look, lessons: dict[str, Lesson], shown: Any) -> SequenceView:
    view = SequenceView(look)
    view.resize(600, 500)
    view.set_rails(120, 380)
    shown(view)
    view.show_run(Run(lessons["keepalive-ping-timeout"].scenario), 14.5)
    return view


def test_it_goes_along_with_the_run(view: SequenceView) -> None:
    assert view.span.start == 0 and 14.5 < view.span.end < 15.2
    run = view.run
    assert run is not None
    for until in (14.6, 20.0, 28.0):
        run.run_until(until)
        view.advance()
        assert view.span.start <= until <= view.span.end


def test_the_wheel_zooms_and_a_double_click_fits(view: SequenceView) -> None:
    whole = view.span.length
    wheel(view, 300, 200, QPoint(0, 240))
    assert view.span.length < whole
    start = view.span.start
    wheel(view, 300, 200, QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)
    assert view.span.start > start
    moved = view.span.start
    drag(view, (200, 200), (300, 200))
    assert view.span.start < moved
    assert view.run is not None
    view.run.run_until(40.0)
    view.advance()
    assert view.span.length < whole  # a person's view stays
    double_click(view, 300, 200)
    assert view.span.start == 0 and view.span.end >= 40


def test_another_run_is_shown_from_its_beginning(view: SequenceView, lessons: dict[str, Lesson]) -> None:
    wheel(view, 300, 200, QPoint(0, 240))
    view.show_run(Run(lessons["idle-timeout"].scenario), 60.5)
    assert view.span.start == 0 and view.span.end > 60.5 and len(view.tracks.ends[False].phases) == 1


def test_a_drag_on_the_axis_asks_for_moments(view: SequenceView) -> None:
    asked: list[float] = []
    view.moment_asked.connect(asked.append)
    span = view.span
    drag(view, (LEFT + span.x(8.0), 8), (LEFT + span.x(3.0), 8))
    assert asked[0] == pytest.approx(8.0) and asked[-1] == pytest.approx(3.0) and span.start == 0
    press(view, 0, 8)
    assert asked[-1] == 0.0
    wheel(view, 300, 200, QPoint(0, 240))
    start = span.start
    drag(view, (300, 200), (280, 200))
    assert len(asked) == 4 and span.start > start  # below the axis a drag moves the view


def test_an_earlier_moment_is_shown_as_it_was(view: SequenceView) -> None:
    whole = view.run
    assert whole is not None
    whole.run_until(14.6)
    view.advance()
    view.travel(whole.replayed(5.0), 14.6)
    assert view.run is not whole and not view.tracks.holes and view.index.swallowed == 0
    view.travel(whole, 14.6)
    assert view.tracks.holes and view.index.swallowed > 0


def test_keys_move_it(view: SequenceView, qtbot: Any) -> None:
    asked: list[object] = []
    view.event_asked.connect(asked.append)
    view.moment_asked.connect(asked.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(view, key)
    assert asked == [-1, 1, 0.0, view.span.start]
    length = view.span.length
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.span.length < length
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.span.start > 0
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.span.length == pytest.approx(length)


def test_without_a_run_it_is_empty(look: Look, qtbot: Any) -> None:
    view = SequenceView(look)
    qtbot.addWidget(view)
    view.resize(100, 100)
    view.fit_all()
    view.follow()
    assert view.grab().toImage().pixelColor(50, 50) == look.color("scope")
