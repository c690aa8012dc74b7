"""What does a very large message cost? A process of ours that is measured, and a raw peer of a few lines.

`python -m helpers.heavy_message ROLE WAY SIZE PORT` is ours: ROLE is client or server, WAY is in (receive) or out
(send). A server first prints its port. Then comes a JSON line: resident memory before and at most, seconds, CPU
seconds, and what was received. The peer is `stand_opposite`, for a thread of another process.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import random
import re
import socket
import struct
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from framescope.engine.handshake import accept_key
from framescope.engine.masking import apply_mask
from framescope.net.client import connect
from framescope.net.connection import Connection, ServerConnection
from framescope.net.server import serve

BLOCK = 1024 * 1024
MASK = b"\x37\xfa\x21\x3d"


def block(shape: str) -> bytes:
    """Return the 1 MiB of which a message is made."""
    if shape == "text":
        return ("x" + "aß漢😀-é" * (BLOCK // 13)).encode().ljust(BLOCK, b".")
    return random.Random(1).randbytes(BLOCK)


class Received(NamedTuple):
    """How much data came, and its CRC-32."""

    size: int
    check: int


def whole(shape: str, size: int) -> Received:
    """Say what a message of `size` B is."""
    check, data = 0, block(shape)
    for _ in range(size // BLOCK):
        check = zlib.crc32(data, check)
    return Received(size, check)


# The peer: blocking, raw, and in constant memory.


def stand_opposite(way: str, shape: str, size: int, *, port: int | None, told: Callable[[int], object]) -> Received:
    """Stand at the other end of ours; connect to `port`, or listen and tell the port.

    `shape`: fragments (of 1 MiB), frame (just one), or text (one frame of it).
    """
    if port is None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(20)
            told(listener.getsockname()[1])
            sock, _ = listener.accept()  # blocking, without that limit
    else:
        sock = socket.create_connection(("127.0.0.1", port))
    with sock:
        (open_as_server if port is None else open_as_client)(sock)
        if way == "in":
            pour(sock, shape, size, None if port is None else MASK)
        return swallow(sock)


def open_as_server(sock: socket.socket) -> None:
    head = read_head(sock)
    found = re.search(rb"(?i)sec-websocket-key: *(\S+)", head)
    assert found is not None
    answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    sock.sendall(f"{answer}Sec-WebSocket-Accept: {accept_key(found[1].decode())}\r\n\r\n".encode())


def open_as_client(sock: socket.socket, extensions: str = "") -> None:
    request = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    request += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    request += f"Sec-WebSocket-Extensions: {extensions}\r\n" if extensions else ""
    sock.sendall(f"{request}\r\n".encode())
    assert b" 101 " in read_head(sock)


def read_head(sock: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += sock.recv(1)
    return head


def pour(sock: socket.socket, shape: str, size: int, mask: bytes | None) -> None:
    """Send a message of `size` B. A mask fits every block alike: its length is a multiple of 4."""
    data = block(shape) if mask is None else apply_mask(block(shape), mask)
    count = size // BLOCK
    if shape != "fragments":
        sock.sendall(header(0x81 if shape == "text" else 0x82, size, mask))
    for number in range(count):
        if shape == "fragments":
            first = 0 if number else 0x02
            sock.sendall(header(first | (0x80 if number == count - 1 else 0), BLOCK, mask))
        sock.sendall(data)


def header(first: int, length: int, mask: bytes | None) -> bytes:
    return struct.pack(">BBQ", first, 127 | (0x80 if mask else 0), length) + (mask or b"")


def swallow(sock: socket.socket) -> Received:
    """Read frames until the Close."""
    size = check = 0
    with sock.makefile("rb", BLOCK) as stream:
        while True:
            first, second = read(stream, 2)
            length = second & 0x7F
            if length > 125:
                length = int.from_bytes(read(stream, 2 if length == 126 else 8))
            mask = read(stream, 4) if second & 0x80 else None
            payload = read(stream, length)
            if first == 0x88:
                return Received(size, check)
            payload = payload if mask is None else apply_mask(payload, mask)
            size, check = size + length, zlib.crc32(payload, check)


def read(stream: io.BufferedReader, size: int) -> bytes:
    data = stream.read(size)
    assert len(data) == size
    return data


# Ours.


async def ours(role: str, way: str, size: int, port: int) -> dict[str, Any]:
    """Receive or send one message of `size` B, and say what it took."""
    done: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    # The peer answers no pings, and a busy machine may take long.
    options: dict[str, Any] = {"max_size": None, "compression": None, "ping_interval": None}

    async def handle(connection: ServerConnection) -> None:
        done.set_result(await measured(connection, way, size))

    if role == "client":
        async with connect(f"ws://127.0.0.1:{port}/", **options) as connection:
            return await measured(connection, way, size)
    async with serve(handle, "127.0.0.1", 0, **options) as server:
        print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
        return await done


async def measured(connection: Connection, way: str, size: int) -> dict[str, Any]:
    before, started, cpu = rss_now_and_peak_from_now(), time.perf_counter(), time.process_time()
    check = total = 0
    if way == "in":
        async for piece in connection.recv_streaming():
            data = piece.encode() if isinstance(piece, str) else piece
            total += len(data)
            check = zlib.crc32(data, check)
    else:
        await connection.send(itertools.repeat(block("fragments"), size // BLOCK))
    cost = {"before": before, "peak": peak_rss()}
    cost |= {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    return {**cost, "received": Received(total, check)}


def rss_now_and_peak_from_now() -> int:
    """Return the resident memory in B; the peak begins anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak_rss()


def peak_rss() -> int:
    """Return the most resident memory in B."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) * 1024


if __name__ == "__main__":
    role_word, way_word, *numbers = sys.argv[1:]
    print(json.dumps(asyncio.run(ours(role_word, way_word, *map(int, numbers)))), flush=True)  # noqa: T201
