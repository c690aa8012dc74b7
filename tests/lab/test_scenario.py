"""Is a scenario data, and is what nothing reads refused?"""

from __future__ import annotations

import msgspec
import pytest

from framescope.engine.path import Conditions, Cut
from framescope.engine.settings import BadKnob, Timeouts
from framescope.lab.scenario import Change, End, Kill, Network, Scenario, Turn, seconds


def scenario(**tables: object) -> Scenario:
    return msgspec.convert({"duration": 10, **tables}, Scenario)


def test_a_scenario_is_read_from_plain_tables() -> None:
    read = scenario(
        client={"ping_interval": 2, "ping_timeout": "none"},
        network={"latency": 0.5, "cut": "silent"},
        script=[{"at": 1, "do": "kill", "end": "server"}, {"at": 2, "do": "network", "black_hole": True}],
    )
    assert read.end(False).timeouts() == Timeouts(10.0, 2.0, None, 10.0)
    assert read.end(True) == End()
    assert read.script == (Kill(at=1, end="server"), Change(at=2, black_hole=True))
    assert read.network.conditions() == Conditions(latency=0.5, cut=Cut.SILENT)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"clinet": {}}, "clinet"),
        ({"client": {"ping_intervall": 2}}, "ping_intervall"),
        ({"script": [{"at": 1, "do": "explode"}]}, "explode"),
        ({"script": [{"at": 1, "do": "kill"}]}, "end"),
        ({"network": {"cut": "gently"}}, "gently"),
    ],
)
def test_a_mistake_is_named(tables: dict[str, object], words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        scenario(**tables)


def test_knob_values_are_numbers_or_what_a_field_takes() -> None:
    assert (seconds(2), seconds("200ms"), seconds("none")) == (2.0, 0.2, None)
    with pytest.raises(BadKnob, match="soon"):
        seconds("soon")


def test_a_change_leaves_alone_what_it_does_not_name() -> None:
    conditions = Conditions(latency=0.5, idle_timeout=60.0, bandwidth=1000.0)
    Change(at=1, jitter=0.1, idle_timeout=0, cut="reset", black_hole=True, counts_messages_only=True).apply(conditions)
    assert conditions == Conditions(
        latency=0.5,
        jitter=0.1,
        bandwidth=1000.0,
        is_black_hole=True,
        cut=Cut.RESET,
        counts_messages_only=True,
    )


def test_acts_are_values() -> None:
    assert Turn(at=1, end="client", knob="ping_interval", value=5) == Turn(
        at=1, end="client", knob="ping_interval", value=5
    )
    assert Network().conditions() == Conditions(latency=0.05)
