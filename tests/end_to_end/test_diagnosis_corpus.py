"""Is the first cause the right one for connections that really ended so, and is strong never wrong?

`pytest -s` shows the table of expected and first causes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from framescope.analysis.diagnosis.verdict import Cause, Diagnosis, Strength
from framescope.engine.frames import FIN, Opcode, serialise
from framescope.engine.pongs import PongPolicy
from helpers.corpus.stage import LARGEST_MESSAGE, MORE_TRIES, Case, Judgement, Stage, confusion_table, hold, judged
from helpers.loops import in_loop, until
from helpers.raw_peers import Peer, free_port

Conduct = Callable[[Stage], Awaitable[int]]
QUICK: dict[str, float] = {"ping_interval": 0.3, "ping_timeout": 0.3}
BUSY: dict[str, float] = {"ping_interval": 0.2, "ping_timeout": 0.6}
RATE = 50_000  #: B/s of a slow line
PEER_MAX_SIZE = 2000


def visit(path: str, kind: str = "acting") -> Conduct:
    """Connect, and let the peer do what the path says."""

    async def conduct(stage: Stage) -> int:
        peer = await stage.shared(kind, serve={"max_size": PEER_MAX_SIZE} if kind == "acting" else {})
        return await stage.ended(stage.connect(peer.url(path)))

    return conduct


def raw(act: Callable[[Peer], Awaitable[object]], **chosen: float) -> Conduct:
    """Connect to a server that does by hand what no library does."""

    async def conduct(stage: Stage) -> int:
        return await stage.ended(stage.connect(await stage.raw(act), **chosen))

    return conduct


async def closed_by_us(stage: Stage) -> int:
    number = await stage.opened((await stage.shared("acting", serve={"max_size": PEER_MAX_SIZE})).url())
    stage.session.close(number, 1000, "done")
    return await stage.ended(number)


async def killed(stage: Stage) -> int:
    peer = await stage.peer("acting", serve={})
    number = await stage.opened(peer.url())
    peer.kill()
    return await stage.ended(number)


async def stopped(stage: Stage) -> int:
    peer = await stage.peer("acting", serve={})
    number = await stage.opened(peer.url(), **QUICK)
    peer.pause()
    return await stage.ended(number)


async def too_big_for_the_peer(stage: Stage) -> int:
    number = await stage.opened((await stage.shared("acting", serve={"max_size": PEER_MAX_SIZE})).url())
    stage.session.send(number, Opcode.BINARY, bytes(PEER_MAX_SIZE + 1))
    return await stage.ended(number)


async def refused_by_status(stage: Stage) -> int:
    return await stage.ended(stage.connect((await stage.peer("http")).url("/403")))


async def refused_by_tcp(stage: Stage) -> int:
    return await stage.ended(stage.connect(f"ws://127.0.0.1:{free_port()}/"))


async def silent_server(stage: Stage) -> int:
    return await stage.ended(stage.connect((await stage.peer("silent")).url(), open_timeout=0.3))


def idle(seconds: float, *, talk: float) -> Conduct:
    """Say something after `talk` s; the middlebox cuts when nothing has passed for `seconds`."""

    async def conduct(stage: Stage) -> int:
        if "idle" not in stage.addresses:
            port = (await stage.shared("acting", serve={"max_size": PEER_MAX_SIZE})).port
            stage.addresses["idle"] = f"ws://127.0.0.1:{(await stage.middlebox(port, seconds)).port}/"
        number = await stage.opened(stage.addresses["idle"])
        await asyncio.sleep(talk)
        stage.session.send(number, Opcode.TEXT, b"hello")
        return await stage.ended(number)

    return conduct


def swallowed(kind: str, **serve: float) -> Conduct:
    """Answer no ping of a peer that wants an answer."""

    async def conduct(stage: Stage) -> int:
        peer = await stage.peer(kind, serve=serve)
        number = stage.connect(peer.url())
        stage.session.set_pong_policy(number, PongPolicy("swallow"))
        return await stage.ended(number)

    return conduct


async def invalid_text(peer: Peer) -> None:
    await peer.upgrade()
    peer.frame(Opcode.TEXT, b"\xc3\x28")
    await peer.reader.read()


async def reset(peer: Peer) -> None:
    await peer.upgrade()
    peer.reset()


async def wrong_accept(peer: Peer) -> None:
    await peer.request()
    peer.writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"
    )
    await peer.reader.read()


async def late_pong(peer: Peer) -> None:
    """Answer the first ping at once, the second after half a second."""
    await peer.upgrade()
    for delay in (0.0, 0.5):
        head = await peer.reader.readexactly(6)
        key, payload = head[2:], await peer.reader.readexactly(head[1] & 0x7F)
        await asyncio.sleep(delay)
        plain = bytes(byte ^ key[place % 4] for place, byte in enumerate(payload))
        peer.writer.write(serialise(FIN | Opcode.PONG, plain, None))
    await peer.reader.read()


async def no_pongs_but_data(peer: Peer) -> None:
    """Go on talking, read everything, and answer nothing."""
    await peer.upgrade()
    while True:
        peer.frame(Opcode.TEXT, b"tick")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                if not await peer.reader.read(4096):
                    return


async def bulk_on_a_slow_line(stage: Stage) -> int:
    peer = await stage.peer("acting", serve={})
    number = await stage.opened(await stage.slow_line(peer.port, RATE) + "feed", **BUSY)
    await stage.pinged(number)
    stage.session.send(number, Opcode.TEXT, b"go on")
    return await stage.ended(number)


async def upload_on_a_slow_line(stage: Stage) -> int:
    peer = await stage.peer("acting", serve={})
    line = await stage.slow_line(peer.port, 2 * RATE, held=1_000_000)
    number = await stage.opened(f"{line}block/0", **BUSY | {"close_timeout": 5.0})
    await stage.pinged(number)
    for _ in range(4):
        stage.session.send(number, Opcode.BINARY, bytes(65_536))
    return await stage.ended(number)


async def deaf(stage: Stage) -> int:
    """The peer takes no message, and we send until nothing more leaves."""
    peer = await stage.peer("acting", serve={})
    number = await stage.opened(peer.url("/deaf"), **BUSY)
    await stage.pinged(number)
    return await stage.talked(number, Opcode.BINARY, bytes(65_536), every=0.002)


async def stopped_in_a_feed(stage: Stage) -> int:
    peer = await stage.peer("acting", serve={})
    number = await stage.opened(peer.url("/tick"), **BUSY)
    await stage.pinged(number)
    peer.pause()
    return await stage.ended(number)


async def stalled_in_a_feed(stage: Stage) -> int:
    peer = await stage.peer("acting", serve={})
    middle = await stage.middlebox(peer.port)
    number = await stage.opened(f"ws://127.0.0.1:{middle.port}/tick", **BUSY)
    await stage.pinged(number)
    middle.stall()
    return await stage.ended(number)


async def blocked_handler(stage: Stage) -> int:
    peer = await stage.peer("acting", serve={})
    number = await stage.opened(peer.url("/block/1.2"), **BUSY | {"close_timeout": 2.0})
    await stage.pinged(number)
    stage.session.send(number, Opcode.TEXT, b"stand still")
    return await stage.ended(number)


async def paused(stage: Stage) -> int:
    """We leave the socket unread, and what the peer says fills our buffer."""
    peer = await stage.peer("acting", serve={})
    number = await stage.opened(peer.url("/tick"), **BUSY)
    await stage.pinged(number)
    stage.session.pause_reading(number, is_paused=True)
    return await stage.ended(number)


async def killed_with_unread_bytes(stage: Stage) -> int:
    peer = await stage.peer("acting", serve={})
    number = await stage.opened(peer.url())
    peer.pause()
    stage.session.send(number, Opcode.TEXT, b"unread")
    await until(lambda: stage.trace(number).story.totals.sent_frames)
    peer.kill()
    return await stage.ended(number)


CASES = [
    Case("we close", "closed_by_us", closed_by_us),
    Case("websockets closes", "closed_by_peer", visit("/close/1000")),
    Case("aiohttp closes", "closed_by_peer", visit("/close/1000", "acting_aiohttp")),
    Case("websockets closes with a code of its own", "closed_by_peer", visit("/close/4001")),
    Case("websockets goes away", "going_away", visit("/close/1001")),
    Case("aiohttp goes away", "going_away", visit("/close/1001", "acting_aiohttp")),
    Case("a handler of websockets raises", "handler_failure", visit("/raise")),
    Case("kill -9", "fin_by_peer", killed),
    Case("SIGSTOP", "silence", stopped),
    Case("message too big for us", "too_big", visit(f"/send/{LARGEST_MESSAGE + 1}")),
    Case("message too big for websockets", "too_big_for_peer", too_big_for_the_peer),
    Case("403", "refused_status", refused_by_status),
    Case("nobody listens", "failed_tcp", refused_by_tcp),
    Case("a silent server", "open_upgrade", silent_server),
    Case("a wrong Sec-WebSocket-Accept", "refused_header", raw(wrong_accept)),
    Case("invalid UTF-8", "violation_by_peer", raw(invalid_text)),
    Case("RST", "rst_by_peer", raw(reset)),
    Case("a late pong", "pong_late", raw(late_pong, **QUICK)),
    Case("data and no pong", "pong_never", raw(no_pongs_but_data, **QUICK)),
    Case("idle", "idle_timer", idle(1.2, talk=0.0)),
    Case("idle, later", "idle_timer", idle(1.2, talk=0.6)),
    Case("websockets' keepalive", "peer_keepalive", swallowed("acting", ping_interval=0.3, ping_timeout=0.4)),
    Case("aiohttp's heartbeat", "peer_keepalive", swallowed("acting_aiohttp", heartbeat=0.8)),
]


BUSY_CASES = [
    Case("bulk on a slow line", "pong_behind_bulk", bulk_on_a_slow_line),
    Case("upload on a slow line", "own_bulk", upload_on_a_slow_line),
    Case("a peer that takes nothing", "peer_not_reading", deaf),
    Case("SIGSTOP in a feed", "silence", stopped_in_a_feed),
    Case("a middlebox that swallows all in a feed", "silence", stalled_in_a_feed),
    Case("a handler that blocks its loop", "pong_late", blocked_handler),
    Case("reading paused", "own_unread", paused),
    Case("kill -9 with bytes unread", "rst_by_peer", killed_with_unread_bytes),
]


@in_loop
async def test_a_corpus_of_quick_ends(tmp_path: Path) -> None:
    hold(await judged(CASES, tmp_path))


@in_loop
async def test_a_corpus_of_ends_in_the_middle_of_traffic(tmp_path: Path) -> None:
    hold(await judged(BUSY_CASES, tmp_path))


@in_loop
async def test_a_case_that_does_not_end_as_staged_is_played_again_and_then_told(tmp_path: Path) -> None:
    played = []

    async def refused(stage: Stage) -> int:
        played.append(await refused_by_tcp(stage))
        return played[-1]

    with pytest.raises(AssertionError, match="a case: refused, not fin"):
        await judged([Case("a case", "fin_by_peer", refused, "fin"), Case("other", "failed_tcp", refused)], tmp_path)
    assert len(played) == 2 + MORE_TRIES


def test_the_table_tells_what_is_wrong() -> None:
    found = Diagnosis("", "", "", (), (Cause("silence", "Silence", Strength.STRONG, "3 s"),), (), (), ())
    right, wrong = Judgement("one", "silence", found), Judgement("two", "pong_late", found)
    assert (right.is_right, right.wrongly_strong, wrong.is_right, wrong.wrongly_strong) == (
        True,
        [],
        False,
        ["silence"],
    )
    table = confusion_table([right, wrong])
    assert "pong_late           silence             strong        1  WRONG" in table
    assert "1 of 2 right (50.0%); 1 wrongly strong" in table
    assert "two: expected pong_late\n    silence strong: Silence. 3 s" in table
