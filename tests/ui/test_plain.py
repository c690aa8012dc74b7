"""Does no text become markup, in labels and in tooltips?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget

from framescope.ui.plain import TIP_LIMIT, PlainLabel, tip, tip_text

MARKUP = "<img src='file:///etc/passwd'><b>&amp;</b>"


def read(text: str) -> str:
    """What a reader of rich text makes of it."""
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def test_a_label_shows_its_text_as_it_stands(qtbot: Any) -> None:
    label = PlainLabel(MARKUP)
    qtbot.addWidget(label)
    assert (label.textFormat(), label.text()) == (Qt.TextFormat.PlainText, MARKUP)


@pytest.mark.parametrize("text", [MARKUP, "a\n  b", "<script>", "1 < 2 & 3 > 2", "'\""])
def test_a_tooltip_shows_its_text_as_it_stands(text: str, qapp: object) -> None:
    assert read(tip_text(text)) == text


def test_a_tooltip_is_cut_before_it_is_escaped(qapp: object) -> None:
    assert TIP_LIMIT == 1024  # RELIABILITY 6
    for size in (TIP_LIMIT - 1, TIP_LIMIT):
        assert read(tip_text("<" * size)) == "<" * size
    assert read(tip_text("<" * (TIP_LIMIT + 1))) == "<" * TIP_LIMIT + "…"
    assert tip_text("") == ""


def test_a_widget_gets_it(qtbot: Any) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    tip(widget, "<b>")
    assert read(widget.toolTip()) == "<b>"


def test_a_tone_colours_a_label_at_once(qtbot: Any) -> None:
    window = QWidget()
    window.setStyleSheet('QLabel[tone="err"] { color: #ff0000 } QLabel { color: #000000 }')
    qtbot.addWidget(window)
    label = PlainLabel("x", tone="quiet", parent=window)
    label.ensurePolished()
    assert label.palette().windowText().color().name() == "#000000"
    label.set_tone("err")
    assert label.palette().windowText().color().name() == "#ff0000"
