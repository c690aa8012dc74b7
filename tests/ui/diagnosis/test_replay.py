"""Does a long replay tell how far it is, give its beginning early and the whole at last, and end when it is told to?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from PySide6.QtCore import QObject
from shiboken6 import Shiboken

from framescope.analysis.whatif import PROGRESS_EVERY, Recording, Sample, Stopped
from framescope.ui.diagnosis.chart_curve import Curve, curve_of
from framescope.ui.diagnosis.replay import Asked, Replay, beginnings

LONG = Recording(0.0, 9000.0, 9000.0, tuple(Sample(float(n), 0.1) for n in range(1, 9000)))
SHORT = Recording(0.0, 90.0, 90.0, tuple(Sample(float(n), 0.1) for n in range(1, 90)))
ASKED = Asked(LONG, 1.0, 20.0, None)


@pytest.fixture
def owner(qapp: object) -> QObject:
    return QObject()


def listened(replay: Replay) -> tuple[list[Curve], list[int]]:
    """What it has drawn and told, from now on."""
    drawn: list[Curve] = []
    told: list[int] = []
    replay.drawn.connect(drawn.append)
    replay.told.connect(told.append)
    return drawn, told


def test_it_gives_the_beginning_and_then_the_whole(owner: QObject, qtbot: Any) -> None:
    replay = Replay(ASKED, owner)
    drawn, told = listened(replay)
    replay.start()
    qtbot.waitUntil(lambda: len(drawn) == 3, timeout=20_000)
    assert [(curve.is_whole, curve.recorded) for curve in drawn] == [(False, 562.5), (False, 2250.0), (True, 9000.0)]
    assert told == [PROGRESS_EVERY, 2 * PROGRESS_EVERY]
    assert ASKED.pings == 9000


def test_given_up_it_says_nothing_more_and_ends(owner: QObject, qtbot: Any) -> None:
    replay = Replay(ASKED, owner)
    drawn, told = listened(replay)
    replay.start()
    thread = replay._thread
    replay.give_up()
    qtbot.waitUntil(lambda: not thread.is_alive())
    qtbot.waitUntil(lambda: not owner.children())
    assert drawn == [] and told == []


@pytest.mark.parametrize("is_deleted_by_qt", [True, False])
@pytest.mark.parametrize("parts", range(3))
def test_its_owner_may_go_at_any_time(is_deleted_by_qt: bool, parts: int, qapp: object, qtbot: Any) -> None:
    begun = count(1)
    is_there, has_stopped, pause = threading.Event(), threading.Event(), threading.Event()

    def play(*asked: Any, progress: Callable[[int], bool]) -> Curve:
        if next(begun) > parts:
            is_there.set()
            while progress(1):
                pause.wait(0.001)
            has_stopped.set()
            raise Stopped
        return curve_of(*asked)

    owner = QObject()
    replay = Replay(ASKED._replace(recording=SHORT), owner, play=play)
    thread = replay._thread
    replay.start()
    assert is_there.wait(10)
    if is_deleted_by_qt:
        Shiboken.delete(owner)
    del owner, replay
    assert has_stopped.wait(10)
    qtbot.waitUntil(lambda: not thread.is_alive())


def test_a_beginning_knows_nothing_of_what_came_later() -> None:
    recording = Recording(10.0, 170.0, 165.0, (Sample(15.0, 1.0), Sample(45.0, 30.0), Sample(60.0, None)))
    first, second = beginnings(recording)
    assert (first.end, first.last_heard, first.samples) == (20.0, 20.0, recording.samples[:1])
    assert (second.end, second.last_heard, second.samples) == (50.0, 50.0, recording.samples[:2])
