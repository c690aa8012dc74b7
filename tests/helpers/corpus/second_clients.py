"""Which connections of the second corpus have others opened to our server?"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from framescope.engine.close import ConnectionClosed
from framescope.net.connection import ServerConnection
from helpers.corpus.middle_boxes import haproxy, nginx
from helpers.corpus.middle_clients import SWALLOW, Conduct, hear, node_caller, page, when_open
from helpers.corpus.middle_clients import caller as middle_caller
from helpers.corpus.middle_programs import Program
from helpers.corpus.middle_serving import Handler, echo, serving
from helpers.corpus.second_steps import KEEPALIVE
from helpers.corpus.stage import Case, Stage
from helpers.source import TESTS

OFTEN: dict[str, Any] = {"ping_interval": 0.5, "ping_timeout": 2.0}
PATIENT: dict[str, Any] = {"close_timeout": 6.0}


async def caller(stage: Stage, order: str, url: str, **options: Any) -> Program:
    command = [sys.executable, "-m", "helpers.corpus.second_caller", order, url, json.dumps(options)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    return await stage.keep(functools.partial(Program, *command, env=environment))


def called(order: str, handler: Handler = echo, client: dict[str, Any] | None = None, **options: Any) -> Conduct:
    """Let a client connect, and do what the order says."""

    async def conduct(stage: Stage) -> int:
        place = await serving(stage, handler, **options)
        await caller(stage, order, place.url, **(client or {}))
        return await place.ended("/")

    return conduct


def by_node(order: str, handler: Handler = echo, library: str = "undici", **options: Any) -> Conduct:
    """Let a client of Node connect through nginx, and do what the order says."""

    async def conduct(stage: Stage) -> int:
        place = await serving(stage, handler, **options)
        front = await nginx(stage, place.port)
        await node_caller(stage, library, order, f"ws://127.0.0.1:{front.port}/")
        return await place.ended("/")

    return conduct


def on_a_slow_line(order: str, handler: Handler, rate: float, **options: Any) -> Conduct:
    async def conduct(stage: Stage) -> int:
        place = await serving(stage, handler, **options)
        await caller(stage, order, await stage.slow_line(place.port, rate))
        return await place.ended("/")

    return conduct


def done_to(act: Callable[[Program], object], *, resumed_after: float | None = None, **options: Any) -> Conduct:
    """Let a client of `websockets` hear our ticks; do something to its process."""

    async def conduct(stage: Stage) -> int:
        place = await serving(stage, ticking, **options)
        client = await caller(stage, "hear", place.url)
        number, _ = await place.opened("/")
        await stage.pinged(number)
        await asyncio.sleep(0.7)
        act(client)
        if resumed_after is not None:
            await asyncio.sleep(resumed_after)
            client.resume()
        return await stage.ended(number)

    return conduct


async def killed_in_silence(stage: Stage) -> int:
    """A client of aiohttp behind HAProxy is killed when all has been said."""
    place = await serving(stage, hear)
    front = await haproxy(stage, place.port)
    client = await middle_caller(stage, "aiohttp", "talk/0.2", f"ws://127.0.0.1:{front.port}/")
    number, _ = await place.opened("/")
    await asyncio.sleep(1.2)
    client.kill()
    return await stage.ended(number)


async def our_server_restarts(stage: Stage) -> int:
    """Our server ends in the middle of our messages."""
    place = await serving(stage, ticking, **PATIENT)
    await caller(stage, "hear", place.url)
    number, _ = await place.opened("/")
    await asyncio.sleep(1.0)
    place.server.close()
    return await stage.ended(number)


async def ticking(connection: ServerConnection) -> None:
    """Say a little, again and again."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await connection.send("tick")
            await asyncio.sleep(0.3)


def pouring(size: int, count: int | None = None) -> Handler:
    """Say much, when some pings have been answered."""

    async def handler(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await connection.recv()
            await asyncio.sleep(1.3)
            sent = 0
            while count is None or sent < count:
                await connection.send(bytes(size))
                sent += 1
            await hear(connection)

    return handler


async def closing_late(connection: ServerConnection) -> None:
    """Close with a code of our own after an answer."""
    await connection.send(await connection.recv())
    await asyncio.sleep(0.4)
    await connection.close(4005, "that was the last")


async def failing_late(connection: ServerConnection) -> None:
    """Fail after an answer, as a handler does that meets what it does not know."""
    await connection.send(await connection.recv())
    await asyncio.sleep(0.5)
    raise KeyError("a field that is not there")


BURST = "for (let n = 0; n < 200; n++) socket.send('point ' + n); setTimeout(() => socket.close(3700, 'drawn'), 300);"
BROWSER: Sequence[Case] = [
    Case("a page closes after a burst", "closed_by_peer", page(when_open(BURST)), "close_frames"),
    Case(
        "a page goes elsewhere in our ticks",
        "going_away",
        page(when_open("setTimeout(() => { location = 'about:blank'; }, 900);"), ticking),
        "close_frames",
    ),
]
ENDED: Sequence[Case] = [
    Case("a client closes with 4999", "closed_by_peer", called("close/4999/that is it"), "close_frames"),
    Case("a client restarts: 1012", "going_away", called("close/1012/update"), "close_frames"),
    Case("a client fails: 1011", "handler_failure", called("close/1011/out of memory"), "close_frames"),
    Case("undici closes with 4900 behind nginx", "closed_by_peer", by_node("close/4900"), "close_frames"),
    Case("ws closes without a body behind nginx", "closed_by_peer", by_node("close", library="ws"), "close_frames"),
    Case("we close with 4005 behind nginx", "closed_by_us", by_node("stay", closing_late, **PATIENT), "close_frames"),
    Case("our handler fails behind nginx", "own_failure", by_node("stay", failing_late, **PATIENT), "close_frames"),
    Case("our server ends in our ticks", "going_away_us", our_server_restarts, "close_frames"),
    Case(
        "we say too much for a client",
        "too_big_for_peer",
        called("hear", pouring(9000, 3), {"max_size": 5000}),
        "close_frames",
    ),
]
LOST: Sequence[Case] = [
    Case("a client of aiohttp killed in silence", "fin_by_peer", killed_in_silence, "fin"),
    Case("a client stands still in our ticks", "silence", done_to(Program.pause, **KEEPALIVE), "deadline"),
    Case(
        "a client stands still for a while in our ticks",
        "pong_late",
        done_to(Program.pause, resumed_after=4.0, **KEEPALIVE, **PATIENT),
        "deadline",
    ),
    Case("a client takes nothing", "peer_not_reading", called("deaf", pouring(40_000), **KEEPALIVE), "deadline"),
    Case(
        "much of ours on a slow line",
        "own_bulk",
        on_a_slow_line("hear", pouring(8_000, 12), 15_000, ping_interval=0.5, ping_timeout=1.0),
        "deadline",
    ),
    Case(
        "a client's flood on a slow line",
        "pong_behind_bulk",
        on_a_slow_line("flood/1.5", hear, 80_000, **OFTEN),
        "deadline",
    ),
    Case(
        "a client's keepalive in its silence",
        "peer_keepalive",
        called("hear", client={"ping_interval": 1.1, "ping_timeout": 1.4}, **SWALLOW),
    ),
]
CASES = [*BROWSER, *ENDED, *LOST]
