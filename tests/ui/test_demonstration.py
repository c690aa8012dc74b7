"""Does the demonstration turn the knob once frames come, and tell only what was seen?"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from framescope.analysis.visible import visible
from framescope.capture.details import EndInfo, HandshakeInfo
from framescope.capture.records import Flag
from framescope.engine.frames import Opcode
from framescope.ui import demonstration
from framescope.ui.demonstration import Demonstration, _lines
from helpers.made_trace import MadeTrace
from helpers.window_bench import WindowBench


def test_nothing_came_about(bench: WindowBench) -> None:
    assert Demonstration(bench.window, bench.desk).report() == "No connection came about.\n"


def test_the_knob_waits_for_ten_frames(
    bench: WindowBench, run_in_qt_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "_LOOK", 0.0)

    async def work() -> None:
        task = asyncio.get_running_loop().create_task(Demonstration(bench.window, bench.desk).turn_a_knob())
        number = bench.open()
        for count in range(10):
            await asyncio.sleep(0.01)
            assert bench.operator.taken() == [], count
            bench.frame(number, b"x")
            bench.tick()
        await asyncio.sleep(0.01)
        assert bench.operator.taken() == [("turn", number, "ping_interval", 1.0)]
        task.cancel()
        await asyncio.wait([task])

    run_in_qt_loop(work())


def test_the_report_tells_what_was_seen() -> None:
    made = MadeTrace()
    made.handshake(0.1, HandshakeInfo("", [], 101, "", []))
    made.knob(1.0, "ping_interval", 20.0, 1.0)
    made.frame(2.0, b"a", Opcode.PING, sent=True, flags=Flag.KEEPALIVE)
    made.frame(2.044, b"a", Opcode.PONG)
    made.frame(3.0, b"b", Opcode.PING, sent=True, flags=Flag.KEEPALIVE)
    made.frame(4.8, b"b", Opcode.PONG)
    assert _lines(made.trace) == [
        "Connected to wss://feed.example.net/prices",
        "  received 2 frames, 6 B; sent 2 frames, 14 B",
        "  ping_interval turned 20.0 → 1.0 at 1.0 s",
        "  2 pings of ours, 2 pongs: round trips 44 ms to 1.80 s",
    ]


def test_the_end_is_told_without_a_character_that_acts() -> None:
    made = MadeTrace()
    evil = "\x1b[2J\u202e"
    made.ended(1.0, EndInfo("ConnectionClosedOK", evil, 1000, evil, "close_frames", True))
    lines = _lines(made.trace)
    assert lines[0] == "No connection to wss://feed.example.net/prices"
    assert "ConnectionClosedOK: ␛[2J\\u202e" in lines[2]
    assert all(line == visible(line) for line in lines)
