"""Are a lesson's paragraphs and its code told apart, whatever somebody writes?"""

from __future__ import annotations

import pytest

from framescope.lab.lesson import Lesson
from framescope.ui.lab.spans import Paragraph, Stretch, paragraphs, plain


def test_paragraphs_stand_between_blank_lines() -> None:
    assert [each.text for each in paragraphs("\none\ntwo\n\n\n\nthree  four\n")] == ["one two", "three four"]
    assert paragraphs(" \n\n ") == []


@pytest.mark.parametrize(
    ("text", "paragraph"),
    [
        ("send a `ping` now", Paragraph("send a ping now", (Stretch(7, 4),))),
        ("`a` and `bc`", Paragraph("a and bc", (Stretch(0, 1), Stretch(6, 2)))),
        ("a ` alone", Paragraph("a ` alone", ())),
        ("`a` then ` alone", Paragraph("a then ` alone", (Stretch(0, 1),))),
        ("``", Paragraph("", ())),
        ("<b>no markup</b>", Paragraph("<b>no markup</b>", ())),
    ],
)
def test_code_stands_between_marks(text: str, paragraph: Paragraph) -> None:
    assert paragraphs(text) == [paragraph]


def test_no_shipped_lesson_has_a_mark_without_its_twin(lessons: dict[str, Lesson]) -> None:
    for lesson in lessons.values():
        for text in (lesson.text, lesson.question.text, lesson.question.explanation):
            assert "`" not in plain(text)
