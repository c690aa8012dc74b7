"""Do the bars say what the word says?"""

from __future__ import annotations

from itertools import pairwise

import pytest

from framescope.analysis.diagnosis.verdict import Strength
from framescope.ui.diagnosis.strength import HEIGHT, TONES, WIDTH, WORDS, bars


@pytest.mark.parametrize("strength", list(Strength))
def test_as_many_bars_are_lit_as_the_strength(strength: Strength) -> None:
    found = bars(strength)
    assert [bar.is_lit for bar in found] == [place < strength for place in range(4)]
    assert WORDS[strength] == strength.name.lower()
    assert TONES[strength] in ("err", "warn")


def test_the_bars_rise_on_one_ground_and_do_not_touch() -> None:
    found = bars(Strength.WEAK)
    assert {bar.top + bar.height for bar in found} == {HEIGHT}
    assert all(left.height < right.height and left.left + left.width < right.left for left, right in pairwise(found))
    assert found[-1].left + found[-1].width == pytest.approx(WIDTH)
    assert all(bar.top >= 0 for bar in found)
