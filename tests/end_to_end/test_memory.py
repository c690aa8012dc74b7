"""What do a very large message and many idle connections cost in memory? Ours runs in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

import pytest

from helpers.heavy_message import Received, open_as_client, stand_opposite, whole
from helpers.source import PROJECT, TESTS

MIB = 1024 * 1024
SHAPES = [
    pytest.param(role, way, shape, id=f"{role}-{way}-{shape}")
    for role in ("client", "server")
    for way, shape in (("in", "fragments"), ("in", "frame"), ("in", "text"), ("out", "fragments"))
]


@contextlib.contextmanager
def process(*words: object) -> Iterator[subprocess.Popen[str]]:
    """Run a module of the helpers; end it with the block."""
    command = [sys.executable, "-m", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(PROJECT / "app")))}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def line_of(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline()


def cost_of_message(role: str, way: str, shape: str, size: int) -> dict[str, Any]:
    """Let ours, as `role`, receive or send a message of `size` B; see that it came whole, and return what it cost."""
    ours = "helpers.heavy_message", role, way, size
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(ThreadPoolExecutor(1))
        if role == "client":
            told: SimpleQueue[int] = SimpleQueue()
            received = peer.submit(stand_opposite, way, shape, size, port=None, told=told.put)
            child = stack.enter_context(process(*ours, told.get(timeout=10)))
        else:
            child = stack.enter_context(process(*ours, 0))
            port = int(line_of(child))
            received = peer.submit(stand_opposite, way, shape, size, port=port, told=print)
        cost: dict[str, Any] = json.loads(line_of(child))
        assert (received.result() if way == "out" else Received(*cost["received"])) == whole(shape, size)
    return cost


@pytest.mark.parametrize(("role", "way", "shape"), SHAPES)
def test_64_mib_cost_at_most_8_mib(role: str, way: str, shape: str) -> None:
    cost = cost_of_message(role, way, shape, 64 * MIB)
    assert cost["peak"] - cost["before"] <= 8 * MIB


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("role", "way", "shape"), SHAPES)
def test_1_gib_costs_at_most_128_mb_and_passes_at_150_mb_a_second(role: str, way: str, shape: str) -> None:
    cost = cost_of_message(role, way, shape, 1024 * MIB)
    assert cost["peak"] - cost["before"] <= 128_000_000
    assert 1024 * MIB / cost["cpu"] >= 150_000_000


def idle_cost(compression: str, count: int) -> float:
    """Return what each of `count` idle connections of a server of ours costs, in KiB."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(process("helpers.idle_server", compression))
        port = int(line_of(server))

        def connect() -> None:
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            open_as_client(sock, "" if compression == "plain" else "permessage-deflate; client_max_window_bits")

        def memory_with(connections: int) -> int:
            assert server.stdin is not None
            server.stdin.write(f"{connections}\n")
            server.stdin.flush()
            return int(line_of(server))

        for _ in range(10):  # what the first ones load stays
            connect()
        before = memory_with(10)
        for _ in range(count):
            connect()
        after = memory_with(10 + count)
    return (after - before) / count / 1024


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("compression", ["plain", "deflate"])
def test_a_thousand_idle_connections_cost_at_most_50_kib_each(compression: str) -> None:
    assert idle_cost(compression, 1000) <= 50
