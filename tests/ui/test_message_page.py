"""Tests of a fragmented message put together."""

from __future__ import annotations

from typing import Any

import pytest

from framescope.ui.elided_label import ElidedLabel
from framescope.ui.message_page import MessagePage
from framescope.ui.payload_view import PayloadView
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace


@pytest.fixture
def page(look: Look, shown: Any) -> MessagePage:
    page = MessagePage(look)
    shown(page)
    return page


def texts(page: MessagePage) -> list[str]:
    labels = page.findChildren(PlainLabel)
    return [label.whole if isinstance(label, ElidedLabel) else label.text() for label in labels]


def test_a_whole_message(page: MessagePage) -> None:
    made = MadeTrace()
    rows = [
        made.frame(1.0, b'{"euro":"\xe2\x82', 1, fin=False),
        made.frame(1.1, b'\xac"', 0, fin=False),
        made.frame(1.2, b"}", 0),
    ]
    page.show_message(made.trace, rows)
    assert {"Text message", "3 fragments · 14 B · frames 1 to 3"} <= set(texts(page))
    assert page.findChild(PayloadView).verdict == "14 B · UTF-8 valid"


def test_a_message_that_goes_on(page: MessagePage) -> None:
    made = MadeTrace()
    rows = [made.frame(1.0, b"ab", 2, fin=False), made.frame(1.1, b"cd", 0, fin=False)]
    page.show_message(made.trace, rows)
    assert "Binary message, so far" in texts(page)
    assert page.findChild(PayloadView).verdict == "4 B · binary"
