"""Are the exchanges in view found, as they grow and change?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.analysis.model import Exchange, Story
from framescope.ui.timeline.exchanges import ExchangeColumns, is_slow

SECOND = 1_000_000_000


def ping(sent: float, rtt: float | None = None, timeout: float | None = 20.0, *, missed: bool = False) -> Exchange:
    at = round(sent * SECOND)
    return Exchange(
        row=0,
        sent=at,
        payload=b"",
        ours=True,
        is_keepalive=True,
        due=None if timeout is None else at + round(timeout * SECOND),
        answered=None if rtt is None else at + round(rtt * SECOND),
        is_missed=missed,
    )


def columns(*exchanges: Exchange) -> ExchangeColumns:
    found = ExchangeColumns(Story(1, 0, exchanges=list(exchanges)))
    found.refresh()
    return found


def visible(found: ExchangeColumns, start: float, end: float) -> list[int]:
    return [int(index) for index in found.visible(round(start * SECOND), round(end * SECOND))]


def test_what_reaches_into_the_view_is_visible() -> None:
    found = columns(ping(1, 0.04, 2), ping(10, 0.04, 2), ping(11, 6, 2), ping(30, 0.04, 2), ping(50, 0.04))
    assert visible(found, 16, 32) == [2, 3]
    assert visible(found, 11.5, 11.9) == [1, 2]  # the first by its deadline


def test_a_ping_that_waits_is_visible_until_it_is_missed() -> None:
    waiting = ping(1, None, 2)
    found = columns(waiting)
    assert visible(found, 100, 110) == [0]
    waiting.is_missed = True
    found.refresh()
    assert visible(found, 100, 110) == []


def test_a_pong_that_comes_later_is_seen() -> None:
    exchange = ping(1)
    found = columns(exchange)
    assert np.isinf(found.rtts(np.array([0]))).all()
    exchange.answered = exchange.sent + SECOND // 2
    found.refresh()
    assert found.rtts(np.array([0])) == pytest.approx([0.5])
    assert list(found.answered_between(SECOND, 2 * SECOND)) == [0]


def test_it_grows_past_its_first_size() -> None:
    story = Story(1, 0, exchanges=[ping(n, 0.01) for n in range(50)])
    found = ExchangeColumns(story)
    found.refresh()
    story.exchanges += [ping(n, 0.02) for n in range(50, 500)]
    found.refresh()
    assert len(found) == 500
    assert found.rtts(np.array([49, 499])) == pytest.approx([0.01, 0.02])


def test_where_pairs_crowd_the_slowest_stays_and_a_miss_before_it() -> None:
    found = columns(ping(1, 0.1), ping(2, 0.9), ping(3, 0.2), ping(4, 30, missed=True), ping(5, 40.0))
    everything = np.arange(5)
    assert list(found.thinned(everything, np.array([0.0, 1, 2, 20, 21]), 6)) == [1, 3]


def test_slow_is_more_than_half_of_the_time_given() -> None:
    found = columns(ping(1, 1.4, 3), ping(2, 1.6, 3), ping(3, 9, None), ping(4, 4, 3, missed=True))
    assert list(found.slow()) == [1]
    assert is_slow(ping(0, 1.6, 3), 1.6)
    assert not is_slow(ping(0, 1.6, None), 1.6)
