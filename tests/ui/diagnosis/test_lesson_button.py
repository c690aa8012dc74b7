"""Does the button name its lesson, also in a narrow panel, and is every lesson that a diagnosis offers there?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget

import framescope.analysis
from framescope.lab.lesson import Lesson
from framescope.ui.diagnosis.lesson_button import LessonButton, lesson_title
from framescope.ui.theme import Look
from helpers.shipped_lessons import all_lessons


def test_every_shipped_lesson_has_its_title() -> None:
    assert {lesson.name: lesson.title for lesson in all_lessons()} == {
        lesson.name: lesson_title(lesson.name) for lesson in all_lessons()
    }


@pytest.mark.parametrize("name", ["", "no-such-lesson", "drop", "*"])
def test_what_is_no_lesson_has_no_title(name: str) -> None:
    assert lesson_title(name) == ""


def test_every_lesson_that_a_diagnosis_offers_is_there() -> None:
    (folder,) = framescope.analysis.__path__
    texts = [file.read_text("utf-8") for file in Path(folder).rglob("*.py")]
    names = {name for text in texts for name in re.findall(r'lesson="([^"]+)"', text)}
    assert len(names) > 5
    assert [name for name in sorted(names) if not lesson_title(name)] == []


def test_it_gives_way_and_keeps_its_name(look: Look, shown: Any, qtbot: Any) -> None:
    panel = QWidget()
    row = QHBoxLayout(panel)
    button = LessonButton(look, "no-close-frame")
    row.addWidget(button)
    row.addStretch(1)
    shown(panel)
    whole = f"Lesson: {lesson_title('no-close-frame')}"
    for width, is_whole in ((600, True), (160, False), (600, True)):
        panel.resize(width, 60)
        qtbot.waitUntil(lambda is_whole=is_whole: (button.text() == whole) is is_whole)
        assert button.geometry().right() < panel.width()
        assert button.accessibleName() == whole
    assert panel.minimumSizeHint().width() < 160


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_no_title_is_cut_where_there_is_room_again(look: Look, shown: Any, qtbot: Any, lesson: Lesson) -> None:
    panel = QWidget()
    row = QHBoxLayout(panel)
    button = LessonButton(look, lesson.name)
    row.addWidget(button)
    row.addStretch(1)
    panel.resize(150, 60)
    shown(panel)
    qtbot.waitUntil(lambda: "…" in button.text())
    panel.resize(700, 60)
    qtbot.waitUntil(lambda: "…" not in button.text())


def test_a_long_title_is_named_by_its_first_words(look: Look, shown: Any) -> None:
    button = LessonButton(look, "open-timeout")
    shown(button)
    title = lesson_title("open-timeout")
    assert ": " in title and button.text() == f"Lesson: {title.partition(': ')[0]}"
    assert button.accessibleName() == f"Lesson: {title}" and title in button.toolTip()
