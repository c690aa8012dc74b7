"""Does a long replay tell how far it is, give its curve, and end when it is told to?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject

from framescope.analysis.whatif import PROGRESS_EVERY, Recording, Sample
from framescope.ui.diagnosis.chart_curve import Curve
from framescope.ui.diagnosis.replay import Replay

LONG = Recording(0.0, 9000.0, 9000.0, tuple(Sample(float(n), 0.1) for n in range(1, 9000)))


@pytest.fixture
def owner(qapp: object) -> QObject:
    return QObject()


def test_it_gives_the_curve(owner: QObject, qtbot: Any) -> None:
    replay = Replay(LONG, 1.0, 20.0, None, owner)
    told: list[int] = []
    replay.told.connect(told.append)
    with qtbot.waitSignal(replay.done, timeout=20_000) as done:
        replay.start()
    replay.wait()
    (curve,) = done.args
    assert isinstance(curve, Curve) and curve.recorded == 9000.0
    assert told[:1] == [PROGRESS_EVERY]


def test_stopped_it_gives_nothing(owner: QObject, qtbot: Any) -> None:
    replay = Replay(LONG, 1.0, 20.0, None, owner)
    done: list[Curve] = []
    replay.done.connect(done.append)
    replay.start()
    replay.stop()
    assert replay.isFinished()
    qtbot.wait(1)
    assert done == []
