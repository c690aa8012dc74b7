"""Does the pill show one state at a time, with time or code, in the colour that the state has?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QAccessible

from framescope.engine.state import State
from framescope.ui.bar.state_pill import StatePill
from framescope.ui.theme import Look


@pytest.fixture
def pill(look: Look, qtbot: Any) -> StatePill:
    pill = StatePill(look)
    qtbot.addWidget(pill)
    return pill


def grounds(pill: StatePill) -> set[str]:
    """Return the colours along the pill, near the upper edge of the filled step."""
    pill.resize(pill.sizeHint())
    image = pill.grab().toImage()
    return {image.pixelColor(x, 6).name() for x in range(image.width())}


def test_without_a_connection_no_step_is_filled(pill: StatePill, look: Look) -> None:
    assert look.hex("accbg") not in grounds(pill)
    assert pill.accessibleName() == "not connected"


@pytest.mark.parametrize(
    ("state", "end", "token"),
    [
        (State.CONNECTING, (None, False), "accbg"),
        (State.OPEN, (None, False), "accbg"),
        (State.CLOSING, (None, False), "warnbg"),
        (State.CLOSED, (1000, False), "bg3"),
        (State.CLOSED, (1006, True), "errbg"),
    ],
)
def test_the_current_step_is_filled_in_its_colour(
    pill: StatePill, look: Look, state: State, end: tuple[int | None, bool], token: str
) -> None:
    pill.show_state(state, 0.0, *end)
    shown = {name for name in ("accbg", "warnbg", "bg3", "errbg") if look.hex(name) in grounds(pill)}
    assert shown == {token}


def test_the_time_makes_the_pill_wider_once(pill: StatePill) -> None:
    narrow = pill.sizeHint().width()
    pill.show_state(State.OPEN, 92.4)
    wide = pill.sizeHint().width()
    pill.show_state(State.OPEN, 93.1)
    assert narrow < wide == pill.sizeHint().width()


def test_the_name_has_the_code_and_not_the_running_time(pill: StatePill) -> None:
    pill.show_state(State.OPEN, 92.4)
    assert pill.accessibleName() == "OPEN"
    pill.show_state(State.CLOSED, 0.0, 1006, True)
    assert pill.accessibleName() == "CLOSED 1006"


def test_each_state_is_announced_once(pill: StatePill, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(event.message()))
    pill.show_state(State.CONNECTING)
    for elapsed in (0.0, 0.5, 1.0):
        pill.show_state(State.OPEN, elapsed)
    pill.show_state(State.CLOSED, 0.0, 1000, False)
    assert said == ["CONNECTING", "OPEN", "CLOSED 1000"]
