"""Which key press becomes which act? Keys that no widget wanted reach the window, and here they are carried out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent

from framescope.ui.actions import action_for
from framescope.ui.desk import Desk
from framescope.ui.keys_list import KeysList
from framescope.ui.main_window import MainWindow
from framescope.ui.panels import focus_next

_CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier  # it types nothing


_ANYWHERE = ("show_connect", "show_lab", "quit", "show_keys")  # the others act on a connection that is in view


class KeyCommands(QObject):
    """Carries out what `ACTIONS` names."""

    def __init__(self, window: MainWindow, desk: Desk, keys_list: KeysList) -> None:
        super().__init__(window)
        timeline = window.timeline
        self._window = window
        self._commands: dict[str, Callable[[], object]] = {
            "toggle_follow": timeline.toggle_follow,
            "zoom_in": timeline.zoom_in,
            "zoom_out": timeline.zoom_out,
            "zoom_minute": timeline.zoom_minute,
            "fit_all": timeline.fit_all,
            "previous_row": lambda: timeline.step(-1),
            "next_row": lambda: timeline.step(1),
            "previous_like": lambda: timeline.step(-1, same_opcode=True),
            "next_like": lambda: timeline.step(1, same_opcode=True),
            "next_error": timeline.next_error,
            "previous_error": lambda: timeline.next_error(-1),
            "send_ping": desk.send_ping,
            "measure": timeline.start_measure,
            "let_go": self._let_go,
            "focus_address": window.bar.focus_address,
            "undo_knob": desk.knobs.undo,
            "show_connect": lambda: window.show_mode("Connect"),
            "show_lab": lambda: window.show_mode("Lab"),
            "quit": window.closing_asked.emit,
            "show_keys": keys_list.open,
            "next_panel": self._next_panel,
        }
        window.key_pressed.connect(self._press)

    def _press(self, event: QKeyEvent) -> None:
        action = action_for(event.keyCombination())
        text = "" if event.modifiers() & _CHORD else event.text()
        if self._window.is_at_first_start and text.isprintable() and text.strip():
            # Before there is a connection, whatever is typed begins an address.
            self._window.bar.address.begin(text)
        elif action is not None and (self._window.mode == "Connect" or action.slot in _ANYWHERE):
            self._commands[action.slot]()

    def _let_go(self) -> None:
        self._window.timeline.clear()
        self._window.timeline.setFocus()

    def _next_panel(self) -> None:
        """Move the focus to the next of the big panels, in reading order."""
        window = self._window
        panels = (window.bar.address, window.knobs, window.timeline, window.table, window.composer, window.detail)
        focus_next(panels)
