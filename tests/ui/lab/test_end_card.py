"""Does an end's card show its state and its knobs, and ask for a turn or an act?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from framescope.engine.settings import Timeouts
from framescope.lab.runner import Run
from framescope.lab.scenario import Freeze, Kill, Scenario, Turn
from framescope.ui.lab.end_card import EndCard, StateChip
from framescope.ui.lab.end_track import Tracks
from framescope.ui.theme import Look


@pytest.fixture
def card(look: Look, shown: Any) -> EndCard:
    card = EndCard(look, is_server=True)
    shown(card)
    card.show_timeouts(Timeouts(ping_interval=2.0, close_timeout=None))
    return card


def show(card: EndCard, run: Run) -> None:
    tracks = Tracks({False: None, True: None})
    tracks.refresh(run.notebook)
    card.show_run(run, tracks.ends[True])


def test_knobs_are_shown_and_changed_ones_framed(card: EndCard) -> None:
    assert [edit.text() for edit in card.edits.values()] == ["2 s", "20 s", "none"]
    assert [edit.property("is_changed") for edit in card.edits.values()] == [True, False, True]


@pytest.mark.parametrize(("text", "value"), [("3", 3.0), ("none", "none")])
def test_a_typed_value_is_a_turn_of_this_end(card: EndCard, qtbot: Any, text: str, value: float | str) -> None:
    edit = card.edits["ping_timeout"]
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    with qtbot.waitSignal(card.asked) as asked:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert asked.args == [Turn(at=0.0, end="server", knob="ping_timeout", value=value)]


def test_acts_are_offered_while_a_run_goes_on(card: EndCard, qtbot: Any) -> None:
    run = Run(Scenario(duration=3))
    show(card, run)
    assert not card.acts.isEnabled()
    run.run_until(1.0)
    show(card, run)
    menu = card.acts.menu_of_acts()
    assert menu is not None
    with qtbot.waitSignal(card.asked) as asked:
        next(action for action in menu.actions() if action.text() == "Kill the process").trigger()
    assert asked.args == [Kill(at=0.0, end="server")]
    run.run()
    show(card, run)
    assert not card.acts.isEnabled()


def test_the_chip_follows_the_state(card: EndCard) -> None:
    run = Run(Scenario(duration=30))
    show(card, run)
    words = [card.chip.word]
    run.run_until(1.0)
    show(card, run)
    words.append(card.chip.word)
    run.do(Freeze(at=0, end="server"))
    show(card, run)
    words.append(card.chip.word)
    run.do(Kill(at=0, end="server"))
    run.do(Freeze(at=0, end="server", on=False))
    show(card, run)
    words.append(card.chip.word)
    assert words == ["CONNECTING", "OPEN", "FROZEN", "KILLED"]


def test_a_chip_says_its_word(look: Look, qtbot: Any) -> None:
    chip = StateChip(look)
    qtbot.addWidget(chip)
    narrow = chip.sizeHint().width()
    chip.show_word("OPEN", ("acc", "accbg"))
    assert chip.accessibleName() == "OPEN" and chip.sizeHint().width() < narrow
    chip.resize(chip.sizeHint())
    assert chip.grab().toImage().pixelColor(5, 4) == look.color("accbg")
