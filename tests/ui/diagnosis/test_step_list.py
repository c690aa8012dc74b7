"""Are the steps numbered and timed, and does each lead to its row?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy

from framescope.analysis.diagnosis.verdict import Step
from framescope.ui.diagnosis.section import together
from framescope.ui.diagnosis.step_list import NumberDisc, StepList, StepRow, step_time
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
    assert all(together(step.text) in texts for step in late.diagnosis.steps)
    times = [step_time(late.trace, step) for step in late.diagnosis.steps]
    assert len(times) > len(set(times))  # several steps of one moment
    assert all(texts.count(time) == 1 for time in times)
    assert step_time(late.trace, Step(None, "x")) == ""


def test_a_click_anywhere_on_a_step_asks_for_its_row_or_its_moment(
    look: Look, shown: Any, late: Case, qtbot: Any
) -> None:
    view = steps(look, shown, late)
    rows, times = QSignalSpy(view.row_asked), QSignalSpy(view.time_asked)
    texts = [label.text() for label in view.findChildren(PlainLabel)]
    assert "#18" in texts and "event" in texts
    for row in view.findChildren(StepRow):
        qtbot.mouseClick(row, LEFT, pos=row.rect().center())
    said = late.diagnosis.steps
    assert [rows.at(n)[0] for n in range(rows.count())] == [step.row for step in said if step.row is not None]
    assert [times.at(n)[0] for n in range(times.count())] == [step.time for step in said if step.row is None]


def test_the_keyboard_walks_the_steps_in_order_and_presses_them(look: Look, shown: Any, late: Case, qtbot: Any) -> None:
    view = steps(look, shown, late)
    asked = QSignalSpy(view.row_asked)
    rows = view.findChildren(StepRow)
    rows[0].setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        qtbot.keyClick(rows[0], key)
    assert [asked.at(n)[0] for n in range(asked.count())] == [late.diagnosis.steps[0].row] * 3
    for row in rows[1:]:
        qtbot.keyClick(view.focusWidget(), Qt.Key.Key_Tab)
        assert view.focusWidget() is row


def test_a_step_says_all_of_itself_to_screen_readers(look: Look, shown: Any, late: Case) -> None:
    view = steps(look, shown, late)
    names = [row.accessibleName() for row in view.findChildren(StepRow)]
    assert names[0] == "Step 1, 15.103 s: Keepalive ping sent. Deadline: 18.103 s. Frame 18."
    assert names[2] == "Step 3, 18.103 s: The pong's deadline passed."  # the time that the eye reads above


def test_the_focus_can_be_seen(look: Look, shown: Any, late: Case) -> None:
    row = steps(look, shown, late).findChildren(StepRow)[0]
    row.clearFocus()
    before = row.grab().toImage().pixelColor(60, 1)
    row.setFocus()
    assert row.grab().toImage().pixelColor(60, 1) != before


def test_a_long_step_takes_lines_and_not_width(look: Look, shown: Any, late: Case) -> None:
    view = StepList(look)
    view.show_steps(late.trace, (Step(late.trace.start, "many words " * 30),))
    shown(view)
    assert view.heightForWidth(340) > view.heightForWidth(600) > 60 and view.minimumSizeHint().width() < 300


def test_other_steps_replace_them(look: Look, shown: Any, late: Case, qtbot: Any) -> None:
    view = steps(look, shown, late)
    view.show_steps(late.trace, late.diagnosis.steps[:2])
    qtbot.waitUntil(lambda: len(view.findChildren(StepRow)) == 2)
