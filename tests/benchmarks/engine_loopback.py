"""How long is a round trip through a socket, with our `connect` and `serve` and with those of websockets?

An echo server and its client live on one asyncio loop; 200 B of JSON go there and back. Each package gets a
block of round trips in turns; the medians are compared, in wall time.
"""

from __future__ import annotations

import asyncio
import contextlib
from statistics import median
from time import perf_counter
from typing import Any

import websockets

import framescope
from benchmarks.engine_traffic import quotes

BLOCK = 200  # round trips


async def _echo(connection: Any) -> None:
    async for message in connection:
        await connection.send(message)


async def _round_trips(connection: Any, message: str, count: int) -> list[float]:
    times = []
    for _ in range(count):
        begun = perf_counter()
        await connection.send(message)
        await connection.recv()
        times.append(perf_counter() - begun)
    return times


async def _compare(rounds: int, compression: str | None) -> tuple[float, float]:
    message = quotes(1)[0].decode()
    times: tuple[list[float], list[float]] = ([], [])
    async with contextlib.AsyncExitStack() as stack:
        connections = []
        for package in (framescope, websockets):
            server = await stack.enter_async_context(package.serve(_echo, "127.0.0.1", 0, compression=compression))
            port = server.sockets[0].getsockname()[1]
            connections.append(
                await stack.enter_async_context(package.connect(f"ws://127.0.0.1:{port}", compression=compression))
            )
        for connection in connections:
            await _round_trips(connection, message, BLOCK)
        for number in range(2 * rounds):
            for place in (0, 1) if number % 2 else (1, 0):
                times[place].extend(await _round_trips(connections[place], message, BLOCK))
    return median(times[0]), median(times[1])


def compare(rounds: int, compression: str | None) -> tuple[float, float]:
    """Return the two medians (s): ours and theirs."""
    return asyncio.run(_compare(rounds, compression))
