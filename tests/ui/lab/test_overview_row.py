"""Does the row under the sequence say which moment is shown, and lead to all and to now?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from framescope.ui.lab.overview_row import OverviewRow
from framescope.ui.lab.span import Span
from framescope.ui.theme import Look

LEFT = Qt.MouseButton.LeftButton


def test_it_says_where_we_are(look: Look, qtbot: Any, shown: Any) -> None:
    row = OverviewRow(look, Span(), 212)
    row.resize(700, 34)
    shown(row)
    row.show_moment(50.6, 50.6)
    assert row.text == "0 – 50.6 s"
    row.show_moment(8.3, 50.6)
    assert row.text == "8.3 of 50.6 s"
    assert row.strip.place_of(0) > 0 and row.strip.geometry().left() == 212
    with qtbot.waitSignal(row.all_asked):
        qtbot.mouseClick(row.all, LEFT)
    with qtbot.waitSignal(row.now_asked):
        qtbot.mouseClick(row.now, LEFT)
