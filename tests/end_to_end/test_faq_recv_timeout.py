"""Does cancelling `recv` lose nothing wherever it waits: between fragments, as a message comes, as the end comes?"""

from __future__ import annotations

import asyncio
import itertools

import pytest

from framescope.engine.close import ConnectionClosed
from framescope.engine.frames import FIN, Opcode
from helpers.joined import each_side
from helpers.loops import in_loop
from helpers.turns import Turns, stepped

TURNS = 4  #: of the loop, from when bytes were sent until whoever waits for them has run, and some


def fragments(number: int, count: int) -> list[tuple[str, int]]:
    """Return the frames of a text of `count` fragments: each one's payload and first byte."""
    opcodes = [Opcode.TEXT, *[Opcode.CONTINUATION] * (count - 1)]
    firsts = [opcode | (FIN if place == count - 1 else 0) for place, opcode in enumerate(opcodes)]
    return [(f"{number}.{place} ", first) for place, first in enumerate(firsts)]


async def several(turns: Turns, count: int) -> None:
    for _ in range(count):
        await turns.next()


@each_side
@in_loop
async def test_recv_is_cancelled_at_every_place_of_a_fragmented_message(side: str) -> None:
    received, expected = [], []
    async with stepped(side) as (ours, send, turns):
        # After how many fragments, and how many turns after one was sent: before, with and after its arrival.
        places = [
            (count, before, delay) for count in (1, 2, 3) for before in range(count + 1) for delay in range(TURNS)
        ]
        for number, (count, before, delay) in enumerate(places):
            frames = fragments(number, count)
            expected.append("".join(text for text, _ in frames))
            receiving = asyncio.ensure_future(ours.recv())
            await several(turns, TURNS)
            for text, first in frames[:before]:
                send(text, first=first)
            send("", first=FIN | Opcode.PING)  # a control frame among the fragments wakes nobody
            await several(turns, delay)
            receiving.cancel()
            for text, first in frames[before:]:
                send(text, first=first)
            try:
                received.append(await receiving)
            except asyncio.CancelledError:
                received.append(await ours.recv())
    assert received == expected


@each_side
@in_loop
async def test_recv_is_cancelled_again_and_again_while_one_message_comes(side: str) -> None:
    async with stepped(side) as (ours, send, turns):
        frames = fragments(0, 20)
        for text, first in frames[:-1]:
            receiving = asyncio.ensure_future(ours.recv())
            send(text, first=first)
            await several(turns, TURNS)
            receiving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await receiving
        send(*frames[-1][:1], first=frames[-1][1])
        assert await ours.recv() == "".join(text for text, _ in frames)


@each_side
@in_loop
async def test_timeouts_inside_timeouts_lose_nothing(side: str) -> None:
    """wait_for inside asyncio.timeout: both limits expire before, with or after the message, in any order."""
    received = []
    places = list(itertools.product(range(4), repeat=3))
    async with stepped(side) as (ours, send, turns):

        async def receive(inner: int, outer: int) -> object:
            async with asyncio.timeout(turns.length * outer):
                return await asyncio.wait_for(ours.recv(), turns.length * inner)

        for number, (leaves, inner, outer) in enumerate(places):
            receiving = asyncio.ensure_future(receive(inner, outer))
            for turn in range(TURNS + 1):
                if turn == leaves:
                    send(str(number))
                await turns.next()
            try:
                received.append(await receiving)
            except TimeoutError:
                received.append(await ours.recv())
    assert received == [str(number) for number in range(len(places))]


@each_side
@pytest.mark.parametrize("delay", range(TURNS))
@in_loop
async def test_recv_that_is_cancelled_as_the_end_comes_takes_neither_messages_nor_the_end(
    side: str, delay: int
) -> None:
    messages = []
    async with stepped(side) as (ours, send, turns):
        receiving = asyncio.ensure_future(ours.recv())
        await several(turns, TURNS)
        send("the last")
        send("", first=FIN | Opcode.CLOSE)
        await several(turns, delay)
        receiving.cancel()
        try:
            messages.append(await receiving)
        except asyncio.CancelledError:
            messages.append(await ours.recv())
        turns.release()  # the peer keeps TCP open: close_timeout ends it
        for _ in range(2):
            with pytest.raises(ConnectionClosed, match=r"^received 1005"):
                await ours.recv()
    assert messages == ["the last"]


@each_side
@in_loop
async def test_recv_streaming_that_is_cancelled_before_its_first_piece_loses_nothing(side: str) -> None:
    async with stepped(side) as (ours, send, turns):
        frames = fragments(0, 3)
        for delay in range(TURNS):
            pieces = ours.recv_streaming()
            receiving: asyncio.Future[str | bytes] = asyncio.ensure_future(anext(pieces))  # type: ignore[arg-type]
            await several(turns, delay)
            receiving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await receiving
        for text, first in frames:
            send(text, first=first)
        assert [piece async for piece in ours.recv_streaming()] == [text for text, _ in frames]
