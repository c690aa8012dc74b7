"""Is another ping_timeout spoken of only where pings had a part in the end?"""

from __future__ import annotations

import pytest

from framescope.analysis.diagnosis.verdict import Cause, Diagnosis, Strength
from framescope.capture.details import EndInfo
from framescope.engine.events import Change, Which
from framescope.ui.diagnosis.pings_matter import pings_matter
from helpers.made_trace import MadeTrace


def ended(key: str, *, code: int | None = None, reason: str = "") -> tuple[MadeTrace, Diagnosis]:
    made = MadeTrace()
    info = EndInfo("ConnectionClosedError", "x", 1006, reason, "fin", True, received_code=code)
    made.ended(30.0, info)
    causes = (Cause("other", "", Strength.LIKELY, ""), Cause(key, "", Strength.POSSIBLE, ""))
    return made, Diagnosis("", "", "", (), causes, (), (), ())


@pytest.mark.parametrize(
    ("key", "is_told"),
    [("silence", True), ("dead_path", True), ("tcp_timeout", True), ("fin_by_peer", False), ("refused_status", False)],
)
def test_causes_that_a_keepalive_notices(key: str, is_told: bool) -> None:
    made, diagnosis = ended(key)
    made.trace.story.knobs["ping_interval"] = 20.0
    assert pings_matter(made.trace, diagnosis) is is_told


def test_an_idle_cut_matters_where_nothing_was_pinged() -> None:
    made, diagnosis = ended("idle_timer")
    made.trace.story.knobs["ping_interval"] = 20.0
    assert not pings_matter(made.trace, diagnosis)
    made.trace.story.knobs["ping_interval"] = None
    assert pings_matter(made.trace, diagnosis)


@pytest.mark.parametrize(
    ("code", "reason", "is_told"),
    [(1011, "keepalive ping timeout", True), (1011, "handler failed", False), (1000, "keepalive ping timeout", False)],
)
def test_the_peers_keepalive(code: int, reason: str, is_told: bool) -> None:
    made, diagnosis = ended("x", code=code, reason=reason)
    made.trace.story.knobs["ping_interval"] = 20.0
    assert pings_matter(made.trace, diagnosis) is is_told


def test_our_keepalive() -> None:
    made, diagnosis = ended("own_bulk")
    made.trace.story.knobs["ping_interval"] = 20.0
    assert not pings_matter(made.trace, diagnosis)
    made.deadline(29.0, Which.PONG, Change.MISSED, 29.0)
    assert pings_matter(made.trace, diagnosis)
