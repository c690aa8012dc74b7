"""Does one line fit its room, keep the whole text for the tooltip, and show control characters as marks?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.ui.controls.elided_label import ElidedLabel

LONG = "expired: no pong in 20 s"


@pytest.fixture
def label(qtbot: Any) -> ElidedLabel:
    label = ElidedLabel(LONG)
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    label.show()
    return label


def test_with_room_the_text_is_whole(label: ElidedLabel) -> None:
    assert (label.text(), label.toolTip()) == (LONG, "")


def test_without_room_it_is_cut_and_the_tooltip_has_it(label: ElidedLabel) -> None:
    label.resize(60, label.height())
    assert label.text().endswith("…")
    assert LONG in label.toolTip()
    assert (label.whole, label.accessibleName()) == (LONG, LONG)


def test_room_that_comes_back_is_used(label: ElidedLabel) -> None:
    width = label.width()
    label.resize(60, label.height())
    label.resize(width, label.height())
    assert label.text() == LONG


def test_whole_or_absent(qtbot: Any) -> None:
    label = ElidedLabel("default 20 s", is_whole_or_absent=True)
    qtbot.addWidget(label)
    label.show()
    label.resize(30, 14)
    assert label.text() == ""
    label.resize(200, 14)
    assert label.text() == "default 20 s"


def test_text_from_the_wire_stays_one_plain_line(label: ElidedLabel) -> None:
    label.resize(400, label.height())
    label.set_whole("<b>a</b>\n\u202eb")
    assert label.text() == "<b>a</b>␊\\u202eb"


def test_it_gives_way(label: ElidedLabel) -> None:
    assert label.minimumSizeHint().width() == 0
