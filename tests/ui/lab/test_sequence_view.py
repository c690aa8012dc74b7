"""Does the wheel zoom, and is all of the run in view until somebody does?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.ui.lab.sequence_view import SequenceView
from framescope.ui.theme import Look
from helpers.mouse import double_click, drag, wheel


@pytest.fixture
def view(look: Look, lessons: dict[str, Lesson], shown: Any) -> SequenceView:
    view = SequenceView(look)
    view.resize(600, 500)
    view.set_rails(120, 380)
    shown(view)
    view.show_run(Run(lessons["keepalive-ping-timeout"].scenario), 14.5)
    return view


def test_the_run_fits_as_it_goes_on(view: SequenceView) -> None:
    assert view.span.start == 0 and 14.5 < view.span.end < 15.2
    run = view._run
    assert run is not None
    for until, end in ((14.6, 15.2), (20.0, 30.0), (52.0, 53.0)):
        run.run_until(until)
        view.advance()
        assert view.span.start == 0 and until <= view.span.end <= end
    assert view.place_of(run.now).x() < view.width()


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
    assert view._run is not None
    view._run.run_until(40.0)
    view.advance()
    assert view.span.length < whole  # a person's view stays
    double_click(view, 300, 200)
    assert view.span.start == 0 and view.span.end >= 40


def test_another_run_is_shown_from_its_beginning(view: SequenceView, lessons: dict[str, Lesson]) -> None:
    wheel(view, 300, 200, QPoint(0, 240))
    view.show_run(Run(lessons["idle-timeout"].scenario), 60.5)
    assert view.span.start == 0 and view.span.end > 60.5 and len(view.tracks.ends[False].phases) == 1


def test_without_a_run_it_is_empty(look: Look, qtbot: Any) -> None:
    view = SequenceView(look)
    qtbot.addWidget(view)
    view.resize(100, 100)
    view.fit()
    assert view.grab().toImage().pixelColor(50, 50) == look.color("scope")
