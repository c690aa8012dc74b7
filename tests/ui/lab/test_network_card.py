"""Does every control of the network ask for its act, and show the network as it is?"""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from framescope.analysis.diagnosis.presets import PRESETS
from framescope.engine.path import Conditions, Cut
from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.lab.scenario import Change, ResetBoth
from framescope.ui.lab.network_card import NetworkCard
from framescope.ui.theme import Look


@pytest.fixture
def card(look: Look, shown: Any) -> NetworkCard:
    card = NetworkCard(look)
    card.resize(212, 700)
    card.show_conditions(Conditions(latency=0.1))
    shown(card)
    return card


def asked(card: NetworkCard, qtbot: Any, act: Any) -> Any:
    with qtbot.waitSignal(card.asked) as told:
        act()
    return told.args[0]


def test_sliders_change_the_network(card: NetworkCard, qtbot: Any) -> None:
    press = lambda name, key: qtbot.keyClick(card.sliders[name].slider, key)  # noqa: E731
    assert asked(card, qtbot, lambda: press("latency", Qt.Key.Key_Right)).latency > 0.1
    assert asked(card, qtbot, lambda: press("loss", Qt.Key.Key_Right)).loss == 0.001
    card.show_conditions(Conditions(bandwidth=125e6))
    assert asked(card, qtbot, lambda: press("bandwidth", Qt.Key.Key_Right)).bandwidth == 0.0  # no limit


def test_faults_are_switched_and_fired(card: NetworkCard, qtbot: Any, lessons: dict[str, Lesson]) -> None:
    assert asked(card, qtbot, card.hole.click) == Change(at=0.0, black_hole=True)
    run = Run(lessons["keepalive-ping-timeout"].scenario)
    card.show_run(run, None, swallowed=0, has_begun=False)
    assert not card.fire.isEnabled()
    card.show_run(run, None, swallowed=0, has_begun=True)
    assert asked(card, qtbot, card.fire.click) == ResetBoth(at=0.0)


def test_timers_are_switched_on_and_typed(card: NetworkCard, qtbot: Any) -> None:
    assert asked(card, qtbot, card.switches["idle_timeout"].click) == Change(at=0.0, idle_timeout=60.0)
    card.show_conditions(Conditions(idle_timeout=60.0, cut=Cut.RESET))
    assert card.edits["idle_timeout"].isEnabled() and not card.edits["life_timeout"].isEnabled()
    assert card.cut.isVisibleTo(card) and card.cut.currentText() == "cut by RST"
    edit = card.edits["idle_timeout"]
    edit.selectAll()
    qtbot.keyClicks(edit, "30")
    told = asked(card, qtbot, lambda: qtbot.keyClick(edit, Qt.Key.Key_Return))
    assert told == Change(at=0.0, idle_timeout=30.0)
    assert asked(card, qtbot, card.switches["idle_timeout"].click) == Change(at=0.0, idle_timeout=0.0)


def test_a_known_middlebox_sets_both_timers_and_how_it_cuts(card: NetworkCard, qtbot: Any) -> None:
    for place, preset in enumerate(PRESETS, 1):
        told = asked(card, qtbot, lambda place=place: card.presets.activated.emit(place))
        idle, life = (0.0, preset.seconds) if preset.is_life else (preset.seconds, 0.0)
        assert (told.idle_timeout, told.life_timeout) == (idle, life)
        assert told.cut == ("silent" if preset.is_silent else "fin")
        assert told.counts_messages_only is preset.counts_messages_only
    with qtbot.assertNotEmitted(card.asked):
        card.presets.activated.emit(0)
    assert asked(card, qtbot, lambda: card.cut.activated.emit(2)) == Change(at=0.0, cut="silent")


def test_what_restarts_the_idle_timer_is_chosen_where_there_is_one(card: NetworkCard, qtbot: Any) -> None:
    card.show_conditions(Conditions(idle_timeout=60.0, counts_messages_only=True))
    assert card.counted.isVisibleTo(card) and card.counted.currentText() == "only messages restart it"
    assert asked(card, qtbot, lambda: card.counted.activated.emit(0)) == Change(at=0.0, counts_messages_only=False)
    card.show_conditions(Conditions(life_timeout=60.0))
    assert not card.counted.isVisibleTo(card)


def test_the_middleboxs_timer_counts_down(card: NetworkCard, lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["idle-timeout"].scenario)
    run.run_until(30.0)
    card.show_run(run, None, swallowed=0, has_begun=True)
    assert card.countdown.text().startswith("cuts in 30.")
    run.run()
    card.show_run(run, None, swallowed=0, has_begun=True)
    assert card.countdown.text() == ""


def test_what_is_swallowed_is_counted(card: NetworkCard, lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["keepalive-ping-timeout"].scenario)
    run.run_until(9.5)
    card.show_conditions(run.path.conditions)
    card.show_run(run, 8.3, swallowed=7, has_begun=True)
    assert card.swallowed.text() == "7 frames"
    assert card.hole.isChecked() and card._hole_row.figure.text() == "8.3 s"
    assert int(card.in_flight.text().removesuffix(" B")) > 0
    run.run()
    card.show_run(run, 8.3, swallowed=7, has_begun=True)
    assert card.in_flight.text() == "0 B"  # both ends are gone
    card.show_run(Run(run.scenario), None, swallowed=0, has_begun=False)
    assert card.in_flight.text() == "0 B"


def test_being_shown_is_no_request(card: NetworkCard, qtbot: Any) -> None:
    with qtbot.assertNotEmitted(card.asked):
        card.show_conditions(Conditions(0.3, 0.1, 1000.0, 0.2, True, 30.0, 40.0, Cut.SILENT))
    assert card.sliders["latency"].figure == "300 ms" and card.edits["life_timeout"].text() == "40 s"
