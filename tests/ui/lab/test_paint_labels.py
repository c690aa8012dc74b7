"""Which words stand in the sequence, and do they give way to each other?"""

from __future__ import annotations

from itertools import combinations

import pytest

from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.lab.scenario import Scenario
from framescope.ui.lab.paint_labels import _frame_labels, _moment_labels, paint_labels
from framescope.ui.theme import Look
from framescope.ui.timeline.labels import without_overlaps
from helpers.sequence_picture import WIDTH, Picture


def words(look: Look, lesson: Lesson, until: float, end: float) -> set[str]:
    run = Run(lesson.scenario)
    run.run_until(until)
    picture = Picture(look, run, end)
    found = {label.text for label in [*_frame_labels(picture.scene), *_moment_labels(picture.scene)]}
    paint_labels(picture.scene)
    picture.close()
    return found


@pytest.mark.parametrize(
    ("name", "until_end", "found"),
    [
        (
            "keepalive-ping-timeout",
            (14.6, 15.0),
            {"GET, Upgrade", "101", "ping", "ping lost", "Close 1011 lost", "deadline", "ConnectionClosedError"},
        ),
        ("keepalive-ping-timeout", (14.6, 15.0), {"black hole since 8.3 s", "pong, RTT 1.13 s"}),
        ("keepalive-ping-timeout", (5.0, 30.0), {"next ping, 20.6 s", "next ping, 5.1 s"}),
        ("idle-timeout", (30.0, 70.0), {"idle cut-off, 60.2 s"}),
        ("idle-timeout", (70.0, 70.0), {"the middlebox cuts, 60.2 s"}),
        ("life-timeout", (10.0, 40.0), {"end of lifetime, 30.0 s"}),
        ("simultaneous-close", (10.0, 4.0), {"Close 1000", "Close 4001"}),
    ],
)
def test_what_happened_has_words(
    look: Look, lessons: dict[str, Lesson], name: str, until_end: tuple[float, float], found: set[str]
) -> None:
    assert found <= words(look, lessons[name], *until_end)


def test_words_never_lie_upon_each_other_nor_outside(look: Look, lessons: dict[str, Lesson]) -> None:
    for lesson in lessons.values():
        run = Run(lesson.scenario)
        run.run()
        picture = Picture(look, run, max(run.now, 1.0))
        labels = [*_moment_labels(picture.scene), *_frame_labels(picture.scene)]
        picture.close()
        kept = without_overlaps(labels, [])
        assert not any(one.box.touches(other.box) for one, other in combinations(kept, 2))
        assert all(label.box.left >= 0 and label.box.right <= WIDTH for label in kept)


def test_what_is_out_of_view_has_no_words(look: Look, lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["keepalive-ping-timeout"].scenario)
    run.run()
    picture = Picture(look, run, 45.0, 30.0)
    found = [label.text for label in _moment_labels(picture.scene)]
    picture.close()
    assert found == ["black hole since 8.3 s", "deadline"]  # the server's


def test_only_where_something_broke_an_end_has_noticed_nothing(look: Look, lessons: dict[str, Lesson]) -> None:
    told = {}
    for name, scenario in (("quiet", Scenario(duration=9)), ("silent", lessons["silent-drop"].scenario)):
        run = Run(scenario)
        run.run()
        picture = Picture(look, run, run.now)
        told[name] = [label.text for label in _moment_labels(picture.scene)].count("has noticed nothing")
        picture.close()
    assert told == {"quiet": 0, "silent": 1}
