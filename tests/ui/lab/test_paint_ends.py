"""Are states, deadlines, the black hole and the middlebox where the run had them?"""

from __future__ import annotations

from framescope.engine.state import State
from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.lab.scenario import ResetBoth
from framescope.ui.lab.end_track import EndTrack
from framescope.ui.lab.paint_ends import (
    paint_end,
    paint_ground,
    paint_holes,
    paint_middlebox,
    paint_now,
    state_tokens,
)
from framescope.ui.lab.sequence_scene import WAIT
from framescope.ui.theme import Look
from helpers.sequence_picture import HEIGHT, RAILS, Picture


def painted(look: Look, run: Run, end: float) -> Picture:
    picture = Picture(look, run, end)
    scene = picture.scene
    paint_ground(scene)
    paint_holes(scene)
    for is_server in (False, True):
        paint_end(scene, is_server)
    paint_middlebox(scene)
    paint_now(scene)
    return picture.close()


def run_of(lesson: Lesson, until: float) -> Run:
    run = Run(lesson.scenario)
    run.run_until(until)
    return run


def test_each_end_has_its_states(look: Look, lessons: dict[str, Lesson]) -> None:
    picture = painted(look, run_of(lessons["keepalive-ping-timeout"], 14.6), 15.0)
    client, server = (picture.scene.band(is_server).center().y() for is_server in (False, True))
    assert (
        picture.has("accbg", 6.0, client) and picture.has("warnbg", 13.0, client) and picture.has("errbg", 14.4, client)
    )
    assert picture.has("accbg", 14.0, server) and not picture.has("errbg", 14.0, server)


def test_a_met_wait_is_yellow_and_a_missed_one_red(look: Look, lessons: dict[str, Lesson]) -> None:
    picture = painted(look, run_of(lessons["keepalive-ping-timeout"], 14.6), 15.0)
    scene = picture.scene
    missed = scene.tracks.ends[False].waits[3]
    assert picture.has("err", missed.due or 0, scene.wait_top(False, 3) + WAIT / 2, 4, 110)
    assert picture.has("ping", 3.6, scene.wait_top(False, 0) + WAIT / 2, 2, 40)
    assert not picture.has("ping", 11.0, scene.wait_top(False, 3) + WAIT / 2, 2, 40)


def test_the_hole_is_hatched_from_its_time_on(look: Look, lessons: dict[str, Lesson]) -> None:
    picture = painted(look, run_of(lessons["keepalive-ping-timeout"], 12.0), 15.0)
    assert picture.has("err", 8.3, RAILS.client + 40, 2)
    ground = picture.look.color("scope")
    colour = lambda time: picture.image.pixelColor(round(picture.scene.x(time)), round(RAILS.client) + 53)  # noqa: E731
    assert colour(10.1) != ground and colour(7.7) == ground and colour(13.6) == ground


def test_now_is_a_line(look: Look, lessons: dict[str, Lesson]) -> None:
    picture = painted(look, run_of(lessons["keepalive-ping-timeout"], 5.5), 15.0)
    assert picture.has("acc", 5.5, HEIGHT - 60, 2, 80) and not picture.has("acc", 7.5, HEIGHT - 60, 2, 80)


def test_the_middleboxs_timer_moves_until_it_cuts(look: Look, lessons: dict[str, Lesson]) -> None:
    lesson = lessons["idle-timeout"]
    waiting = painted(look, run_of(lesson, 30.0), 70.0)
    assert waiting.has("warn", 60.15, 200, 5, 80) and not waiting.has("err", 60.15, 200, 5, 80)
    cut = painted(look, run_of(lesson, 70.0), 70.0)
    assert cut.has("err", 60.15, 250, 8, 80) and not cut.has("warn", 60.15, 200, 5, 80)  # its ring


def test_a_reset_is_a_line_across_the_network(look: Look, lessons: dict[str, Lesson]) -> None:
    run = run_of(lessons["keepalive-ping-timeout"], 5.0)
    run.do(ResetBoth(at=0))
    run.run_until(6.0)
    assert painted(look, run, 15.0).has("err", 5.0, 200, 5, 80)


def test_a_good_end_is_grey() -> None:
    assert state_tokens(State.CLOSED, EndTrack(None)) == ("err", "errbg")
    assert state_tokens(State.OPEN, EndTrack(None)) == ("acc", "accbg")
    assert state_tokens(State.CLOSING, EndTrack(None)) == ("warn", "warnbg")


def test_a_clean_close_is_grey(look: Look, lessons: dict[str, Lesson]) -> None:
    run = run_of(lessons["permessage-deflate"], 6.0)
    picture = Picture(look, run, 6.0).close()
    for track in picture.scene.tracks.ends.values():
        if track.raised is not None and not track.raised.tone:
            assert state_tokens(State.CLOSED, track) == ("fg2", "bg2")
