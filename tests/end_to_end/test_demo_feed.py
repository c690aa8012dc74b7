"""Does the demo show what it promises? Readable traffic, the pings of both, and a slow pong that becomes a 1011."""

from __future__ import annotations

import time
from typing import Any

import pytest

from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.ui.frames.frame_table_model import Column
from helpers.scope import Scope

SENTENCE = "sent 1011 (internal error) keepalive ping timeout; "


@pytest.mark.parametrize("link_kind", ["process", pytest.param("embedded", marks=pytest.mark.long)], indirect=True)
def test_a_slow_pong_becomes_a_1011(scope_run: Any) -> None:
    async def act(scope: Scope) -> None:
        window = scope.window
        assert window.is_at_first_start
        scope.turn("ping_interval", "0.8")  # the fourth, after 3.2 s, is the first slow one
        await scope.press_for_new_trace(scope.button(window.first_start, "Start the demo feed"))
        await scope.until(lambda: scope.story.state is State.OPEN, "OPEN")
        assert not window.is_at_first_start
        await scope.until(lambda: scope.rows_of(Opcode.PONG, sent=False), "a pong")
        assert 0.03 < (scope.pings[0].rtt or 0) < 1.5  # after about 40 ms; a slow one takes 1.8 s
        scope.turn("ping_timeout", "1")
        await scope.ended()
        assert len(scope.rows_of(Opcode.PING, sent=False)) == 1  # the feed's own, after 3 s

        late = scope.pings[-1]
        assert late.is_missed
        assert (late.due or 0) - late.sent == 1_000_000_000
        headline, plain, _ = scope.banner
        assert headline.startswith(f"ConnectionClosedError: {SENTENCE}")
        assert "no pong within 1.00 s of the ping (ping_timeout)" in plain
        await scope.table_settled()
        assert scope.cells(late.row)[Column.NOTES] == "no pong before the deadline"
        ended.append(time.monotonic())

    ended: list[float] = []
    scope_run(act)
    assert time.monotonic() - ended[0] < 2.0  # a connection that has failed holds up no end
