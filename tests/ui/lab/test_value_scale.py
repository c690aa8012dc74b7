"""Is every value of a slider where it is looked for, and written with its unit?"""

from __future__ import annotations

import pytest

from framescope.ui.lab.value_scale import BANDWIDTH, JITTER, LATENCY, LOSS, STEPS, Scale

SCALES = (LATENCY, JITTER, BANDWIDTH, LOSS)


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.name)
def test_a_place_has_one_value_and_a_value_its_place(scale: Scale) -> None:
    values = [scale.value(place) for place in range(STEPS + 1)]
    for place, value in enumerate(values):
        assert abs(scale.place(value) - place) <= 1
    numbers = [value for value in values if value is not None]
    assert numbers == sorted(numbers)


def test_the_ends_are_the_scales() -> None:
    assert (LATENCY.value(0), LATENCY.value(1), LATENCY.value(STEPS)) == (0.0, 0.001, 5.0)
    assert (BANDWIDTH.value(0), BANDWIDTH.value(STEPS - 1), BANDWIDTH.value(STEPS)) == (120.0, 125e6, None) or (
        BANDWIDTH.value(STEPS) is None
    )
    assert BANDWIDTH.place(None) == STEPS


def test_a_value_beyond_the_scale_stands_at_its_end() -> None:
    assert (LATENCY.place(60.0), LATENCY.place(1e-6)) == (STEPS, 0)
    assert BANDWIDTH.place(1e12) == STEPS - 1


@pytest.mark.parametrize(
    ("scale", "value", "words"),
    [
        (LATENCY, 0.55, "550 ms"),
        (LATENCY, 0.0, "0 ms"),
        (JITTER, 0.06, "±60 ms"),
        (JITTER, 0.0, "0 ms"),
        (BANDWIDTH, 125_000, "1 Mbit/s"),
        (BANDWIDTH, 125e6, "1 Gbit/s"),
        (BANDWIDTH, 125, "1 kbit/s"),
        (BANDWIDTH, 100, "800 bit/s"),
        (BANDWIDTH, None, "no limit"),
        (LOSS, 0.0, "0 %"),
        (LOSS, 0.005, "0.5 %"),
        (LOSS, 0.25, "25 %"),
    ],
)
def test_a_value_is_written_as_people_say_it(scale: Scale, value: float | None, words: str) -> None:
    assert scale.words(value) == words
