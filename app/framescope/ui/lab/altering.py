"""What becomes of a scenario when a control is turned before the run? Qt-free."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from framescope.lab.scenario import Acts, Change, Network, Scenario, Turn


def altered(scenario: Scenario, act: Acts) -> Scenario:
    """Return the scenario with a control turned; what needs a run, as a reset does, alters nothing."""
    match act:
        case Turn(end=name, knob=knob, value=value):
            end = msgspec.structs.replace(scenario.end(name == "server"), **{knob: value})
            return msgspec.structs.replace(scenario, **{name: end})
        case Change():
            return msgspec.structs.replace(scenario, network=_changed(scenario.network, act))
        case _:
            return scenario


def as_done(scenario: Scenario, inputs: Sequence[Acts]) -> Scenario:
    """Return a scenario that does by itself what a person did in a run.

    Knobs have their last values from the beginning, for the real library cannot turn them later.
    """
    for act in inputs:
        if isinstance(act, Turn):
            scenario = altered(scenario, act)
    others = tuple(act for act in inputs if not isinstance(act, Turn))
    return msgspec.structs.replace(scenario, script=(*scenario.script, *others))


def _changed(network: Network, change: Change) -> Network:
    told: dict[str, object] = {}
    for name in ("latency", "jitter", "loss", "black_hole", "cut", "counts_messages_only"):
        value = getattr(change, name)
        if value is not None:
            told[name] = value
    for name in ("bandwidth", "idle_timeout", "life_timeout"):
        value = getattr(change, name)
        if value is not None:
            told[name] = value or None
    return msgspec.structs.replace(network, **told)
