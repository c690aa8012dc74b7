"""Is what became of a frame told by the conditions that held when it was on its way?"""

from __future__ import annotations

import pytest

from framescope.lab.lesson import Lesson
from framescope.lab.runner import Run
from framescope.lab.scenario import Change, End, Network, Scenario, Traffic
from framescope.ui.lab.network_past import NetworkPast

QUIET = End(ping_interval="none")


def fates(scenario: Scenario, until: float, *acts: tuple[float, Change]) -> list[str]:
    """Play a scenario and say what became of the client's frames, the handshake left out."""
    run = Run(scenario)
    for time, act in acts:
        run.run_until(time)
        run.do(act)
    run.run_until(until)
    past = NetworkPast(run)
    return [past.fate_of(flight).text for flight in run.flights.all if flight.to_server][1:]


def pinging(every: float, **network: object) -> Scenario:
    return Scenario(
        duration=100,
        client=End(ping_interval=every),
        server=QUIET,
        network=Network(latency=0.5, **network),  # type: ignore[arg-type]
    )


def test_delivered_on_its_way_and_swallowed() -> None:
    scenario = pinging(5.0)
    assert fates(scenario, 6.2) == ["on its way"]
    assert fates(scenario, 7.0) == ["delivered"]
    assert fates(scenario, 12.0, (8.0, Change(at=0, black_hole=True))) == ["delivered", "swallowed"]


def test_a_frame_behind_bulk_is_queued_where_the_line_is_thin() -> None:
    scenario = Scenario(
        duration=60,
        client=End(ping_interval=5, traffic=(Traffic(every=100, size=100_000, start=3.9),)),
        server=QUIET,
        network=Network(latency=0.05, bandwidth=20_000),
    )
    told = fates(scenario, 30.0)
    queued = [text for text in told if text.startswith("queued ") and text.endswith(" s, delivered")]
    assert len(queued) == 2 and queued + ["delivered"] * 4 == told
    assert any(text.endswith("s, on its way") for text in fates(scenario, 7.0))


def test_a_frame_that_waits_unread_says_so(lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["slow-consumer"].scenario)
    run.run_until(12.0)
    past = NetworkPast(run)
    assert any("unread" in past.fate_of(flight).text for flight in run.flights.all)


def test_the_middleboxs_timer_restarts_or_runs_on() -> None:
    assert fates(pinging(5.0, idle_timeout=60), 6.7) == ["delivered, idle timer restarts"]
    assert fates(pinging(5.0, idle_timeout=60, counts_messages_only=True), 6.7) == ["delivered, idle timer runs on"]
    told = fates(pinging(5.0), 12.0, (8.0, Change(at=0, idle_timeout=30)))
    assert told == ["delivered", "delivered, idle timer restarts"]


def test_at_the_end_what_is_still_under_way_will_not_come(lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["slow-consumer"].scenario)
    run.run()
    past = NetworkPast(run)
    texts = {past.fate_of(flight).text for flight in run.flights.all if flight.received is None}
    assert texts == {"never read"}


def test_a_lost_one_is_repeated() -> None:
    scenario = Scenario(
        duration=60,
        client=End(ping_interval="none", traffic=(Traffic(every=0.5),)),
        server=QUIET,
        network=Network(latency=0.1, loss=0.4),
    )
    assert {text.split(":")[0] for text in fates(scenario, 30.0)} >= {"delivered", "lost, repeated"}


def test_it_goes_on_with_the_run() -> None:
    run = Run(pinging(5.0))
    past = NetworkPast(run)
    run.run_until(3.0)
    run.do(Change(at=0, latency=0.1))
    past.refresh()
    assert past.at(2.9).latency == 0.5 and past.at(3.0).latency == 0.1


def test_what_a_silent_middlebox_forgets_is_swallowed(lessons: dict[str, Lesson]) -> None:
    run = Run(lessons["silent-drop"].scenario)
    run.run()
    past = NetworkPast(run)
    lost = [flight for flight in run.flights.all if flight.lost is not None and flight.received is None]
    assert lost and {past.fate_of(flight).text for flight in lost} == {"swallowed"}
    assert past.fate_of(lost[0]).tone == "err"


@pytest.mark.parametrize("name", ["violations", "keepalive-ping-timeout"])
def test_what_comes_after_the_failure_is_too_late(lessons: dict[str, Lesson], name: str) -> None:
    run = Run(lessons[name].scenario)
    run.run()
    past = NetworkPast(run)
    late = [flight for flight in run.flights.all if flight.is_late and flight.lost is None]
    assert all(past.fate_of(flight).text == "delivered, too late" for flight in late)
    assert bool(late) == (name == "violations")
