"""Does who waits for a stream get what comes, its end and its faults, and is nothing left on the loop?"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from framescope.net.dialogue import read, write
from framescope.net.streams import PlainStream
from helpers.loops import in_loop, leftovers
from helpers.raw_peers import reset


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[PlainStream, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        yield PlainStream(ours), theirs


@in_loop
async def test_what_comes_later_is_waited_for() -> None:
    async with pair() as (stream, peer):
        asyncio.get_running_loop().call_later(0.01, peer.send, b"hello")
        assert await read(stream) == b"hello"
        peer.send(b"at once")
        assert await read(stream) == b"at once"
        peer.close()
        assert await read(stream) == b""


@in_loop
async def test_write_waits_for_room() -> None:
    async with pair() as (stream, peer):
        data = bytes(range(256)) * 8192
        writing = asyncio.ensure_future(write(stream, data))
        received = bytearray()
        while len(received) < len(data):
            received += await asyncio.get_running_loop().sock_recv(peer, 65536)
        await writing
    assert received == data
    assert not stream.is_pending


@in_loop
async def test_cancelling_takes_the_registration_back() -> None:
    async with pair() as (stream, _peer):
        for work in (lambda: read(stream), lambda: write(stream, bytes(10_000_000))):
            task: asyncio.Future[object] = asyncio.ensure_future(work())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert "fd" in leftovers()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert "fd" not in leftovers()


@in_loop
async def test_fault_is_raised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = socket.create_connection(listener.getsockname())
        peer, _ = listener.accept()
    stream = PlainStream(sock)
    reset(peer)
    peer.close()
    with pytest.raises(ConnectionResetError):
        await read(stream)
    with pytest.raises(OSError, match=r"pipe|reset"):
        await write(stream, b"x")
    stream.close(is_abort=False)
