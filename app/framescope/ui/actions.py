"""Which keys do what? One table for the keyboard and for the list behind F1; and the lab's own keys, for the list."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QKeyCombination, Qt

_KEY = Qt.Key
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class LabKey(NamedTuple):
    """A key of the lab, what it is called on screen, and what it does. The lab's page and its views carry it out."""

    keys: tuple[QKeyCombination | Qt.Key, ...]
    shown: str
    text: str


class Action(NamedTuple):
    """A key, what it is called on screen, what it does, and the slot of the window's desk that does it."""

    keys: tuple[QKeyCombination | Qt.Key, ...]
    shown: str
    text: str
    slot: str


#: Keys without Ctrl work only while no field, button or list wants them for itself.
ACTIONS = (
    Action((_KEY.Key_Space,), "Space", "Follow live on or off", "toggle_follow"),
    Action((_KEY.Key_Plus, QKeyCombination(_SHIFT, _KEY.Key_Plus), _KEY.Key_Equal), "+", "Zoom in", "zoom_in"),
    Action((_KEY.Key_Minus,), "−", "Zoom out", "zoom_out"),
    Action((_KEY.Key_0,), "0", "Show one minute", "zoom_minute"),
    Action((_KEY.Key_F,), "F", "Fit all", "fit_all"),
    Action((_KEY.Key_Left,), "←", "Previous frame", "previous_row"),
    Action((_KEY.Key_Right,), "→", "Next frame", "next_row"),
    Action((QKeyCombination(_SHIFT, _KEY.Key_Left),), "Shift ←", "Previous frame of its kind", "previous_like"),
    Action((QKeyCombination(_SHIFT, _KEY.Key_Right),), "Shift →", "Next frame of its kind", "next_like"),
    Action((_KEY.Key_E,), "E", "Next error", "next_error"),
    Action((QKeyCombination(_SHIFT, _KEY.Key_E),), "Shift E", "Previous error", "previous_error"),
    Action((_KEY.Key_P,), "P", "Send a ping", "send_ping"),
    Action((_KEY.Key_M,), "M", "Measure", "measure"),
    Action((_KEY.Key_Escape,), "Esc", "Let go, clear", "let_go"),
    Action((QKeyCombination(_CONTROL, _KEY.Key_L),), "Ctrl L", "Go to the address", "focus_address"),
    Action((QKeyCombination(_CONTROL, _KEY.Key_Z),), "Ctrl Z", "Undo the last knob change", "undo_knob"),
    Action((QKeyCombination(_CONTROL, _KEY.Key_1),), "Ctrl 1", "Connect", "show_connect"),
    Action((QKeyCombination(_CONTROL, _KEY.Key_4),), "Ctrl 4", "Lab", "show_lab"),
    Action((QKeyCombination(_CONTROL, _KEY.Key_Q),), "Ctrl Q", "Quit", "quit"),
    Action((_KEY.Key_F1,), "F1", "All keys", "show_keys"),
    Action((_KEY.Key_F6,), "F6", "Next panel", "next_panel"),
)

LAB_KEYS = (
    LabKey((_KEY.Key_Space,), "Space", "Run or pause"),
    LabKey((_KEY.Key_Right,), "→", "Next event, or one step on"),
    LabKey((_KEY.Key_Left,), "←", "Previous event"),
    LabKey((_KEY.Key_Home,), "Home", "Look at the beginning"),
    LabKey((_KEY.Key_End,), "End", "Look at where the run stands"),
    LabKey((QKeyCombination(_SHIFT, _KEY.Key_Right),), "Shift →", "Move the view on"),
    LabKey((QKeyCombination(_SHIFT, _KEY.Key_Left),), "Shift ←", "Move the view back"),
    LabKey((_KEY.Key_Plus, QKeyCombination(_SHIFT, _KEY.Key_Plus), _KEY.Key_Equal), "+", "Zoom in"),
    LabKey((_KEY.Key_Minus,), "−", "Zoom out"),
    LabKey((_KEY.Key_F,), "F", "Show the whole run"),
    LabKey((_KEY.Key_PageDown, _KEY.Key_PageUp), "Page ↓ ↑", "Scroll the lesson"),
    LabKey((_KEY.Key_F6,), "F6", "Next panel"),
)


def action_for(combination: QKeyCombination) -> Action | None:
    """Find what a key press does; a key of the number pad does what its twin does."""
    modifiers = combination.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
    combination = QKeyCombination(modifiers, combination.key())
    for action in ACTIONS:
        for key in action.keys:
            wanted = key if isinstance(key, QKeyCombination) else QKeyCombination(key)
            if wanted == combination:
                return action
    return None
