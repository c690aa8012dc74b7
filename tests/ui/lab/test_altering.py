"""Does a control that is turned before the run set the scenario as it would set the run?"""

from __future__ import annotations

import pytest

from framescope.lab.runner import Run
from framescope.lab.scenario import Acts, Change, Network, ResetBoth, Scenario, Turn
from framescope.ui.lab.altering import altered, as_done

PLAIN = Scenario(duration=10, network=Network(bandwidth=1000.0, idle_timeout=60.0))


@pytest.mark.parametrize(
    "act",
    [
        Turn(at=0, end="client", knob="ping_interval", value=2.0),
        Turn(at=0, end="server", knob="close_timeout", value="none"),
        Change(at=0, latency=0.3, jitter=0.1, loss=0.02, cut="silent"),
        Change(at=0, bandwidth=0, idle_timeout=0, life_timeout=30.0),
        Change(at=0, black_hole=True, counts_messages_only=True),
    ],
)
def test_before_the_run_is_as_at_its_beginning(act: Acts) -> None:
    before, during = Run(altered(PLAIN, act)), Run(PLAIN)
    during.do(act)
    assert before.path.conditions == during.path.conditions
    for is_server in (False, True):
        assert before.ends[is_server].engine.timeouts == during.ends[is_server].engine.timeouts


def test_what_is_not_named_stays() -> None:
    assert altered(PLAIN, Change(at=0)) == PLAIN
    assert altered(PLAIN, ResetBoth(at=0)) == PLAIN


def test_what_was_done_by_hand_is_done_by_the_script() -> None:
    turn = Turn(at=3, end="client", knob="ping_interval", value=2.0)
    hole, reset = Change(at=4, black_hole=True), ResetBoth(at=5)
    scenario = as_done(PLAIN, [turn, hole, reset])
    assert scenario.client.ping_interval == 2.0 and scenario.script == (hole, reset)
    assert as_done(PLAIN, []) == PLAIN
