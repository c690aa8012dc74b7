"""Does the bar name the open lesson?"""

from __future__ import annotations

from typing import Any

from framescope.ui.lab.lab_head import LabHead
from framescope.ui.theme import Look


def test_it_names_the_lesson_and_asks_to_keep_it(look: Look, qtbot: Any, shown: Any) -> None:
    head = LabHead(look)
    head.resize(900, 40)
    shown(head)
    head.show_lesson(2, "Keepalive ping timeout (1011)")
    assert (head._number.text(), head._title.whole) == ("Lesson 2", "Keepalive ping timeout (1011)")
    head.show_lesson(None, "Free experiment")
    assert not head._number.isVisible()
    with qtbot.waitSignal(head.save_asked):
        head.save.click()
