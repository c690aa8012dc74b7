"""Does each act reach its end, and does an end that cannot act do nothing?"""

from __future__ import annotations

from framescope.lab import scenario as acts
from framescope.lab.acting import perform
from framescope.lab.runner import START, Run
from framescope.lab.scenario import Network, Scenario


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
