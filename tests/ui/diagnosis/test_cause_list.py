"""Does every cause stand with its evidence, its word and its bars, and what is ruled out with why?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QImage

from framescope.analysis.diagnosis.verdict import Cause, RuledOut, Strength
from framescope.ui.diagnosis.cause_list import CauseList, CrossGlyph, StrengthGlyph
from framescope.ui.plain import PlainLabel
from framescope.ui.theme import Look

CAUSES = (Cause("a", "The first", Strength.STRONG, "measured"), Cause("b", "The other", Strength.POSSIBLE, "guessed"))


def test_all_is_said_in_order(look: Look, shown: Any) -> None:
    view = CauseList(look)
    view.show_causes(CAUSES, (RuledOut("Not this", "bytes came"),))
    shown(view)
    texts = [label.text() for label in view.findChildren(PlainLabel) if label.text()]
    for text in ("The first", "strong", "measured", "The other", "possible", "guessed", "Not this", "bytes came"):
        assert text in texts
    assert [glyph.accessibleName() for glyph in view.findChildren(StrengthGlyph)] == ["strong", "possible"]
    assert [glyph.accessibleName() for glyph in view.findChildren(CrossGlyph)] == ["ruled out"]


@pytest.mark.parametrize("width", [300, 452, 700])
def test_what_is_ruled_out_and_why_stand_side_by_side(look: Look, shown: Any, width: int) -> None:
    excluded = [
        RuledOut("The way is dead", "the server's machine, or that of a proxy before it, acknowledged the ping"),
        RuledOut("A sleeping machine or a blocked event loop", "the recording program never stood still for 1 s"),
        RuledOut("Your keepalive", "all pings were answered"),
    ]
    view = CauseList(look)
    view.show_causes((), tuple(excluded))
    view.resize(width, 300)
    shown(view)
    labels = {label.text().replace("\u00a0", " "): label for label in view.findChildren(PlainLabel)}
    for each in excluded:
        title, why = labels[each.title], labels[each.why]
        assert title.geometry().right() < why.x() and why.geometry().right() < view.width()
        assert title.height() >= title.heightForWidth(title.width()) and why.height() >= why.heightForWidth(why.width())


def test_the_words_have_the_tone_of_their_strength(look: Look, shown: Any) -> None:
    view = CauseList(look)
    view.show_causes(CAUSES, ())
    shown(view)
    tones = {label.text(): label.property("tone") for label in view.findChildren(PlainLabel)}
    assert (tones["strong"], tones["possible"]) == ("err", "warn")


def test_a_stronger_cause_has_more_colour(look: Look, shown: Any) -> None:
    lit = []
    for strength, tone in ((Strength.STRONG, "err"), (Strength.LIKELY, "err")):
        glyph = StrengthGlyph(look, strength)
        shown(glyph)
        lit.append(_count(glyph.grab().toImage(), look.color(tone).rgb()))
    assert lit[0] > lit[1] > 0


def _count(image: QImage, color: int) -> int:
    return sum(image.pixel(x, y) == color for x in range(image.width()) for y in range(image.height()))
