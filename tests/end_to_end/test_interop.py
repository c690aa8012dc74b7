"""Do our client and server understand everybody else's? `websockets`, `aiohttp`, Node's ws and undici, and Chromium."""

from __future__ import annotations

import asyncio
import functools
import os
import random
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from framescope.engine.deflate import DeflateOffer
from framescope.net.connection import Connection
from helpers.meetings import FrameTap, Meeting, agreed, order, our_client, our_server
from helpers.node_peers import missing

SIZES = (0, 125, 126, 65_535, 65_536)  # B: where a frame's header changes its form (RFC 6455 5.2)
LARGE = 16 * 1024 * 1024
FRAGMENT = 1000
#: What our side offers or prefers; the peer's side is told the same, as far as it can be told.
PAIRS = {
    "plain": None,
    "15-15": DeflateOffer(),
    "9-9": DeflateOffer(server_max_window_bits=9, client_max_window_bits=9),
    "server-resets": DeflateOffer(server_no_context_takeover=True),
    "client-resets-11": DeflateOffer(client_no_context_takeover=True, client_max_window_bits=11),
}
#: What both then agree on, as it stands in the response.
AGREED = {
    "plain": "",
    "15-15": "permessage-deflate",
    "9-9": "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9",
    "server-resets": "permessage-deflate; server_no_context_takeover",
    "client-resets-11": "permessage-deflate; client_no_context_takeover; client_max_window_bits=11",
}
#: The server of aiohttp takes no heed of what is offered for the client; we keep to what we offered all the same.
AGREED_BY_AIOHTTP = {
    **AGREED,
    "9-9": "permessage-deflate; server_max_window_bits=9",
    "client-resets-11": "permessage-deflate",
}
OURS = {"client": ("websockets", "aiohttp", "ws"), "server": ("websockets", "aiohttp", "ws", "undici", "chromium")}
NO_FRAGMENTS = ("aiohttp", "undici", "chromium")  # nothing in their interfaces sends a fragment
NO_PINGS = ("undici", "chromium")  # nor, here, a ping; they answer ours
NO_DEFLATE = ("undici",)  # inflates, and sends everything as it is
BROWSERS = ("undici", "chromium")  # their interface closes with 1000 and 3000 to 4999 only

is_complete = os.environ.get("FRAMESCOPE_ALL_PEERS") == "1"  # set by packaging/test --long, which installed them


def matrix(*peers: str) -> list[Any]:
    return [
        pytest.param(ours, peer, pair, id=f"our_{ours}-{peer}-{pair}")
        for ours in OURS
        for peer in OURS[ours]
        for pair in PAIRS
        if peer in peers
    ]


