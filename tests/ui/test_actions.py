"""Does each key find its one action?"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QKeyCombination, Qt

from framescope.ui.actions import ACTIONS, action_for

KEY = Qt.Key
SHIFT, CONTROL, KEYPAD = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


@pytest.mark.parametrize(
    ("combination", "slot"),
    [
        (QKeyCombination(KEY.Key_P), "send_ping"),
        (QKeyCombination(KEY.Key_E), "next_error"),
        (QKeyCombination(SHIFT, KEY.Key_E), "previous_error"),
        (QKeyCombination(CONTROL, KEY.Key_L), "focus_address"),
        (QKeyCombination(KEY.Key_F1), "show_keys"),
        (QKeyCombination(SHIFT, KEY.Key_Plus), "zoom_in"),
        (QKeyCombination(KEYPAD, KEY.Key_Plus), "zoom_in"),
        (QKeyCombination(KEYPAD, KEY.Key_Left), "previous_row"),
        (QKeyCombination(KEYPAD | SHIFT, KEY.Key_Right), "next_like"),
        (QKeyCombination(CONTROL, KEY.Key_P), None),
        (QKeyCombination(SHIFT, KEY.Key_P), None),
        (QKeyCombination(KEY.Key_Q), None),
    ],
    ids=str,
)
def test_a_key_press(combination: QKeyCombination, slot: str | None) -> None:
    found = action_for(combination)
    assert (found.slot if found else None) == slot


def test_no_key_does_two_things() -> None:
    keys = [
        (key if isinstance(key, QKeyCombination) else QKeyCombination(key)).toCombined()
        for action in ACTIONS
        for key in action.keys
    ]
    assert len(keys) == len(set(keys))
    assert len({action.slot for action in ACTIONS}) == len(ACTIONS)
