"""Can a lesson be chosen, and is what is done marked and counted?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt

from framescope.lab.lesson import Lesson
from framescope.ui.lab.free_experiment import FREE_NAME
from framescope.ui.lab.lesson_list import LessonList
from framescope.ui.theme import Look


@pytest.fixture
def listed(look: Look, lessons: dict[str, Lesson], shown: Any) -> LessonList:
    listed = LessonList(look, list(lessons.values()))
    listed.resize(240, 700)
    listed.show_done(frozenset())
    shown(listed)
    return listed


@pytest.mark.parametrize("name", ["keepalive-ping-timeout", FREE_NAME])
def test_a_click_chooses(listed: LessonList, name: str, qtbot: Any) -> None:
    with qtbot.waitSignal(listed.chosen) as chosen:
        qtbot.mouseClick(listed.rows[name], Qt.MouseButton.LeftButton)
    assert chosen.args == [name]


def test_one_is_open(listed: LessonList) -> None:
    listed.show_chosen("masking")
    listed.show_chosen("idle-timeout")
    assert [name for name, row in listed.rows.items() if row.isChecked()] == ["idle-timeout"]


def test_done_ones_are_marked_and_counted(listed: LessonList, lessons: dict[str, Lesson]) -> None:
    assert listed.count_text == f"0 of {len(lessons)} done"
    listed.show_done(frozenset({"masking", "a lesson that is gone"}))
    assert listed.count_text == f"1 of {len(lessons)} done"
    assert listed.rows["masking"].is_done and listed.rows["masking"].accessibleName().endswith("done")
    listed.show_done(frozenset())
    assert not listed.rows["masking"].is_done


def test_a_long_title_takes_two_lines(listed: LessonList) -> None:
    row = listed.rows["idle-timeout"]
    assert row.heightForWidth(200) > row.heightForWidth(600)
    for width in (240, 196):
        listed.resize(width, 500)
        QCoreApplication.processEvents()
        assert all(each.height() >= each.heightForWidth(each.width()) for each in listed.rows.values())
