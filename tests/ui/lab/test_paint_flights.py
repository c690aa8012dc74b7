"""Do frames slope in their opcodes' colours, and do lost ones end in a cross?"""

from __future__ import annotations

from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.ui.lab.flight_lines import LOST
from framescope.ui.lab.paint_flights import paint_flights, token_of
from framescope.ui.lab.sequence_scene import LEFT
from framescope.ui.theme import Look
from helpers.sequence_picture import RAILS, Picture


def picture_of(look: Look, lesson: Lesson, until: float, end: float) -> Picture:
    run = Run(lesson.scenario)
    run.run_until(until)
    picture = Picture(look, run, end)
    paint_flights(picture.scene)
    return picture.close()


def test_lines_have_their_opcodes_colours(look: Look, lessons: dict[str, Lesson]) -> None:
    picture = picture_of(look, lessons["keepalive-ping-timeout"], 14.6, 15.0)
    tokens = {token_of(line) for line in picture.scene.lines}
    assert tokens == {"fg1", "text", "ping", "pong", "close"}
    pings = [line for line in picture.scene.lines if token_of(line) == "ping"]
    assert picture.has("ping", pings[0].flight.sent, RAILS.client - 8)  # the mark
    middle = (pings[0].x1 + pings[0].x2) / 2
    assert picture.has("ping", picture.scene.span.time(middle), 250)


def test_a_lost_frame_ends_in_a_ringed_cross(look: Look, lessons: dict[str, Lesson]) -> None:
    picture = picture_of(look, lessons["keepalive-ping-timeout"], 14.6, 15.0)
    lost = [line for line in picture.scene.lines if line.fate == LOST]
    assert len(lost) > 5
    for line in lost:
        x, y = line.cross or (0, 0)
        assert picture.has("err", picture.scene.span.time(x), y, 7)
    assert not picture.has("err", 3.0, 250, 20)


def test_a_crowd_has_no_single_marks(look: Look, lessons: dict[str, Lesson]) -> None:
    lesson = lessons["slow-consumer"]
    few = picture_of(look, lesson, 1.0, 1.0)
    assert few.has("binary", few.scene.lines[2].flight.sent, RAILS.client - 6)
    run = Run(lesson.scenario)
    run.run_until(9.0)
    picture = Picture(look, run, 9.0)
    picture.scene.lines = [line for line in picture.scene.lines if token_of(line) == "binary"] * 4
    assert picture.scene.is_crowded and picture.scene.lines[0].x1 + LEFT > 0
    paint_flights(picture.scene)
    picture.close()
    assert not picture.has("binary", picture.scene.lines[2].flight.sent, RAILS.client - 9, 2)
