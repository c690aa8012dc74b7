"""Tests of a fragmented message put together."""

from __future__ import annotations

from typing import Any

import pytest

from framescope.analysis.inflating import BRIEF
from framescope.engine.deflate import Deflater
from framescope.ui.controls.elided_label import ElidedLabel
from framescope.ui.frames.message_page import MessagePage
from framescope.ui.frames.payload_view import PayloadView
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


def test_a_compressed_message_is_read_as_soon_as_it_is_known(
    page: MessagePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framescope.ui.frames.payload_source.PATIENT", BRIEF)
    made = MadeTrace()
    made.deflate()
    deflater = Deflater(15, is_reset=False)
    for _ in range(300):
        made.frame(1.0, deflater.deflate(b"tick", ends=True), first=0xC1)
    parts = deflater.deflate(b"hello, ", ends=False), deflater.deflate(b"hello", ends=True)
    rows = [made.frame(2.0, parts[0], first=0x41), made.frame(2.1, parts[1], first=0x80)]
    page.show_message(made.trace, rows)
    view = page.findChild(PayloadView)
    assert view.verdict.endswith(" B · compressed")
    page.refresh()
    assert view.verdict.startswith("12 B · UTF-8 valid · inflated from ")
    assert any(text.startswith("2 fragments · 12 B") for text in texts(page))
