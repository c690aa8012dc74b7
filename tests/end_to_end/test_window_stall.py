"""Does a window that stalls disturb the connection that it shows? Here, and only here, its thread is blocked."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer

from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.peer_process import PeerProcess
from helpers.scope import Scope

STALL = 5.0  #: s
INTERVAL = 0.5  #: s between our pings
ALLOWED = 0.05  #: s that a ping of ours may be late: the issue's figure


@pytest.mark.parametrize("link_kind", ["process"], indirect=True)
def test_a_stalled_window_delays_no_ping_and_no_pong(
    scope_run: Any, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    lateness: list[float] = []

    async def act(scope: Scope) -> None:
        scope.turn("ping_interval", str(INTERVAL))
        await scope.open(peer.url())
        await scope.until(lambda: scope.pings and scope.pings[-1].rtt, "a pong")
        for _ in range(4):  # other programs may be in the way of the probe: what the window delays, it delays each time
            lateness.append(await worst_lateness(scope))
            if lateness[-1] <= ALLOWED:
                break
        assert min(lateness) <= ALLOWED, lateness
        assert scope.story.state is State.OPEN
        assert peer.facts("closed") == []

    with PeerProcess(tmp_path, "websockets", ping_interval=1, ping_timeout=2) as peer:
        scope_run(act)
    record_property("late_ms", min(lateness) * 1000)


async def worst_lateness(scope: Scope) -> float:
    """Block the window's thread in a slot; return by how much a ping in that time was late (s)."""
    stalled: list[float] = []

    def stall() -> None:
        began = time.monotonic()
        time.sleep(STALL)
        stalled.extend((began, time.monotonic()))

    QTimer.singleShot(0, stall)
    await scope.until(lambda: stalled, "the stall")
    began, ended = stalled
    await scope.until(lambda: scope.pings[-1].sent > ended * 1e9, "a ping behind the stall")
    times = [ping.sent / 1e9 for ping in scope.pings if began - INTERVAL <= ping.sent / 1e9 <= ended + INTERVAL]
    assert len(times) >= STALL / INTERVAL - 1
    inside = [ping for ping in scope.pings if began <= ping.sent / 1e9 <= ended]
    assert all(ping.rtt is not None and ping.rtt < 0.5 for ping in inside)  # their pongs were read in time, too
    asked = [
        row for row in scope.rows_of(Opcode.PING, sent=False) if began <= scope.trace.record(row).time / 1e9 <= ended
    ]
    assert len(asked) >= STALL - 1
    for row in asked:
        exchange = scope.trace.exchange_of(row)
        assert exchange is not None and exchange.rtt is not None and exchange.rtt < 0.5
    return max(later - earlier - INTERVAL for earlier, later in pairwise(times))
