"""How long did a connection go without a message, pings or not? For timers that count messages only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from framescope.analysis.diagnosis.facts import Facts
from framescope.engine.frames import Opcode


class Silence(NamedTuple):
    """Times without a data frame, either way, while a connection was OPEN, in s."""

    has_message: bool
    last: float  #: up to its end
    longest: float  #: of those that it outlived


def silence_of(facts: Facts) -> Silence:
    """Measure one connection."""
    times = [np.array([facts.opened or facts.trace.start, facts.left_open], np.int64)]
    for lane in facts.trace.lanes.values():
        count = lane.between(0, facts.left_open).stop
        times.append(lane.times[:count][np.asarray(lane.opcodes[:count]) <= Opcode.BINARY])
    gaps = np.diff(np.sort(np.concatenate(times))) / 1e9
    return Silence(len(gaps) > 1, float(gaps[-1]), float(gaps[:-1].max(initial=0)))
