"""Do the four knobs stand in order, show a story, and pass a person's turn on?"""

from __future__ import annotations

from typing import Any

import pytest

from framescope.engine.settings import KNOB_NAMES
from framescope.ui.knobs.strip import KnobStrip
from framescope.ui.theme import Look
from helpers.made_trace import MadeTrace
from helpers.pointer import wheel


@pytest.fixture
def strip(look: Look, qtbot: Any) -> KnobStrip:
    strip = KnobStrip(look)
    qtbot.addWidget(strip)
    strip.resize(1020, 92)
    strip.show()
    return strip


def test_all_knobs_stand_in_the_librarys_order(strip: KnobStrip) -> None:
    assert tuple(strip.knobs) == KNOB_NAMES
    lefts = [knob.x() for knob in strip.knobs.values()]
    assert lefts == sorted(lefts)


def test_a_turn_is_passed_on_with_the_knobs_name(strip: KnobStrip) -> None:
    seen: list[tuple[str, float | None]] = []
    strip.knob_turned.connect(lambda name, seconds: seen.append((name, seconds)))
    wheel(strip.knobs["ping_interval"].dial, -120)
    assert seen == [("ping_interval", 10)]
    assert strip.values["ping_interval"] == 10


def test_values_are_shown_and_not_told(strip: KnobStrip, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(strip.knob_turned):
        strip.set_values({"ping_interval": 5.0, "ping_timeout": None})
    assert strip.values == {"open_timeout": 10, "ping_interval": 5, "ping_timeout": None, "close_timeout": 10}


def test_a_story_shows_in_every_knob_and_goes_with_it(strip: KnobStrip) -> None:
    made = MadeTrace()
    strip.show_story(made.trace.story, made.trace.story.start + 2_000_000_000)
    assert strip.knobs["open_timeout"].live_text == "2.0 s"
    strip.show_story(None, 0)
    assert strip.knobs["open_timeout"].live_text == "how long to wait for OPEN"


def test_read_only_none_can_be_turned(strip: KnobStrip, qtbot: Any) -> None:
    strip.set_read_only(True)
    with qtbot.assertNotEmitted(strip.knob_turned):
        for knob in strip.knobs.values():
            wheel(knob.dial, 120)


def test_it_fits_the_smallest_window(strip: KnobStrip) -> None:
    assert strip.minimumSizeHint().width() <= 900
    assert strip.height() == 92
