"""Is it told what waits at an end, and nothing where nothing does?"""

from __future__ import annotations

from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.lab.scenario import End, Network, Scenario, Traffic
from framescope.ui.lab.buffers import waiting_at


def test_a_slow_reader_lets_messages_and_bytes_wait(lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["slow-consumer"].scenario)
    run.run_until(0.5)
    assert waiting_at(run, False) == ""
    run.run_until(9.0)
    assert "messages wait" in waiting_at(run, True) and "unread" in waiting_at(run, True)


def test_a_thin_line_lets_bytes_wait_before_it() -> None:
    talk = End(ping_interval="none", traffic=(Traffic(every=1, size=400_000),))
    run = Run(Scenario(duration=60, client=talk, network=Network(bandwidth=10_000)))
    run.run_until(20.0)
    assert waiting_at(run, False).endswith(" to send") and waiting_at(run, True) == ""
