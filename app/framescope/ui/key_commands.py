"""Which key press becomes which act? Keys that no widget wanted reach the window, and here they are carried out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from framescope.ui.actions import action_for
from framescope.ui.desk import Desk
from framescope.ui.keys_list import KeysList
from framescope.ui.main_window import MainWindow


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
            "quit": window.closing_asked.emit,
            "show_keys": keys_list.open,
            "next_panel": self._next_panel,
        }
        window.key_pressed.connect(self._press)

    def _press(self, event: QKeyEvent) -> None:
        action = action_for(event.keyCombination())
        if action is not None and not (self._window.is_at_first_start and len(action.shown) == 1):
            self._commands[action.slot]()
        elif self._window.is_at_first_start and event.text().isprintable() and event.text():
            # Before there is a connection, whatever is typed begins an address.
            self._window.bar.address.begin(event.text())

    def _let_go(self) -> None:
        self._window.timeline.clear()
        self._window.timeline.setFocus()

    def _next_panel(self) -> None:
        """Move the focus to the next of the big panels, in reading order."""
        window = self._window
        panels = (window.bar.address, window.knobs, window.timeline, window.table, window.composer, window.detail)
        focused = QApplication.focusWidget()
        inside = [
            place for place, panel in enumerate(panels) if focused and (panel is focused or panel.isAncestorOf(focused))
        ]
        start = inside[0] + 1 if inside else 0
        for place in range(start, start + len(panels)):
            panel = panels[place % len(panels)]
            if panel.isVisible():
                target = panel.nextInFocusChain() if panel.focusPolicy() == Qt.FocusPolicy.NoFocus else panel
                (target or panel).setFocus()
                return


def _holds(panel: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (panel is focused or panel.isAncestorOf(focused))
