"""Do messages and fragments go out one after the other, no faster than the peer takes them?"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets.exceptions

from framescope.engine.close import ConnectionClosedError
from framescope.net.client import connect
from helpers.joined import each_side, joined
from helpers.loops import in_loop, settled, until
from helpers.raw_peers import Peer, raw_server


@each_side
@in_loop
async def test_fragments_both_ways(side: str) -> None:
    async def pieces() -> AsyncIterator[str]:
        for piece in ("one", "", "three"):
            await asyncio.sleep(0)
            yield piece

    async with joined(side) as (ours, theirs):
        await ours.send(pieces())
        await ours.send([b"a", bytearray(b"b"), memoryview(b"c")])
        await ours.send([])
        assert [await theirs.recv(), await theirs.recv()] == ["onethree", b"abc"]
        await theirs.send(["x", "y"])
        assert [piece async for piece in ours.recv_streaming()] == ["x", "y", ""]


@each_side
@in_loop
async def test_send_waits_while_too_much_is_unwritten(side: str) -> None:
    async with joined(side, theirs={"max_queue": 1, "max_size": None}, compression=None) as (ours, theirs):

        async def flood() -> None:
            while True:
                await ours.send(bytes(1_000_000))

        flooding = asyncio.gather(flood())
        await until(lambda: ours.driver.engine.outbox.size)
        await settled(lambda: ours.driver.engine.outbox.size)
        stalled = ours.driver.engine.outbox.size
        assert 32_768 < stalled < 3_000_000
        flooding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await flooding
        theirs.transport.abort()
        with pytest.raises(ConnectionClosedError):
            await ours.send("the end")


@in_loop
async def test_end_wakes_a_sender_that_waits() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(0.1)
        peer.reset()

    async with raw_server(conduct) as port, connect(f"ws://127.0.0.1:{port}/", compression=None) as ours:
        with pytest.raises(ConnectionClosedError) as raised:
            await ours.send(bytes(40_000_000))
        assert str(raised.value) == "no close frame received or sent"
        assert isinstance(raised.value.__cause__, ConnectionResetError)


@each_side
@pytest.mark.parametrize("message", [["a", b"b"], [b"a", "b"], [1], 7, {"key": "value"}, None], ids=repr)
@in_loop
async def test_what_cannot_be_sent(side: str, message: Any) -> None:
    async with joined(side) as (ours, theirs):
        with pytest.raises(TypeError):
            await ours.send(message)
        if isinstance(message, list) and len(message) == 2:
            with pytest.raises(websockets.exceptions.ConnectionClosedError) as raised:
                await theirs.recv()
            assert str(raised.value).startswith("received 1011 (internal error) error in fragmented message")
        else:
            await ours.send("goes on")
            assert await theirs.recv() == "goes on"


@each_side
@in_loop
async def test_other_messages_wait_for_a_fragmented_one(side: str) -> None:
    async with joined(side) as (ours, theirs):
        go_on = asyncio.Event()

        async def pieces() -> AsyncIterator[str]:
            yield "first "
            await go_on.wait()
            yield "second"

        sending = asyncio.gather(ours.send(pieces()), ours.send("behind"), ours.send(["be", "hind"]))
        pong = await ours.ping()
        await pong  # a control frame passes
        go_on.set()
        await sending
        assert [await theirs.recv() for _ in range(3)] == ["first second", "behind", "behind"]


@each_side
@in_loop
async def test_close_inside_a_fragmented_message(side: str) -> None:
    async with joined(side) as (ours, theirs):

        async def endless() -> AsyncIterator[str]:
            yield "first"
            await asyncio.sleep(20)

        sending = asyncio.gather(ours.send(endless()))
        await until(lambda: ours.outlet.is_fragmenting)
        await ours.close()
        assert theirs.close_code == 1011 or await theirs.wait_closed() is None
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
        with pytest.raises(ConnectionClosedError, match="close during fragmented message"):
            await ours.recv()
