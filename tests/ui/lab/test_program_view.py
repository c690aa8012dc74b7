"""Can the program be copied whole, and is what the real library says shown with both sentences?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from framescope.lab.lesson import Lesson
from framescope.lab.snippet import program_of
from framescope.ui.lab.program_view import ProgramView
from framescope.ui.theme import Look

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(look: Look, shown: Any) -> ProgramView:
    view = ProgramView(look)
    view.resize(380, 500)
    shown(view)
    return view


def test_what_is_copied_is_the_program_itself(view: ProgramView, lessons: dict[str, Lesson], qtbot: Any) -> None:
    program = program_of(lessons["keepalive-ping-timeout"].scenario, is_server=False)
    view.show_program(program)
    assert view._code.toPlainText() != program.rstrip()  # narrowed on the screen
    with qtbot.waitSignal(view.copied):
        qtbot.mouseClick(view.copy_button, LEFT)
    assert QGuiApplication.clipboard().text() == program


def test_the_real_library_is_asked_unless_it_cannot_be(view: ProgramView, qtbot: Any) -> None:
    view.show_real("", is_running=False)
    with qtbot.waitSignal(view.real_asked):
        qtbot.mouseClick(view.real, LEFT)
    view.show_real("", is_running=True, seconds=10.4)
    assert not view.real.isEnabled() and view.real.text() == "Running…" and view._note.text().endswith("about 10 s.")
    view.show_real("the library sends no illegal frames", is_running=False)
    assert not view.real.isEnabled() and "no illegal frames" in view._note.text()


def test_a_tab_leaves_the_program(view: ProgramView, qtbot: Any) -> None:
    view.show_real("", is_running=False)
    view._code.setFocus()
    qtbot.keyClick(view._code, Qt.Key.Key_Tab)
    assert view.real.hasFocus()
