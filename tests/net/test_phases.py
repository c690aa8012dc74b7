"""Is each step of connecting told once as it begins, and once as it is done or fails?"""

from __future__ import annotations

from framescope.net.clock import SystemClock
from framescope.net.phases import Phases
from helpers.raw_peers import RecordingTap


def phases() -> tuple[Phases, RecordingTap]:
    tap = RecordingTap()
    steps = Phases(tap, SystemClock(monotonic_ns=lambda: 5))
    steps.host, steps.port = "a.example", 80
    return steps, tap


def test_step_that_is_done() -> None:
    steps, tap = phases()
    flushed: list[int] = []
    tap.flush = lambda: flushed.append(len(tap.phases))  # type: ignore[method-assign]
    steps.began("tcp", "192.0.2.1:80")
    assert steps.current == "tcp"
    steps.done(peer="192.0.2.1:80")
    steps.done()  # nothing is under way
    assert [(report.phase, report.change, report.text, report.peer) for report in tap.phases] == [
        ("tcp", "began", "192.0.2.1:80", ""),
        ("tcp", "done", "", "192.0.2.1:80"),
    ]
    assert flushed == [1, 2]  # each step is seen as it happens


def test_step_that_fails_says_why() -> None:
    steps, tap = phases()
    steps.began("tls")
    steps.failed(TimeoutError("timed out"), 10)
    assert (tap.phases[-1].change, tap.phases[-1].text) == ("failed", "Timed out after 10 s during TLS.")
    assert steps.words is not None and steps.words.advice
    assert steps.current == ""


def test_failure_between_the_steps_has_words_too() -> None:
    steps, tap = phases()
    steps.failed(ConnectionAbortedError("given up"), 10)
    assert tap.phases == []
    assert steps.words is not None


def test_a_step_that_an_event_decides_bears_the_events_time() -> None:
    steps, tap = phases()
    steps.began("upgrade")
    steps.done(3)
    steps.began("upgrade")
    steps.failed(TimeoutError("timed out"), 10, 4)
    assert tap.phase_times == [5, 3, 5, 4]
