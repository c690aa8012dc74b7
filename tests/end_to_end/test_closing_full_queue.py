"""Does a connection close in order though its application has not taken what came before?"""

from __future__ import annotations

import asyncio

import pytest
import websockets.exceptions

from framescope import ConnectionClosedOK
from helpers.joined import each_side, joined
from helpers.loops import in_loop, until


@each_side
@in_loop
async def test_a_full_queue_does_not_hold_up_the_closing_handshake(side: str) -> None:
    """`websockets` waits for close_timeout here, and ends with 1006."""
    async with joined(side, max_queue=4, compression=None) as (ours, theirs):

        async def flood() -> None:
            for _ in range(1000):
                await theirs.send(bytes(10_000))

        flooding = asyncio.gather(flood(), return_exceptions=True)
        await until(lambda: ours.driver.is_reading_paused)
        async with asyncio.timeout(5):  # half of close_timeout
            await ours.close()
        assert (ours.close_code, str(ours.driver.engine.closure.exception())[:16]) == (1000, "sent 1000 (OK); ")
        assert isinstance((await flooding)[0], websockets.exceptions.ConnectionClosedOK)
        received = 0
        with pytest.raises(ConnectionClosedOK):
            while True:
                assert len(await ours.recv()) == 10_000
                received += 1
        assert received > 4


@each_side
@in_loop
async def test_the_peers_end_is_seen_behind_a_full_queue(side: str) -> None:
    async with joined(side, max_queue=4, compression=None) as (ours, theirs):
        for number in range(100):
            await theirs.send(str(number))
        await theirs.send("last")
        closing = asyncio.gather(theirs.close(1001, "away"))
        assert [message async for message in ours][-1] == "last"
        await closing
        assert ours.close_code == 1001
