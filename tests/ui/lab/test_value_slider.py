"""Does a slider say what a person does to it, and only that?"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from framescope.ui.lab.value_scale import BANDWIDTH, LATENCY
from framescope.ui.lab.value_slider import ValueSlider
from framescope.ui.theme import Look


def test_a_key_turns_it_and_the_figure_follows(look: Look, qtbot: Any, shown: Any) -> None:
    slider = ValueSlider(look, LATENCY)
    shown(slider)
    slider.show_value(0.55)
    assert slider.figure == "550 ms"
    with qtbot.waitSignal(slider.turned) as turned:
        qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert 0.5 < turned.args[0] < 0.7 and slider.figure != "550 ms"


def test_what_it_is_shown_is_no_turn(look: Look, qtbot: Any) -> None:
    slider = ValueSlider(look, BANDWIDTH)
    qtbot.addWidget(slider)
    with qtbot.assertNotEmitted(slider.turned):
        slider.show_value(125_000.0)
        slider.show_value(None)
    assert slider.figure == "no limit"


def test_a_hand_on_it_is_not_pushed_away(look: Look, qtbot: Any) -> None:
    slider = ValueSlider(look, LATENCY)
    qtbot.addWidget(slider)
    slider.show_value(0.1)
    held = slider.slider.value()
    slider.slider.setSliderDown(True)
    slider.show_value(4.0)
    assert slider.slider.value() == held
    slider.slider.setSliderDown(False)
