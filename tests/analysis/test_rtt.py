"""Are the figures over round trips measured values, and over the right pings?"""

from __future__ import annotations

import pytest

from framescope.analysis.model import Exchange
from framescope.analysis.rtt import percentile, summary
from helpers.scripted import ns


def ping(sent: float, rtt: float | None, **more: object) -> Exchange:
    answered = None if rtt is None else ns(sent + rtt)
    exchange = Exchange(0, ns(sent), b"", True, True, answered=answered)
    for name, value in more.items():
        setattr(exchange, name, value)
    return exchange


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        ([], 0.5, None),
        ([7.0], 0.5, 7.0),
        ([7.0], 0.0, 7.0),
        ([1.0, 2.0], 0.5, 1.0),
        ([1.0, 2.0, 3.0], 0.5, 2.0),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 101)), 1.0, 100),
        (list(range(1, 11)), 0.99, 10),
    ],
)
def test_percentiles_are_nearest_rank(values: list[float], part: float, expected: float | None) -> None:
    assert percentile(values, part) == expected


def test_a_summary_takes_the_pongs_in_its_stretch() -> None:
    exchanges = [ping(0, 0.04), ping(20, 1.0), ping(40, 3.0), ping(60, 0.05), ping(80, None)]
    whole = summary(exchanges)
    assert whole == (4, 0.05, 3.0, 3.0, 0.05)
    assert summary(exchanges, ns(20), ns(43)) == (2, 1.0, 3.0, 3.0, 3.0)
    assert summary(exchanges, ns(43), ns(43)) == (1, 3.0, 3.0, 3.0, 3.0)
    assert summary(exchanges, ns(44), ns(50)) == (0, None, None, None, None)
    assert summary([]).samples == 0


def test_a_summary_leaves_out_what_is_not_ours() -> None:
    assert summary([ping(0, 0.5, ours=False)]).samples == 0