def texts_and_bytes(size: int, seed: int = 1) -> tuple[str, bytes]:
    """Make data of `size` B that refers back over every distance a window has."""
    chance = random.Random(seed)
    pieces = [chance.randbytes(300) for _ in range(80)]
    binary = b"".join(chance.choice(pieces) for _ in range(size // 300 + 1))[:size]
    words = ["".join(chance.choices('abcXYZ 019"\\\tß°Ж€漢😀', k=100)) for _ in range(80)]
    text = "".join(chance.choice(words) for _ in range(size // 100 + 1)).encode()[:size].decode(errors="ignore")
    return text + "." * (size - len(text.encode())), binary


def run(ours: str, peer: str, pair: str, folder: Path, act: Callable[[Meeting], Coroutine[Any, Any, None]]) -> None:
    lack = missing(peer) if peer in ("ws", "undici", "chromium") else ""
    if lack and not is_complete:
        pytest.skip(lack)
    assert not lack

    async def bounded() -> None:
        deflate = PAIRS[pair]
        async with asyncio.timeout(50):
            meeting = our_client(peer, deflate) if ours == "client" else our_server(peer, deflate, folder)
            async with meeting as met:
                await act(met)

    asyncio.run(bounded())


def tap_of(connection: Connection) -> FrameTap:
    assert isinstance(connection.driver.tap, FrameTap)
    return connection.driver.tap


async def echoed(connection: Connection, data: str | bytes) -> None:
    await connection.send(data)
    back = await connection.recv()
    assert type(back) is type(data)
    assert back == data


async def one_cell(meeting: Meeting, ours: str, peer: str, pair: str) -> None:
    async with meeting.next() as (connection, before):
        assert before is None
        answers = AGREED_BY_AIOHTTP if (ours, peer) == ("client", "aiohttp") else AGREED
        assert agreed(connection) == answers[pair]
        await every_size_comes_back(connection)
        await fragments_come_back(connection, can_send=peer not in NO_FRAGMENTS)
        tap = tap_of(connection)
        assert (tap.compressed > 2 * len(SIZES)) == (pair != "plain" and peer not in NO_DEFLATE)
        await pings_are_answered(connection, can_ping=peer not in NO_PINGS)
    await close_codes_are_told(meeting, peer)


async def every_size_comes_back(connection: Connection) -> None:
    for size in SIZES:
        text, binary = texts_and_bytes(size)
        await echoed(connection, text)
        await echoed(connection, binary)


async def fragments_come_back(connection: Connection, *, can_send: bool) -> None:
    """Send fragments, and let the peer send some."""
    text, binary = texts_and_bytes(SIZES[-1])
    if can_send:
        await order(connection, "fragments", size=FRAGMENT)
    for whole in (text, binary):
        frames = len(tap_of(connection).firsts)
        await connection.send([whole[start : start + FRAGMENT] for start in range(0, len(whole), FRAGMENT)])
        pieces = [piece async for piece in connection.recv_streaming()]
        assert whole[:0].join(pieces) == whole
        count = len(tap_of(connection).firsts) - frames
        assert count >= len(whole) // FRAGMENT if can_send else count >= 1


async def pings_are_answered(connection: Connection, *, can_ping: bool) -> None:
    await (await connection.ping(b"p" * 125))
    assert 0 < connection.latency < 10
    if can_ping:
        await order(connection, "ping", data="äther")
        assert await connection.recv() == "pong:äther"


async def close_codes_are_told(meeting: Meeting, peer: str) -> None:
    """Both ways: what we say the peer hears, and the other way round."""
    codes = (1000, 3000, 4999) if peer in BROWSERS else (1000, 1001, 1011, 3000, 4999)
    for code in codes:
        async with meeting.next() as (connection, _):
            await connection.close(code, f"wir {code} €")
            assert connection.close_code == (1000 if peer == "aiohttp" else code)  # it answers them all so
        async with meeting.next() as (connection, before):
            assert before is not None
            assert (before["code"], before["reason"]) == (code, f"wir {code} €")
            await order(connection, "close", code=code, reason=f"ihr {code} €")
            await connection.wait_closed()
            assert (connection.close_code, connection.close_reason) == (code, f"ihr {code} €")
    async with meeting.next() as (connection, before):
        assert before is not None
        assert before["code"] == codes[-1]
        await order(connection, "stop")


async def sixteen_mib_come_back(meeting: Meeting) -> None:
    _, binary = texts_and_bytes(LARGE)
    async with meeting.next() as (connection, _):
        await order(connection, "stop")
        receiving = asyncio.ensure_future(connection.recv())
        await connection.send(binary)
        assert await receiving == binary


@pytest.mark.parametrize(("ours", "peer", "pair"), matrix("websockets", "aiohttp"))
def test_python_peers_and_ours_understand_each_other(ours: str, peer: str, pair: str, tmp_path: Path) -> None:
    run(ours, peer, pair, tmp_path, functools.partial(one_cell, ours=ours, peer=peer, pair=pair))


@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("ours", "peer", "pair"), matrix("ws", "undici", "chromium"))
def test_node_and_chromium_and_ours_understand_each_other(ours: str, peer: str, pair: str, tmp_path: Path) -> None:
    run(ours, peer, pair, tmp_path, functools.partial(one_cell, ours=ours, peer=peer, pair=pair))


@pytest.mark.long
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("ours", "peer", "pair"), matrix("websockets", "aiohttp", "ws", "undici", "chromium"))
def test_sixteen_mib_come_back(ours: str, peer: str, pair: str, tmp_path: Path) -> None:
    run(ours, peer, pair, tmp_path, sixteen_mib_come_back)
