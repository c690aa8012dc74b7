"""Is the chart there at once for a short recording, on demand for a long one, and absent where nothing was measured?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from framescope.analysis.whatif import Recording, Sample, Stopped
from framescope.ui.diagnosis.chart_curve import Curve, curve_of
from framescope.ui.diagnosis.replay import Replay
from framescope.ui.diagnosis.what_if import OFF, UNKNOWN, WhatIf
from framescope.ui.theme import Look

Progress: TypeAlias = Callable[[int], bool]

LEFT = Qt.MouseButton.LeftButton
SHORT = Recording(0.0, 90.0, 89.0, (Sample(20, 2.1), Sample(42.1, 6.8), Sample(68.9, 0.3)))
LONG = Recording(0.0, 9000.0, 9000.0, tuple(Sample(float(n), 0.1) for n in range(1, 9000)))


@pytest.fixture
def view(look: Look, shown: Any) -> WhatIf:
    view = WhatIf(look)
    shown(view)
    return view


def test_a_short_recording_is_drawn_at_once(view: WhatIf) -> None:
    view.show_recording(SHORT, 20.0, 4.0, 15.0)
    assert view.chart.isVisible() and view.begin.isHidden() and view.stop.isHidden()
    assert view.text.startswith("4 s: dies at 44.0 s; 15 s: survives")


@pytest.mark.parametrize("recording", [None, Recording(0.0, 9.0, 9.0, ())], ids=["never open", "no pings"])
def test_without_measured_pings_there_is_no_chart(view: WhatIf, recording: Recording | None) -> None:
    view.show_recording(SHORT, 20.0, 4.0, None)
    view.show_recording(recording, 20.0, 4.0, None)
    assert view.isHidden() and view.text == ""


def test_that_the_keepalive_was_off_is_one_line(view: WhatIf) -> None:
    view.show_recording(SHORT, None, 4.0, None)
    assert view.isVisible() and view.instead.isVisible() and view.text == OFF
    assert view.chart.isHidden() and view.begin.isHidden() and "recorded RTTs" not in view._caption.whole
    view.show_recording(SHORT, 20.0, 4.0, None)
    assert view.instead.isHidden() and view.chart.isVisible()


def test_a_ping_that_never_left_is_one_line(view: WhatIf) -> None:
    view.show_recording(Recording(0.0, 6.0, 1.0, (Sample(1.0, 0.001),)), 1.0, 2.0, None)
    assert view.isVisible() and view.instead.isVisible() and view.text == UNKNOWN and view.chart.isHidden()
    view.show_recording(SHORT, 20.0, 4.0, None)
    assert view.instead.isHidden() and view.chart.isVisible()


def test_a_long_recording_is_played_on_demand(view: WhatIf, qtbot: Any) -> None:
    view.show_recording(LONG, 1.0, 20.0, None)
    assert view.begin.text() == "Replay 9\u00a0000 pings" and view.chart.isHidden() and view.text == ""
    qtbot.mouseClick(view.begin, LEFT)
    assert view.stop.isVisible() and view.begin.isHidden()
    qtbot.waitUntil(view.stop.isHidden, timeout=20_000)
    assert view.chart.isVisible() and view.text.startswith("20 s: survives the recording")


def test_a_replay_can_be_stopped_and_begun_again(view: WhatIf, qtbot: Any) -> None:
    view.show_recording(LONG, 1.0, 20.0, None)
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.mouseClick(view.stop, LEFT)
    assert view.begin.isVisible() and view.stop.isHidden()
    qtbot.mouseClick(view.begin, LEFT)
    view.show_recording(SHORT, 20.0, 4.0, None)  # another connection: the replay is given up
    assert view.text.startswith("4 s: dies")
    qtbot.waitUntil(lambda: not view.findChildren(Replay))
    assert view.text.startswith("4 s: dies")


class SlowPlay:
    """Plays each part when the test lets it, and tells of 1 000 pings before."""

    def __init__(self) -> None:
        self.may_go = threading.Semaphore(0)
        self.has_ended = False

    def __call__(
        self, recording: Recording, interval: float, now: float | None, suggested: float | None, *, progress: Progress
    ) -> Curve:
        while not self.may_go.acquire(timeout=0.01):
            if not progress(1000):
                self.has_ended = True
                raise Stopped
        return curve_of(recording, interval, now, suggested)


def test_a_slow_replay_counts_draws_its_beginning_and_stops_at_once(look: Look, shown: Any, qtbot: Any) -> None:
    play = SlowPlay()
    view = WhatIf(look, play=play)
    shown(view)
    view.show_recording(LONG, 1.0, 20.0, None)
    qtbot.mouseClick(view.begin, LEFT)
    assert view.progress.text() == "0 of 9\u00a0000 pings played" and view.chart.isHidden()
    qtbot.waitUntil(lambda: view.progress.text() == "1\u00a0000 of 9\u00a0000 pings played")  # the window lives on
    play.may_go.release()
    qtbot.waitUntil(view.chart.isVisible)
    assert view.stop.isVisible() and "played, the beginning only: 562.5 s" in view.text
    qtbot.mouseClick(view.stop, LEFT)
    assert view.stop.isHidden() and view.begin.isVisible()  # without waiting for the thread
    qtbot.waitUntil(lambda: play.has_ended)
    assert view.chart.isVisible() and "the beginning only" in view.text  # what was played stays
    assert view.progress.text() == "Stopped: only the beginning was played"
    play.may_go.release(3)
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(lambda: view.chart.curve is not None and view.chart.curve.is_whole)
    assert view.stop.isHidden() and view.begin.isHidden() and view.progress.isHidden()


def test_what_was_played_once_is_there_when_one_comes_back(look: Look, shown: Any, qtbot: Any) -> None:
    play = SlowPlay()
    view = WhatIf(look, play=play)
    shown(view)
    view.show_recording(LONG, 1.0, 20.0, None)
    play.may_go.release(3)
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(view.begin.isHidden)
    qtbot.waitUntil(lambda: view.text.startswith("20 s: survives the recording"))
    view.show_recording(SHORT, 20.0, 4.0, None)
    view.show_recording(LONG, 1.0, 20.0, None)
    assert view.text.startswith("20 s: survives the recording") and view.begin.isHidden()
    view.show_recording(LONG, 1.0, 30.0, None)
    assert view.begin.isVisible()  # another question


def test_a_replay_outlives_its_tab_and_ends_with_what_shows_it(look: Look, shown: Any, qtbot: Any) -> None:
    play = SlowPlay()
    window = QWidget()
    view = WhatIf(look, window, play=play)
    shown(window)
    view.show_recording(LONG, 1.0, 20.0, None)
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(lambda: view.progress.text().startswith("1\u00a0000 of"))
    view.hide()
    window.close()
    assert not play.has_ended
    Shiboken.delete(view)  # whoever owned it has let it go, while the thread plays
    qtbot.waitUntil(lambda: play.has_ended)
