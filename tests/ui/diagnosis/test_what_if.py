"""Is the chart there at once for a short recording, on demand for a long one, and absent where nothing was measured?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from framescope.analysis.whatif import Recording, Sample
from framescope.ui.diagnosis.what_if import WhatIf
from framescope.ui.theme import Look

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


@pytest.mark.parametrize(
    ("recording", "interval"), [(None, 20.0), (Recording(0.0, 9.0, 9.0, ()), 20.0), (SHORT, None)],
    ids=["never open", "no pings", "keepalive off"],
)  # fmt: skip
def test_without_measured_pings_there_is_no_chart(
    view: WhatIf, recording: Recording | None, interval: float | None
) -> None:
    view.show_recording(SHORT, 20.0, 4.0, None)
    view.show_recording(recording, interval, 4.0, None)
    assert view.isHidden() and view.text == ""


def test_a_long_recording_is_played_on_demand(view: WhatIf, qtbot: Any) -> None:
    view.show_recording(LONG, 1.0, 20.0, None)
    assert view.begin.text() == "Replay 9\u00a0000 pings" and view.chart.isHidden() and view.text == ""
    qtbot.mouseClick(view.begin, LEFT)
    assert view.stop.isVisible() and view.begin.isHidden()
    qtbot.waitUntil(view.chart.isVisible, timeout=20_000)
    assert view.stop.isHidden() and view.text.startswith("20 s: survives")


def test_a_replay_can_be_stopped_and_begun_again(view: WhatIf, qtbot: Any) -> None:
    view.show_recording(LONG, 1.0, 20.0, None)
    qtbot.mouseClick(view.begin, LEFT)
    qtbot.mouseClick(view.stop, LEFT)
    assert view.begin.isVisible() and view.stop.isHidden() and view.chart.isHidden()
    qtbot.mouseClick(view.begin, LEFT)
    view.show_recording(SHORT, 20.0, 4.0, None)  # another connection: the replay is given up
    assert view.text.startswith("4 s: dies")
    qtbot.wait(1)
    assert view.text.startswith("4 s: dies")


def test_a_replay_ends_with_its_window_and_not_with_its_tab(look: Look, shown: Any, qtbot: Any) -> None:
    window = QWidget()
    view = WhatIf(look, window)
    shown(window)
    view.show_recording(LONG, 1.0, 20.0, None)
    qtbot.mouseClick(view.begin, LEFT)
    view.hide()
    assert view._replay is not None
    view.show()
    window.close()
    assert view._replay is None
