"""How long do pongs take? Nearest-rank figures over the pings of ours that were answered in a stretch of time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil
from operator import attrgetter
from typing import NamedTuple

from framescope.analysis.model import Exchange

_sent = attrgetter("sent")


class RttSummary(NamedTuple):
    """Round trips in seconds, None where there was none."""

    samples: int
    p50: float | None
    p99: float | None
    worst: float | None
    latest: float | None


def percentile(ascending: Sequence[float], part: float) -> float | None:
    """Return the value that `part` (0 to 1) of `ascending` do not exceed: nearest rank, so it was measured."""
    if not ascending:
        return None
    return ascending[max(0, ceil(part * len(ascending)) - 1)]


def summary(exchanges: Sequence[Exchange], start_ns: int | None = None, end_ns: int | None = None) -> RttSummary:
    """Sum up our pings that were answered from `start_ns` to `end_ns`, both included; None for no bound.

    `exchanges` are a story's: in the order of sending. Late pongs count, with the time they took.
    """
    sent_by_then = len(exchanges) if end_ns is None else bisect_right(exchanges, end_ns, key=_sent)
    answered = [
        (exchange.answered, exchange.answered - exchange.sent)
        for exchange in exchanges[:sent_by_then]
        if exchange.ours
        and exchange.answered is not None
        and (start_ns is None or exchange.answered >= start_ns)
        and (end_ns is None or exchange.answered <= end_ns)
    ]
    if not answered:
        return RttSummary(0, None, None, None, None)
    times = sorted(rtt / 1e9 for _, rtt in answered)
    latest = max(answered)[1] / 1e9
    return RttSummary(len(times), percentile(times, 0.5), percentile(times, 0.99), times[-1], latest)
