"""Does each act reach its end, and does an end that cannot act do nothing?"""

from __future__ import annotations

from framescope.lab import scenario as acts
from framescope.lab.acting import perform, pong_policy
from framescope.lab.runner import START, Run
from framescope.lab.scenario import End, Network, Scenario, Traffic


def opened() -> Run:
    run = Run(Scenario(duration=60, network=Network(latency=0.1)))
    run.run_until(1.0)
    return run


def test_acts_change_the_engine_at_once() -> None:
    run = opened()
    perform(run.client, acts.Turn(at=1, end="client", knob="close_timeout", value="2m"), START + 1)
    perform(run.client, acts.Close(at=1, end="client", code=4001, reason="enough"), START + 1)
    assert run.client.engine.timeouts.close_timeout == 120.0
    assert str(run.client.engine.closure.sent) == "4001 (private use) enough"


def test_a_ping_before_open_is_no_fault() -> None:
    run = Run(Scenario(duration=60))
    perform(run.client, acts.Ping(at=0, end="client"), START)
    assert run.notebook.notes == []


def test_a_frozen_process_can_only_go_on_or_be_killed() -> None:
    run = opened()
    perform(run.server, acts.Freeze(at=1, end="server"), START + 1)
    perform(run.server, acts.Fail(at=1, end="server"), START + 1)
    assert run.server.engine.closure.sent is None
    perform(run.server, acts.Kill(at=1, end="server"), START + 1)
    assert run.server.is_gone
    perform(run.server, acts.Freeze(at=1, end="server", on=False), START + 1)
    assert run.server.is_frozen


def test_a_slow_reader_can_be_made_quick_and_slow_again() -> None:
    client = End(ping_interval="none", traffic=(Traffic(every=0.1, count=30),))
    script = (
        acts.Behave(at=4.0, end="server", handling=0.0),
        acts.Behave(at=5.0, end="server", handling=7.0),
        acts.Send(at=6.0, end="client", text="one"),
        acts.Send(at=6.0, end="client", text="two"),
    )
    server = End(handling=30.0, max_queue=4, ping_interval="none")
    run = Run(Scenario(duration=20, client=client, server=server, network=Network(latency=0.1), script=script))
    run.run_until(3.9)
    assert run.server.is_reading_paused and run.server.application.received == 1
    run.run_until(4.0)
    assert not run.server.is_reading_paused  # the message that took so long is handled, too
    run.run_until(7.0)
    assert run.server.application.received == 31  # the first of the two
    run.run()
    assert run.server.application.received == 32
    told = [note.text for note in run.notebook.of("server", "knob")]
    assert told == ["A message takes 0 s from now on", "A message takes 7 s from now on"]


def test_pings_are_answered_otherwise_from_now_on() -> None:
    run = opened()
    for act in (
        acts.Behave(at=1, end="server", pong_delay=0.5),
        acts.Behave(at=1, end="server", pongs="swallow"),
        acts.Behave(at=1, end="server", pongs="answer"),
        acts.Behave(at=1, end="server", pong_delay=0.0),
    ):
        perform(run.server, act, START + 1)
    told = [note.text for note in run.notebook.of("server", "knob")]
    assert told == [
        "Pings are answered after 0.5 s",
        "Pings are no longer answered",
        "Pings are answered after 0.5 s",
        "Pings are answered at once",
    ]
    perform(run.server, acts.Behave(at=1, end="server", pongs="swallow"), START + 1)
    run.do(acts.Ping(at=0.0, end="client"))
    run.run_until(5.0)
    assert run.notebook.of("server", "ping received") and not run.notebook.of("client", "pong received")


def test_a_delay_that_is_nothing_is_no_delay() -> None:
    assert pong_policy(is_swallowed=False, delay=0.0).policy == "answer"
    assert pong_policy(is_swallowed=True, delay=2.0).policy == "swallow"
