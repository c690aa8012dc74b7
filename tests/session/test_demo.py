"""Is the demo feed lively and readable, and are its pongs slow in the promised pattern?"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from framescope.net.client import connect
from framescope.session import demo
from framescope.session.demo import PONGS, DemoFeed
from helpers.loops import in_loop


async def at_once(_seconds: float) -> None:
    """Stand in for sleep: the feed hurries."""
    await _sleep(0)


_sleep = asyncio.sleep


@in_loop
async def test_text_binary_and_a_fragmented_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "sleep", at_once)
    feed = DemoFeed(seed=1)
    kinds: set[str] = set()
    async with connect(await feed.start()) as connection:
        while kinds < {"tick", "book", "binary"}:
            message = await connection.recv()
            if isinstance(message, bytes):
                kinds.add("binary")
                assert 8_000 <= len(message) < 60_000
                continue
            content = json.loads(message)
            kinds.add(content["type"])
            if content["type"] == "tick":
                assert content["symbol"] in demo.SYMBOLS and content["ask"] > content["bid"]
            else:
                assert [len(level) for level in content["levels"]] == [60] * 4
    await feed.stop()


@in_loop
async def test_what_it_gets_is_acknowledged() -> None:
    feed = DemoFeed(seed=1)
    async with connect(await feed.start()) as connection:
        await connection.send("héllo")
        await connection.send(b"\x00")
        answers: list[Any] = []
        while len(answers) < 2:
            content = await connection.recv()
            answers += [json.loads(content)] if isinstance(content, str) and '"ack"' in content else []
    assert answers == [{"type": "ack", "got": "text", "bytes": 6}, {"type": "ack", "got": "binary", "bytes": 1}]
    await feed.stop()


def test_it_pings_every_three_seconds_and_every_fourth_pong_is_slow() -> None:
    assert demo.PING_INTERVAL == 3.0
    assert PONGS.pattern == (0.04, 0.04, 0.04, 1.8)


@in_loop
async def test_pongs_come_after_forty_milliseconds() -> None:
    feed = DemoFeed(seed=1)
    async with connect(await feed.start(), ping_interval=None) as connection:
        started = time.monotonic()
        await (await connection.ping())
        assert 0.04 <= time.monotonic() - started < 1.5
    await feed.stop()


@in_loop
async def test_stop_does_not_wait_long_for_a_silent_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "CLOSE_TIMEOUT", 0.05)
    feed = DemoFeed(seed=1)
    url = await feed.start()
    connection = await connect(url, ping_interval=None)
    connection.driver.pause_reading(True)
    started = time.monotonic()
    await feed.stop()
    assert time.monotonic() - started < 2
    connection.driver.abort()
    await connection.wait_closed()


@in_loop
async def test_stop_says_1001() -> None:
    feed = DemoFeed(seed=1)
    connection = await connect(await feed.start())
    await feed.stop()
    await connection.wait_closed()
    assert connection.close_code == 1001


@in_loop
async def test_a_taken_port_is_an_os_error() -> None:
    first, second = DemoFeed(), DemoFeed()
    url = await first.start()
    with pytest.raises(OSError):
        await second.start(int(url.split(":")[2].split("/")[0]))
    await second.stop()
    await first.stop()
