"""Does the style sheet name known tokens only, and does Qt take it?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from framescope.ui import style_sheet
from framescope.ui.theme import Look


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_token_is_filled_in(qapp: object, theme: str) -> None:
    built = style_sheet.build(Look(theme).hex)
    assert "$" not in built
    assert set(re.findall(r"\$(\w+)", style_sheet._QSS.template)) == set(style_sheet._TOKENS)


def test_qt_takes_it_without_a_warning(look: Look, qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(style_sheet.build(look.hex))
    button = QPushButton("x", window)
    button.setProperty("kind", "danger")
    window.show()
    button.ensurePolished()
    assert button.palette().buttonText().color() == look.color("err")


@pytest.mark.parametrize("kind", ["", "primary", "quiet", "link", "segment", "small"])
def test_a_focus_ring_moves_nothing(look: Look, shown: Any, kind: str) -> None:
    window = QWidget()
    window.setStyleSheet(style_sheet.build(look.hex))
    button = QPushButton("Words", window)
    button.setProperty("kind", kind)
    shown(window)
    button.clearFocus()
    button.ensurePolished()
    rest = button.sizeHint()
    button.setFocus()
    assert button.hasFocus() and button.sizeHint() == rest
