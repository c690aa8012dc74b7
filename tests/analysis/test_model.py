"""Do the values of a story say what follows from them?"""

from __future__ import annotations

import pytest

from framescope.analysis.model import DeadlineState, Exchange, StateSpan, Story
from framescope.engine.events import Change, Which
from framescope.engine.state import State


def test_a_round_trip_is_from_ping_to_pong_in_seconds() -> None:
    exchange = Exchange(0, 1_000_000_000, b"", True, True)
    assert exchange.rtt is None
    exchange.answered = 2_840_000_000
    assert exchange.rtt == pytest.approx(1.84)


@pytest.mark.parametrize("change", list(Change))
def test_a_deadline_runs_until_it_is_met_missed_or_cancelled(change: Change) -> None:
    is_over = change in (Change.MET, Change.MISSED, Change.CANCELLED)
    assert DeadlineState(Which.PONG, change, 0, None, 0).is_running != is_over


def test_a_story_without_states_is_connecting() -> None:
    story = Story(1, 0)
    assert story.state is State.CONNECTING
    story.states.append(StateSpan(1, State.OPEN))
    assert story.state is State.OPEN
