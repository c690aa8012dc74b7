"""Does the panel copy the call, ask for the defaults, and mark what was changed?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from framescope.ui.knobs.code_panel import CodePanel
from framescope.ui.theme import Look


@pytest.fixture
def panel(look: Look, qtbot: Any) -> CodePanel:
    panel = CodePanel(look)
    qtbot.addWidget(panel)
    panel.resize(420, 92)
    panel.show()
    return panel


def has_color(panel: CodePanel, name: str) -> bool:
    image = panel.grab().toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return any(image.pixelColor(*point).name() == name for point in points)


def test_copy_puts_exact_python_on_the_clipboard(panel: CodePanel, qtbot: Any) -> None:
    panel.set_values({"ping_interval": 5.0, "ping_timeout": None})
    with qtbot.waitSignal(panel.copied):
        qtbot.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == (
        "connect(uri, open_timeout=10, ping_interval=5,\n        ping_timeout=None, close_timeout=10)"
    )


def test_defaults_can_be_asked_for_once_something_was_changed(panel: CodePanel, qtbot: Any) -> None:
    assert not panel.defaults.isEnabled()
    panel.set_values({"ping_interval": 5.0})
    with qtbot.waitSignal(panel.defaults_asked):
        qtbot.mouseClick(panel.defaults, Qt.MouseButton.LeftButton)
    panel.set_values({"ping_interval": 20.0})
    assert not panel.defaults.isEnabled()


def test_changed_values_stand_on_a_green_ground(panel: CodePanel, look: Look) -> None:
    assert not has_color(panel, look.hex("accbg"))
    panel.set_values({"ping_timeout": 3.0})
    assert has_color(panel, look.hex("accbg"))


def test_all_of_it_is_seen_beside_the_knobs_of_the_smallest_window(panel: CodePanel, look: Look) -> None:
    panel.set_values({"open_timeout": 9.0, "ping_interval": 9.0, "ping_timeout": 9.0, "close_timeout": 9.0})
    panel.resize(212, 92)
    image = panel.grab().toImage()
    grounds = [image.pixelColor(80, y).name() == look.hex("accbg") for y in range(image.height())]
    steps = sum(1 for above, below in pairwise(grounds) if below and not above)
    assert steps >= 3, "each changed value has its own line"
    assert panel.minimumSizeHint().width() <= 212
