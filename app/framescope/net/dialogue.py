"""How is a stream used before a driver has it? By whoever waits for each answer: TLS handshakes, proxies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from framescope.net.streams import Stream


async def read(stream: Stream) -> bytes:
    """Wait for what comes next; b"" at the stream's end. Raises OSError."""
    while (data := stream.read()) is None:
        loop = asyncio.get_running_loop()
        await _called(stream, loop.add_reader, loop.remove_reader)
    return data


async def write(stream: Stream, data: bytes) -> None:
    """Wait until the kernel has all of `data`. Raises OSError."""
    stream.put(data)
    stream.flush()
    while stream.is_pending:
        loop = asyncio.get_running_loop()
        await _called(stream, loop.add_writer, loop.remove_writer)
        stream.flush()


async def _called(stream: Stream, add: Callable[..., Any], remove: Callable[..., Any]) -> None:
    """Wait until the loop calls for the stream's socket."""
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tell() -> None:
        if not ready.done():
            ready.set_result(None)

    add(stream.sock, tell)
    try:
        await ready
    finally:
        remove(stream.sock)
