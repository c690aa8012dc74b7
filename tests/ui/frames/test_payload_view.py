"""Tests of how a payload is shown."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabBar

from framescope.ui.frames.payload_text import FIRST_STEP, TEXT_LIMIT, WHOLE_LIMIT, PayloadKind
from framescope.ui.frames.payload_view import PayloadView
from framescope.ui.frames.text_view import TextView
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

TEXT = PayloadKind(is_text=True)
BINARY = PayloadKind(is_text=False)


class Bytes:
    """A payload in memory, or one that pretends to be long."""

    def __init__(self, content: bytes, length: int | None = None) -> None:
        self.content = content
        self.length = len(content) if length is None else length
        self.most = 0

    def wire(self, start: int, stop: int) -> bytes:
        return self.plain(start, stop)

    def plain(self, start: int, stop: int) -> bytes:
        self.most = max(self.most, stop - start)
        return self.content[start:stop]


@pytest.fixture
def view(look: Look, shown: Any) -> PayloadView:
    view = PayloadView(look)
    view.resize(388, 200)
    shown(view)
    return view


def tab(view: PayloadView) -> str:
    tabs = view.findChild(QTabBar)
    return str(tabs.tabText(tabs.currentIndex()))


def text(view: PayloadView) -> str:
    page = view.findChild(QStackedWidget).currentWidget()
    assert isinstance(page, TextView)
    return page.text


def words(view: PayloadView) -> list[str]:
    return [label.text() for label in view.findChildren(PlainLabel) if label.isVisible()]


@pytest.mark.parametrize(
    ("payload", "kind", "name", "verdict"),
    [
        (b'{"op":1}', TEXT, "JSON", "8 B · UTF-8 valid"),
        ("héllo".encode(), TEXT, "Text", "6 B · UTF-8 valid"),
        (b"ab\xffcd", TEXT, "Text", "5 B · not UTF-8 at byte 2"),
        (b"ab\xe2\x82", TEXT, "Text", "4 B · not UTF-8 at byte 2"),
        (b"ab\xe2\x82", PayloadKind(is_text=True, is_whole=False), "Text", "4 B · part of a text message"),
        (b"\x00\x01", BINARY, "Hex", "2 B · binary"),
        (b'{"op":1}', BINARY, "JSON", "8 B · binary"),
        (b"\x4a\x01", PayloadKind(is_text=True, is_compressed=True), "Hex", "2 B · compressed"),
        (b"", TEXT, "Text", "0 B · UTF-8 valid"),
    ],
)
def test_the_tab_that_fits_and_the_verdict(
    view: PayloadView, payload: bytes, kind: PayloadKind, name: str, verdict: str
) -> None:
    view.show_payload(Bytes(payload), kind)
    assert (tab(view), view.verdict) == (name, verdict)


def test_json_is_indented_and_text_stays_raw(view: PayloadView, qtbot: Any) -> None:
    view.show_payload(Bytes(b'{"a":[1]}'), TEXT)
    assert text(view) == '{\n  "a": [\n    1\n  ]\n}'
    tabs = view.findChild(QTabBar)
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert text(view) == '{"a":[1]}'


def test_a_large_payload_shows_its_beginning_until_more_is_asked_for(view: PayloadView, qtbot: Any) -> None:
    source = Bytes(b"x" * (WHOLE_LIMIT + 1))
    view.show_payload(source, TEXT)
    assert source.most == FIRST_STEP
    assert len(text(view)) == FIRST_STEP
    assert view.verdict == "1.0 MiB · UTF-8 valid so far"
    more = view.findChild(QPushButton)
    assert more.isVisible()
    assert "The first 64 KiB of 1.0 MiB" in words(view)
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert len(text(view)) == WHOLE_LIMIT + 1
    assert not more.isVisible()


def test_one_mebibyte_is_shown_whole(view: PayloadView) -> None:
    for size in (WHOLE_LIMIT - 1, WHOLE_LIMIT):
        view.show_payload(Bytes(b"x" * size), TEXT)
        assert len(text(view)) == size
    assert not view.findChild(QPushButton).isVisible()


def test_what_would_not_fit_into_memory_is_not_offered_as_text(view: PayloadView) -> None:
    view.show_payload(Bytes(b"x" * FIRST_STEP, TEXT_LIMIT + 1), TEXT)
    assert not view.findChild(QPushButton).isVisible()
    assert len(text(view)) == FIRST_STEP
    assert "The first 64 KiB of 32.0 MiB; Hex has all of it" in words(view)
    tabs = view.findChild(QTabBar)
    tabs.setCurrentIndex(2)
    assert words(view) == [view.verdict]


def test_a_large_text_that_is_not_one_shows_one_mebibyte(view: PayloadView, qtbot: Any) -> None:
    view.show_payload(Bytes(b"\xff" * (WHOLE_LIMIT + 5)), TEXT)
    qtbot.mouseClick(view.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert len(text(view)) == WHOLE_LIMIT
    assert view.verdict == "1.0 MiB · not UTF-8 at byte 0"
    assert "The first 1.0 MiB of 1.0 MiB; Hex has all of it" in words(view)


def test_no_payload_at_all(view: PayloadView) -> None:
    view.show_payload(None, BINARY)
    assert view.verdict == "0 B · binary"
