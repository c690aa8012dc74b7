"""Does the relay cut what is old, whatever passes, and what is idle, but not what talks?"""

from __future__ import annotations

import asyncio

import pytest

from helpers.loops import in_loop
from helpers.middlebox import Middlebox
from helpers.raw_peers import Peer, raw_server


async def talk(peer: Peer) -> None:
    while True:
        peer.writer.write(b".")
        await peer.writer.drain()
        await asyncio.sleep(0.01)


async def hush(peer: Peer) -> None:
    await peer.reader.read()


async def seconds_until_cut(middle: Middlebox) -> float:
    start = asyncio.get_running_loop().time()
    reader, writer = await asyncio.open_connection("127.0.0.1", middle.port)
    try:
        await reader.read()
        return asyncio.get_running_loop().time() - start
    finally:
        writer.close()
        await writer.wait_closed()


@in_loop
async def test_a_connection_that_talks_lives_as_long_as_it_may() -> None:
    async with raw_server(talk) as port, Middlebox(port, life=0.4, idle=0.2) as middle:
        assert await seconds_until_cut(middle) >= 0.4
        assert middle.cuts == 1


@in_loop
async def test_a_connection_without_a_life_is_cut_when_it_is_idle() -> None:
    async with raw_server(hush) as port, Middlebox(port, idle=0.2) as middle:
        assert await seconds_until_cut(middle) >= 0.2
        assert middle.cuts == 1


@in_loop
async def test_a_connection_that_talks_and_has_no_life_is_not_cut() -> None:
    async with raw_server(talk) as port, Middlebox(port, idle=0.2) as middle:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.6):
                await seconds_until_cut(middle)
        assert middle.cuts == 0
