"""Is text shown as it stands, in a part with a heading?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from framescope.ui.diagnosis.section import Section, together, wrapped
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look


def test_texts_are_plain_cut_and_can_be_selected(look: Look, shown: Any) -> None:
    label = wrapped("<b>bold</b>\x1b" + "x" * 10_000)
    shown(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text().startswith("<b>bold</b>") and "\x1b" not in label.text() and len(label.text()) < 700
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("within 3.00 s of the ping", "within 3.00\u00a0s of the ping"),
        ("320 KiB in 5 frames, 37 % of 400 ms.", "320\u00a0KiB in 5 frames, 37\u00a0% of 400\u00a0ms."),
        ("15 seconds, frame 3 says", "15 seconds, frame 3 says"),
    ],
)
def test_no_line_ends_between_a_figure_and_its_unit(text: str, shown: str) -> None:
    assert together(text) == shown


def test_a_narrow_part_grows_with_its_text(look: Look, shown: Any) -> None:
    part = Section(look, "Heading")
    part.body.addWidget(wrapped("many words " * 30))
    shown(part)
    assert part.heightForWidth(200) > part.heightForWidth(600)
    assert part.minimumSizeHint().height() < 200  # not a line for each word


def test_what_was_shown_goes(look: Look, shown: Any, qtbot: Any) -> None:
    part = Section(look, "Heading")
    part.set_caption("caption")
    row = QHBoxLayout()
    row.addWidget(wrapped("inner"))
    part.body.addLayout(row)
    part.body.addWidget(wrapped("outer"))
    shown(part)
    part.clear()
    qtbot.waitUntil(lambda: {"inner", "outer"}.isdisjoint(label.text() for label in part.findChildren(PlainLabel)))
    assert part.body.count() == 0
