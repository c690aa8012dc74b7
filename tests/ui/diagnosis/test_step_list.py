"""Are the steps numbered and timed, and does each lead to its row?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton

from framescope.analysis.verdict import Step
from framescope.ui.diagnosis.step_list import NumberDisc, StepList, step_time
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look
from ui.diagnosis.conftest import Case

LEFT = Qt.MouseButton.LeftButton


def steps(look: Look, shown: Any, late: Case) -> StepList:
    view = StepList(look)
    view.show_steps(late.trace, late.diagnosis.steps)
    view.resize(460, 300)
    shown(view)
    return view


def test_every_step_has_its_number_its_text_and_one_time(look: Look, shown: Any, late: Case) -> None:
    view = steps(look, shown, late)
    assert [disc.number for disc in view.findChildren(NumberDisc)] == list(range(1, len(late.diagnosis.steps) + 1))
    texts = [label.text() for label in view.findChildren(PlainLabel)]
    assert all(step.text in texts for step in late.diagnosis.steps)
    times = [step_time(late.trace, step) for step in late.diagnosis.steps]
    assert len(times) > len(set(times))  # several steps of one moment
    assert all(texts.count(time) == 1 for time in times)
    assert step_time(late.trace, Step(None, "x")) == ""


def test_a_link_names_its_frame_and_asks_for_its_row(look: Look, shown: Any, late: Case, qtbot: Any) -> None:
    view = steps(look, shown, late)
    asked = QSignalSpy(view.row_asked)
    links = view.findChildren(QPushButton)
    rows = [step.row for step in late.diagnosis.steps if step.row is not None]
    assert [link.text() for link in links][:2] == ["#18", "event"]
    for link in links:
        qtbot.mouseClick(link, LEFT)
    assert [asked.at(n)[0] for n in range(asked.count())] == rows


def test_other_steps_replace_them(look: Look, shown: Any, late: Case, qtbot: Any) -> None:
    view = steps(look, shown, late)
    view.show_steps(late.trace, late.diagnosis.steps[:2])
    qtbot.waitUntil(lambda: len(view.findChildren(NumberDisc)) == 2)
    assert len(view.findChildren(QPushButton)) == 1
