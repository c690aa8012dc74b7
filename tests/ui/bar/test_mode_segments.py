"""Does the group show the modes that exist, one of them chosen?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from framescope.ui.bar.mode_segments import ModeSegments
from framescope.ui.theme import Look


def test_one_mode_is_one_segment_and_chosen(look: Look, qtbot: Any) -> None:
    group = ModeSegments(look, (("plug", "Connect"),))
    qtbot.addWidget(group)
    (segment,) = group.findChildren(QPushButton)
    assert (segment.text(), segment.isChecked()) == ("Connect", True)
    qtbot.mouseClick(segment, Qt.MouseButton.LeftButton)
    assert segment.isChecked()


def test_later_modes_fit_in_and_exclude_each_other(look: Look, qtbot: Any) -> None:
    group = ModeSegments(look, (("plug", "Connect"), ("ear", "Listen")))
    qtbot.addWidget(group)
    first, second = group.findChildren(QPushButton)
    with qtbot.waitSignal(group.chosen) as chosen:
        qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert chosen.args == ["Listen"]
    assert (first.isChecked(), second.isChecked()) == (False, True)
    group.choose("Connect")
    assert (first.isChecked(), second.isChecked()) == (True, False)
