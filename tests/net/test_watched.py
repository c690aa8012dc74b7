"""Who is told what? The tap of gauges too: what waits to be written, and that reading is paused."""

from __future__ import annotations

import asyncio
import time

from framescope.engine.connection import Connection as Engine
from framescope.engine.frames import Opcode
from framescope.engine.handshake import ClientOffer
from framescope.engine.url import parse_url
from framescope.net.gauge import INTERVAL_NS
from framescope.net.watched import Watched
from helpers.joined import joined
from helpers.loops import in_loop, until
from helpers.raw_peers import RecordingTap


def gauges_of(tap: RecordingTap, name: str) -> list[int]:
    return [value for told, value, _ in tap.gauges if told == name]


def new_engine() -> Engine:
    return Engine(ClientOffer(parse_url("ws://a/"), deflate=None), now=0.0)


@in_loop
async def test_gauges_are_told_when_they_change() -> None:
    tap = RecordingTap()
    watched = Watched(new_engine(), tap=tap)
    watched.queued = lambda: 7
    assert watched._see_gauges(0, is_paused=False) is None
    assert tap.gauges == []  # a queue that is emptied at once is no news
    watched.engine.sender.data(Opcode.TEXT, b"abc")
    assert watched._see_gauges(1, is_paused=True) == 1 + INTERVAL_NS
    assert tap.gauges == [("send_buffer", 9, 1), ("reading_paused", 1, 1), ("receive_queue", 7, 1)]
    assert watched._see_gauges(2, is_paused=False) == 1 + INTERVAL_NS
    assert watched._see_gauges(1 + INTERVAL_NS, is_paused=False) is None
    assert tap.gauges[3:] == [("reading_paused", 0, 1 + INTERVAL_NS), ("receive_queue", 0, 1 + INTERVAL_NS)]


@in_loop
async def test_nobody_looks_at_gauges_that_nobody_records() -> None:
    watched = Watched(new_engine())
    watched.engine.sender.data(Opcode.TEXT, b"abc")
    assert watched._see_gauges(1, is_paused=True) is None


@in_loop
async def test_capture_tells_that_the_application_does_not_read() -> None:
    tap = RecordingTap()
    async with joined("client", tap=tap, max_queue=4, ping_interval=None, compression=None) as (ours, theirs):
        for number in range(20):
            await theirs.send(str(number))
        await until(lambda: gauges_of(tap, "receive_queue"))
        assert gauges_of(tap, "reading_paused") == [1]
        assert 4 < gauges_of(tap, "receive_queue")[0] <= 20
        for _ in range(20):
            await ours.recv()
        read = time.monotonic_ns()
        await until(lambda: gauges_of(tap, "reading_paused") == [1, 0])  # though nothing more comes
        assert gauges_of(tap, "receive_queue")[-1] == 0
        assert tap.gauges[-1][2] - read < 10 * INTERVAL_NS
        await asyncio.sleep(0)
