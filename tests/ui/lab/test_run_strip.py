"""Does the strip show the whole run, and do its handles lead where they are dragged?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage

from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.ui.lab.end_track import Tracks
from framescope.ui.lab.flight_index import FlightIndex
from framescope.ui.lab.run_strip import RunStrip
from framescope.ui.lab.span import Span
from framescope.ui.theme import Look
from helpers.mouse import drag, move, press, release, wheel

MIDDLE = 17


@pytest.fixture
def strip(look: Look, lessons: dict[str, Lesson], shown: Any) -> RunStrip:
    run = Run(lessons["keepalive-ping-timeout"].scenario)
    run.run()
    tracks, index = Tracks({False: 3.0, True: 20.0}), FlightIndex()
    tracks.refresh(run.notebook)
    index.refresh(run.flights.all)
    strip = RunStrip(look, Span(10.0, 20.0, 500.0))
    strip.resize(600, 34)
    strip.show_whole(tracks, index, run.now)
    strip.show_moment(40.0, 52.0)
    shown(strip)
    return strip


def colours(strip: RunStrip, time: float, top: int, bottom: int) -> list[QColor]:
    image: QImage = strip.grab().toImage()
    return [image.pixelColor(round(strip.place_of(time)), y) for y in range(top, bottom)]


def test_both_ends_and_the_frames_are_seen_at_a_glance(strip: RunStrip, look: Look) -> None:
    assert look.color("acc") in colours(strip, 11.0, 0, 8)  # the client is open
    assert look.color("err") in colours(strip, 19.0, 0, 8)  # and closed
    assert look.color("acc") in colours(strip, 19.0, 26, 34)  # while the server is open
    assert look.color("acc") in colours(strip, 40.0, 10, 24)  # the moment that is shown
    assert strip.moment_at(strip.place_of(33.0)) == pytest.approx(33.0)


def test_the_box_and_its_handles_move_the_view(strip: RunStrip) -> None:
    spans: list[tuple[float, float]] = []
    strip.span_asked.connect(lambda start, end: spans.append((start, end)))
    drag(strip, (strip.place_of(15), MIDDLE), (strip.place_of(25), MIDDLE))
    assert spans[-1] == (pytest.approx(20.0), pytest.approx(30.0))
    drag(strip, (strip.place_of(20), MIDDLE), (strip.place_of(30), MIDDLE))
    assert spans[-1] == (10.0, pytest.approx(30.0))
    drag(strip, (strip.place_of(10), MIDDLE), (strip.place_of(5), MIDDLE))
    assert spans[-1] == (pytest.approx(5.0), 20.0)
    drag(strip, (strip.place_of(10), MIDDLE), (strip.place_of(51), MIDDLE))
    assert spans[-1][0] < 20.0  # an edge never passes the other
    press(strip, strip.place_of(30), MIDDLE)
    release(strip, strip.place_of(30), MIDDLE)
    assert spans[-1] == (pytest.approx(25.0), pytest.approx(35.0))


def test_the_moments_handle_goes_back_in_time(strip: RunStrip) -> None:
    asked: list[float] = []
    strip.moment_asked.connect(asked.append)
    drag(strip, (strip.place_of(40) + 2, MIDDLE), (strip.place_of(8) + 2, MIDDLE))
    assert asked[-1] == pytest.approx(8.0)
    count = len(asked)
    move(strip, strip.place_of(30), MIDDLE)
    assert len(asked) == count  # without a button held nothing moves


def test_the_wheel_moves_the_view(strip: RunStrip) -> None:
    asked: list[float] = []
    strip.pan_asked.connect(asked.append)
    wheel(strip, 100, MIDDLE, QPoint(0, -120))
    assert asked == [pytest.approx(1.25)]
