"""V9: does every type that can be sent arrive just as it is, whatever lies around it in memory?"""

from __future__ import annotations

import array
from collections.abc import Callable
from typing import Any

import pytest

from framescope import connect, serve
from framescope.engine.frames import Frame, Opcode
from framescope.net.connection import ServerConnection
from helpers.loops import in_loop
from helpers.raw_peers import RecordingTap

DATA = bytes(range(100))
#: Views that do not lie in one piece, begin elsewhere, run backwards, or whose items are not bytes.
TYPES: dict[str, Callable[[], Any]] = {
    "bytes": lambda: DATA,
    "bytearray": lambda: bytearray(DATA),
    "view": lambda: memoryview(DATA),
    "view-of-every-second": lambda: memoryview(b"".join(bytes([byte, 255 - byte]) for byte in DATA))[::2],
    "view-from-the-middle": lambda: memoryview(b"secret" + DATA + b"secret")[6:-6],
    "view-backwards": lambda: memoryview(DATA[::-1])[::-1],
    "view-of-shorts": lambda: memoryview(array.array("H", DATA)),
    "view-of-two-dimensions": lambda: memoryview(DATA).cast("B", (10, 10)),
    "writable-view": lambda: memoryview(bytearray(DATA)),
}


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


@pytest.mark.parametrize("make", TYPES.values(), ids=TYPES)
@in_loop
async def test_payload(make: Callable[[], Any]) -> None:
    tap = RecordingTap()
    async with serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/", tap=tap) as connection:
            await connection.send(make())
            assert await connection.recv() == DATA
            await connection.send([make(), make()])
            assert await connection.recv() == DATA * 2
            await (await connection.ping(make()))
            await connection.pong(make())
    pongs = [frame.payload for frame in tap.of(Frame) if frame.opcode == Opcode.PONG]
    assert pongs == [DATA]
