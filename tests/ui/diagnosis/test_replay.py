"""Does a long replay tell how far it is, give its beginning early and the whole at last, and end when it is told to?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject

from framescope.analysis.whatif import PROGRESS_EVERY, Recording, Sample
from framescope.ui.diagnosis.chart_curve import Curve
from framescope.ui.diagnosis.replay import Asked, Replay, beginnings

LONG = Recording(0.0, 9000.0, 9000.0, tuple(Sample(float(n), 0.1) for n in range(1, 9000)))
ASKED = Asked(LONG, 1.0, 20.0, None)


@pytest.fixture
def owner(qapp: object) -> QObject:
    return QObject()


def test_it_gives_the_beginning_and_then_the_whole(owner: QObject, qtbot: Any) -> None:
    replay = Replay(ASKED, owner)
    drawn: list[Curve] = []
    told: list[int] = []
    replay.told.connect(lambda _, played: told.append(played))
    replay.drawn.connect(lambda _, curve: drawn.append(curve))
    with qtbot.waitSignal(replay.finished, timeout=20_000):
        replay.start()
    qtbot.waitUntil(lambda: len(drawn) == 3)
    replay.wait()
    assert [(curve.is_whole, curve.recorded) for curve in drawn] == [(False, 562.5), (False, 2250.0), (True, 9000.0)]
    assert told == [PROGRESS_EVERY, 2 * PROGRESS_EVERY]
    assert ASKED.pings == 9000


def test_stopped_it_gives_nothing_more(owner: QObject, qtbot: Any) -> None:
    replay = Replay(ASKED, owner)
    whole: list[Curve] = []
    replay.drawn.connect(lambda _, curve: whole.append(curve) if curve.is_whole else None)
    replay.start()
    replay.stop()
    assert replay.isFinished()
    qtbot.wait(1)
    assert whole == []


def test_a_beginning_knows_nothing_of_what_came_later() -> None:
    recording = Recording(10.0, 170.0, 165.0, (Sample(15.0, 1.0), Sample(45.0, 30.0), Sample(60.0, None)))
    first, second = beginnings(recording)
    assert (first.end, first.last_heard, first.samples) == (20.0, 20.0, recording.samples[:1])
    assert (second.end, second.last_heard, second.samples) == (50.0, 50.0, recording.samples[:2])
