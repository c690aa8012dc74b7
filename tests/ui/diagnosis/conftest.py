"""What do the tests of the diagnosis tab show? A keepalive timeout whose pong came late, played in the lab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from framescope.analysis.diagnosis.diagnose import diagnose
from framescope.analysis.diagnosis.verdict import Diagnosis
from framescope.analysis.trace import Trace
from framescope.lab.scenario import End, Network, Traffic
from helpers.lab_captures import book_of, scenario

PONG_BEHIND_BULK = scenario(
    server=End(ping_interval="none", traffic=(Traffic(every=0.5, size=65536, start=6),)),
    network=Network(latency=0.05, bandwidth=100_000),
)


class Case(NamedTuple):
    """A connection that has ended, and why."""

    trace: Trace
    diagnosis: Diagnosis


@pytest.fixture(scope="package")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The client's end; ping_timeout is 3 s."""
    with book_of(tmp_path_factory.mktemp("late") / "capture", PONG_BEHIND_BULK) as book:
        trace = book.traces[1]
        diagnosis = diagnose(trace)
        assert diagnosis is not None
        yield Case(trace, diagnosis)
