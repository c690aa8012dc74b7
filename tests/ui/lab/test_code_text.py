"""Is a lesson's text as high as it needs, and is it never read as markup?"""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QColor

from framescope.ui.lab.code_text import CodeText
from framescope.ui.theme import Look


def text_of(look: Look, qtbot: Any, text: str) -> CodeText:
    widget = CodeText(look, text)
    qtbot.addWidget(widget)
    return widget


def test_it_is_higher_where_it_is_narrower(look: Look, qtbot: Any) -> None:
    widget = text_of(look, qtbot, "A cable that is cut sends no message. " * 4)
    assert widget.hasHeightForWidth()
    assert widget.heightForWidth(200) > widget.heightForWidth(400) > 10
    two = text_of(look, qtbot, "one\n\ntwo")
    assert two.heightForWidth(400) > 2 * text_of(look, qtbot, "one").heightForWidth(400)


def test_a_reader_hears_it_without_marks(look: Look, qtbot: Any) -> None:
    widget = text_of(look, qtbot, "a `ping`")
    assert widget.accessibleName() == "a ping" and widget.text == "a `ping`"
    widget.set_text("another")
    assert widget.accessibleName() == "another"


def test_code_has_the_fixed_fonts_colour(look: Look, qtbot: Any) -> None:
    """Words are fg1 and code is fg0: only the second text has a pixel of fg0."""
    found = []
    for text in ("iiiiii", "`iiiiii`"):
        widget = text_of(look, qtbot, text)
        widget.resize(200, 40)
        image = widget.grab().toImage()
        colours = {image.pixelColor(x, y).name() for x in range(200) for y in range(40)}
        found.append(QColor(look.color("fg0")).name() in colours)
    assert found == [False, True]


def test_what_is_not_printable_is_marked(look: Look, qtbot: Any) -> None:
    widget = text_of(look, qtbot, "a\u202eb `c`")
    assert [each.text for each in widget._paragraphs] == ["a\\u202eb c"]
