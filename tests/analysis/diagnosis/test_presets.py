"""Does a measured time find the limits that it is near, and no others?"""

from __future__ import annotations

import pytest

from framescope.analysis.diagnosis.presets import FORGETS, PRESETS, near


def names(seconds: float, *, is_life: bool = False) -> set[str]:
    return {preset.name for preset in near(seconds, is_life=is_life)}


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        (60.0, {"nginx", "AWS load balancers"}),
        (61.19, {"nginx", "AWS load balancers"}),  # 2 % of 60 s are 1.2 s
        (61.3, set()),
        (58.81, {"nginx", "AWS load balancers"}),
        (58.7, set()),
        (54.0, {"Heroku"}),  # up to 1.1 s off
        (53.8, set()),
        (98.0, {"Cloudflare"}),
        (97.9, set()),
        (3600.0, {"HAProxy"}),
        (5.0, set()),
    ],
)
def test_idle_limits(seconds: float, found: set[str]) -> None:
    assert names(seconds) == found


@pytest.mark.parametrize(("seconds", "found"), [(29.0, True), (31.0, True), (28.9, False), (31.1, False)])
def test_one_second_is_near_enough_for_a_short_limit(seconds: float, found: bool) -> None:
    assert bool(names(seconds, is_life=True)) is found


def test_a_limit_of_age_is_none_of_idleness() -> None:
    assert names(300) == {"Azure Front Door", "Envoy"}
    assert names(300, is_life=True) == {"Cloud Run"}
    assert names(30) == set()


def test_who_cuts_silently_ends_nothing_that_can_be_seen() -> None:
    assert names(350) == set() and names(240) == set()
    assert FORGETS == 240
    assert all(preset.seconds > 0 and preset.name for preset in PRESETS)


def test_a_timer_that_counts_messages_only_says_nothing_about_bytes() -> None:
    assert [preset.name for preset in PRESETS if preset.counts_messages_only] == ["Helius"]
    assert names(600) == {"AWS API Gateway"}
