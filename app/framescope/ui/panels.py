"""Which panel comes next? F6 moves the focus from panel to panel, in reading order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def focus_next(panels: Sequence[QWidget]) -> None:
    """Move the focus to the first widget of the panel behind the one that has it; the first follows the last."""
    focused = QApplication.focusWidget()
    inside = [place for place, panel in enumerate(panels) if _holds(panel, focused)]
    start = inside[0] + 1 if inside else 0
    for place in range(start, start + len(panels)):
        target = _first_in(panels[place % len(panels)])
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return


def takes_tab(widget: QWidget) -> bool:
    """Tell whether the tab key stops at a widget now."""
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return by_tab and widget.isVisible() and widget.isEnabled()


def _first_in(panel: QWidget) -> QWidget | None:
    """Return the first widget of a panel that takes the focus by keyboard; None when none can.

    Widgets that were made later stand elsewhere in the chain, so that all of it is looked through.
    """
    widget: QWidget | None = panel
    while widget is not None:
        if _holds(panel, widget) and takes_tab(widget):
            return widget
        widget = widget.nextInFocusChain()
        if widget is panel:
            return None
    return None


def _holds(panel: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (panel is focused or panel.isAncestorOf(focused))
