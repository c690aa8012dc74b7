"""Is the chart red where the connection dies, green where it survives, and are both values marked?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from framescope.analysis.whatif import Recording, Sample, Verdict
from framescope.ui.diagnosis.chart import HIGHEST, LOWEST, WhatIfChart, chart_text, mark_text
from framescope.ui.diagnosis.chart_curve import Mark, curve_of
from framescope.ui.theme import Look

RECORDING = Recording(0.0, 90.0, 89.0, (Sample(20, 2.1), Sample(42.1, 6.8), Sample(68.9, 0.3)))


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (Mark(20.0, Verdict.CLOSED, 160.2), "20 s: dies at 160.2 s"),
        (Mark(45.0, Verdict.SURVIVED, 170.0), "45 s: survives the recording"),
        (Mark(0.5, Verdict.NOT_RECORDED, 170.0), "0.5 s: not recorded"),
    ],
)
def test_a_mark_says_its_fate(mark: Mark, text: str) -> None:
    assert mark_text(mark) == text


def test_the_chart_in_words() -> None:
    text = chart_text(curve_of(RECORDING, 20, 4, 15))
    assert text.startswith("4 s: dies at 44.0 s; 15 s: survives the recording; from 6.80 s on")
    assert text.endswith("recorded: 90.0 s")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [300, 440, 600])
def test_red_dies_and_green_survives(look: Look, shown: Any, theme: str, width: int) -> None:
    look.choose(theme)
    chart = WhatIfChart(look)
    curve = curve_of(RECORDING, 20, 4, 15)
    chart.show_curve(curve)
    chart.resize(width, chart.sizeHint().height())
    shown(chart)
    image, plot = chart.grab().toImage(), chart._plot(curve)
    low = round(plot.area.bottom) - 4  # under the words
    assert _is_nearer(image, plot.x(5.5), low, look.color("err"), look.color("acc"))
    assert _is_nearer(image, plot.x(19), low, look.color("acc"), look.color("err"))
    assert plot.area.right <= width and plot.area.left > 0
    assert "4 s: dies" in chart.accessibleDescription()


def test_a_beginning_claims_nothing_of_the_rest() -> None:
    curve = replace(curve_of(RECORDING, 20, 4, 15), is_whole=False)
    text = chart_text(curve)
    assert "15 s: survives what was played" in text and text.endswith("played, the beginning only: 90.0 s")
    assert "recorded" not in text
    assert mark_text(Mark(1.0, Verdict.NOT_RECORDED, 2.0), is_whole=False) == "1 s: not played"


def test_a_low_chart_keeps_its_plot_and_names_both_axes_at_once(look: Look, shown: Any) -> None:
    chart = WhatIfChart(look)
    curve = curve_of(RECORDING, 20, 4, 15)
    chart.show_curve(curve)
    shown(chart)
    plots = []
    for height in (0, 140, 9999):
        chart.take_height(height)
        chart.resize(440, chart.sizeHint().height())
        plots.append((chart.height(), chart._plot(curve).area.height, chart._axis_name))
    (low, low_plot, low_name), (_, plot, name), (high, _, _) = plots
    assert high - low == HIGHEST - LOWEST and low >= LOWEST and low_plot > 60 and plot > low_plot
    assert (low_name, name) == ("alive, s, by ping_timeout, s", "alive, s")


def test_without_a_curve_nothing_is_drawn(look: Look, shown: Any) -> None:
    chart = WhatIfChart(look)
    shown(chart)
    chart.show_curve(None)
    assert chart.accessibleDescription() == ""
    chart.grab()


def test_a_silent_peer_is_drawn_too(look: Look, shown: Any) -> None:
    chart = WhatIfChart(look)
    chart.show_curve(curve_of(Recording(0.0, 50.0, 21.0, (Sample(20, 0.1), Sample(40, None))), 20, 20, None))
    shown(chart)
    assert "20 s: not recorded" in chart.accessibleDescription()
    chart.grab()


def _is_nearer(image: QImage, x: float, y: float, one: QColor, other: QColor) -> bool:
    found = image.pixelColor(round(x), round(y))

    def share(color: QColor) -> float:
        return color.redF() - color.greenF()

    return abs(share(found) - share(one)) < abs(share(found) - share(other))
