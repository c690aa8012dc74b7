"""Which connections of the second corpus end by what a real server, its process, its line, or we do?"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from typing import Any

from framescope.engine.errors import InvalidState
from framescope.engine.frames import Opcode
from framescope.engine.pongs import PongPolicy
from framescope.engine.state import State
from helpers.corpus.cut_steps import certificate, peer, through, uploading, visit
from helpers.corpus.middle_boxes import acting, at, haproxy, nginx
from helpers.corpus.middle_node import own, shared
from helpers.corpus.second_steps import KEEPALIVE, TARGET, Conduct, chat, received, secure, talk_on
from helpers.corpus.stage import Case, Stage
from helpers.loops import until
from helpers.peer_process import PeerProcess

APP = "application"
PACKED = {"compression": "deflate"}
OFTEN = {"ping_interval": 0.5, "ping_timeout": 2.0}


async def site(stage: Stage, **options: Any) -> tuple[PeerProcess, str]:
    """Start a server of the cut cases with TLS."""
    server_file, authority = certificate(stage.folder)
    return await peer(stage, "site", certificate=server_file, **options), authority


def told_to_end(code: int, reason: str) -> Conduct:
    """A service manager ends a server in the middle of our messages, under TLS, compressed."""

    async def conduct(stage: Stage) -> int:
        server, authority = await site(stage, close={"code": code, "reason": reason}, serve={"compression": "deflate"})
        number = await stage.opened(server.url("/take"), ca_file=authority, **PACKED)
        await chat(stage, number, *[0.2] * 5, payload=b"a measurement " * 50)
        server.ask_to_end()
        return await stage.ended(number)

    return conduct


def closed_by_node(code: str, **chosen: Any) -> Conduct:
    async def conduct(stage: Stage) -> int:
        server = await shared(stage, perMessageDeflate=True)
        return await stage.ended(stage.connect(server.url(f"/close/{code}"), **chosen))

    return conduct


async def closed_by_aiohttp(stage: Stage) -> int:
    """aiohttp behind HAProxy and a CONNECT proxy."""
    server = await peer(stage, APP)
    front = await haproxy(stage, server.port)
    proxy = await peer(stage, "proxy")
    url = f"ws://{TARGET}:{front.port}/ws/close/4408"
    return await stage.ended(through(stage, f"http://127.0.0.1:{proxy.port}", url))


async def raising_in_a_burst(stage: Stage) -> int:
    """The handler raises at the first of many messages, behind nginx."""
    server = await peer(stage, "site")
    number = await stage.opened(at((await nginx(stage, server.port)).port, "/raise"), ping_interval=1.0)
    await asyncio.sleep(1.3)
    for _ in range(20):
        stage.session.send(number, Opcode.BINARY, bytes(300))
    return await stage.ended(number)


async def failing_node(stage: Stage) -> int:
    """A handler that fails says why, compressed."""
    number = await stage.opened((await shared(stage, perMessageDeflate=True)).url("/fail"), **PACKED, **KEEPALIVE)
    await stage.pinged(number)
    stage.session.send(number, Opcode.TEXT, b"do it")
    return await stage.ended(number)


def we_close(code: int, *, feed: str = "/tick", **chosen: Any) -> Conduct:
    """We close in the middle of the peer's messages."""

    async def conduct(stage: Stage) -> int:
        number = await stage.opened((await acting(stage)).url(feed), **({"close_timeout": 3.0} | chosen))
        await received(stage, number, 20)
        stage.session.close(number, code, "enough")
        return await stage.ended(number)

    return conduct


def we_close_in_vain(code: int, *, turned: float | None = None) -> Conduct:
    """The person closes, and the peer's process stands still."""

    async def conduct(stage: Stage) -> int:
        server = await stage.peer("acting", serve={})
        number = await stage.opened(server.url(), close_timeout=1.5 if turned is None else 30.0)
        await chat(stage, number, 0.2, 0.3)
        await received(stage, number, 2)
        server.pause()
        await asyncio.sleep(0.3)
        stage.session.close(number, code, "I am off")
        if turned is not None:
            await asyncio.sleep(0.5)
            stage.session.turn(number, "close_timeout", turned)
        return await stage.ended(number)

    return conduct


async def haproxy_stopped(stage: Stage) -> int:
    """Questions and answers under TLS, through a HAProxy for TCP that stands still."""
    server, authority = await secure(stage)
    front = await haproxy(stage, server.port, mode="tcp")
    number = await stage.opened(f"wss://localhost:{front.port}/", ca_file=authority, **KEEPALIVE)
    talking = asyncio.ensure_future(talk_on(stage, number, 0.3))
    await asyncio.sleep(2.0)
    front.pause()
    return await talking


def pings_turned_on(*turns: tuple[str, float]) -> Conduct:
    """The peer stands still, nobody notices, and then the person turns knobs."""

    async def conduct(stage: Stage) -> int:
        server = await own(stage)
        number = await stage.opened(server.url(), ping_interval=1.0, ping_timeout=20.0)
        await stage.pinged(number)
        server.pause()
        await asyncio.sleep(0.4)
        for name, value in turns:
            stage.session.turn(number, name, value)
        return await stage.ended(number)

    return conduct


def blocked_under_tls(kind: str, path: str, **chosen: Any) -> Conduct:
    """The server's loop stands still for longer than a pong may take, and then goes on."""

    async def conduct(stage: Stage) -> int:
        server, authority = await secure(stage, kind)
        number = await stage.opened(server.url(path), ca_file=authority, close_timeout=6.0, **KEEPALIVE, **chosen)
        await stage.pinged(number)
        stage.session.send(number, Opcode.TEXT, b"a long computation")
        return await stage.ended(number)

    return conduct


async def node_resumed_too_late(stage: Stage) -> int:
    """A process that stands still for a while behind nginx, compressed."""
    server = await own(stage, perMessageDeflate=True)
    front = await nginx(stage, server.port)
    number = await stage.opened(at(front.port), close_timeout=6.0, **PACKED, **KEEPALIVE)
    await stage.pinged(number)
    server.pause()
    await until(lambda: stage.trace(number).story.state is not State.OPEN)
    await asyncio.sleep(0.8)
    server.resume()
    return await stage.ended(number)


async def node_without_pongs(stage: Stage) -> int:
    """Questions and answers, and no pong, behind HAProxy, compressed."""
    server = await own(stage, autoPong=False, perMessageDeflate=True)
    front = await haproxy(stage, server.port)
    number = await stage.opened(at(front.port), ping_interval=1.2, ping_timeout=1.8, **PACKED)
    return await talk_on(stage, number, 0.1, burst=2)


async def send_all(stage: Stage, number: int, size: int) -> int:
    """Send until our queue is full, or it is over."""
    with contextlib.suppress(InvalidState):
        while True:
            stage.session.send(number, Opcode.BINARY, bytes(size))
            await asyncio.sleep(0.002)
    return await stage.ended(number)


async def deaf_under_tls(stage: Stage) -> int:
    server, authority = await secure(stage)
    number = await stage.opened(server.url("/deaf"), ca_file=authority, **KEEPALIVE)
    await stage.pinged(number)
    return await send_all(stage, number, 200_000)


async def deaf_node_behind_haproxy(stage: Stage) -> int:
    front = await haproxy(stage, (await own(stage)).port)
    number = await stage.opened(at(front.port, "/pause"), ping_interval=2.5, ping_timeout=2.0)
    return await send_all(stage, number, 100_000)


async def stopped_in_a_large_message(stage: Stage) -> int:
    """aiohttp's process stands still while we send megabytes in a few messages."""
    server = await stage.peer("acting_aiohttp", serve={"max_msg_size": 0})
    number = await stage.opened(server.url(), **KEEPALIVE)
    await stage.pinged(number)
    return await uploading(stage, number, server.pause)


def upload_on_a_slow_line(rate: float, size: int, count: int, **chosen: Any) -> Conduct:
    async def conduct(stage: Stage) -> int:
        server, authority = await secure(stage)
        line = (await stage.slow_line(server.port, rate)).replace("ws://127.0.0.1", "wss://localhost")
        number = await stage.opened(f"{line}block/0", ca_file=authority, **chosen)
        await stage.pinged(number)
        for _ in range(count):
            stage.session.send(number, Opcode.BINARY, bytes(size))
        return await stage.ended(number)

    return conduct


async def download_on_a_slow_line(stage: Stage) -> int:
    """The server has far more to say than our line carries, under TLS."""
    server, authority = await secure(stage)
    line = (await stage.slow_line(server.port, 90_000)).replace("ws://127.0.0.1", "wss://localhost")
    number = await stage.opened(f"{line}feed", ca_file=authority, ping_interval=0.7, ping_timeout=2.0)
    await stage.pinged(number)
    stage.session.send(number, Opcode.TEXT, b"go on")
    return await stage.ended(number)


def paused_by_us(path: str, *, after: float) -> Conduct:
    """We stop reading, under TLS."""

    async def conduct(stage: Stage) -> int:
        server, authority = await secure(stage)
        number = await stage.opened(server.url(path), ca_file=authority, **KEEPALIVE)
        await stage.pinged(number)
        await asyncio.sleep(after)
        stage.session.pause_reading(number, is_paused=True)
        return await stage.ended(number)

    return conduct


def their_keepalive(kind: str, policy: PongPolicy, **serve: float) -> Conduct:
    """The peer's pings are not answered in time, under TLS; we ping, too, but aiohttp, for which that is life."""
    chosen = KEEPALIVE if kind == "acting" else {}

    async def conduct(stage: Stage) -> int:
        server, authority = await secure(stage, kind, serve=serve)
        number = stage.connect(server.url(), ca_file=authority, **chosen)
        stage.session.set_pong_policy(number, policy)
        return await stage.ended(number)

    return conduct


async def node_is_alive(stage: Stage) -> int:
    """Pongs that we begin to swallow after a while, behind HAProxy."""
    front = await haproxy(stage, (await own(stage, heartbeat=900)).port)
    number = await stage.opened(at(front.port))
    await asyncio.sleep(2.1)
    stage.session.set_pong_policy(number, PongPolicy("swallow"))
    return await stage.ended(number)


def done_to(act: Callable[[PeerProcess], object], path: str = "/", kind: str = "acting") -> Conduct:
    """Open through a CONNECT proxy and TLS, with pings and words, and do something to the server."""

    async def conduct(stage: Stage) -> int:
        server, authority = await secure(stage, kind)
        proxy = await peer(stage, "proxy")
        url = f"wss://{TARGET}:{server.port}{path}"
        number = through(stage, f"http://127.0.0.1:{proxy.port}", url, ca_file=authority, **OFTEN)
        await stage.pinged(number)
        act(server)
        return await stage.ended(number)

    return conduct


def signalled(number_of_signal: int, path: str = "/") -> Conduct:
    """A signal that it does not handle ends Node."""

    async def conduct(stage: Stage) -> int:
        server = await own(stage, perMessageDeflate=True)
        number = await stage.opened(server.url(path), **PACKED)
        await asyncio.sleep(1.0)
        server.signal(number_of_signal)
        return await stage.ended(number)

    return conduct


async def socks_proxy_killed(stage: Stage) -> int:
    """A SOCKS proxy's process ends between a question and an answer."""
    server = await peer(stage, APP)
    proxy = await peer(stage, "socks", reply=0)
    number = through(stage, f"socks5h://127.0.0.1:{proxy.port}", f"ws://{TARGET}:{server.port}/ws/", **OFTEN)
    await stage.pinged(number)
    await chat(stage, number, 0.2, 0.4)
    await asyncio.sleep(0.4)
    proxy.kill()
    return await stage.ended(number)


async def killed_after_its_close(stage: Stage) -> int:
    """Node closes, and is killed when the Close frames have been exchanged."""
    server = await own(stage)
    number = stage.connect(server.url("/close/4002"))
    await until(lambda: stage.trace(number).story.state not in (State.CONNECTING, State.OPEN), within=10)
    server.kill()
    return await stage.ended(number)


async def killed_with_unread_bytes(stage: Stage) -> int:
    """aiohttp under TLS stands still with questions unread, and is killed."""
    server, authority = await secure(stage, "acting_aiohttp")
    number = await stage.opened(server.url(), ca_file=authority)
    await chat(stage, number, 0.2)
    server.pause()
    await chat(stage, number, 0.3, 0.3, payload=bytes(4000))
    await asyncio.sleep(0.3)
    server.kill()
    return await stage.ended(number)


async def too_big_after_a_while(stage: Stage) -> int:
    """Messages grow until one is too big for Node behind nginx."""
    server = await own(stage, maxPayload=6000)
    number = await stage.opened(at((await nginx(stage, server.port)).port))
    for size in (1000, 3000, 5000, 7000):
        await chat(stage, number, 0.25, payload=bytes(size))
    return await stage.ended(number)


async def too_big_for_site(stage: Stage) -> int:
    server, authority = await site(stage, serve={"max_size": 4000})
    number = await stage.opened(server.url("/take"), ca_file=authority, ping_interval=1.0)
    await chat(stage, number, 0.4, 0.4, payload=bytes(3500))
    await chat(stage, number, 0.4, payload=bytes(45_000))
    return await stage.ended(number)


CLOSED: Sequence[Case] = [
    Case("websockets restarts: 1012", "going_away", told_to_end(1012, "new version"), "close_frames"),
    Case("websockets is too busy: 1013", "closed_by_peer", told_to_end(1013, "too many"), "close_frames"),
    Case("websockets ends with 3500", "closed_by_peer", told_to_end(3500, "the game is over"), "close_frames"),
    Case("ws closes with 1008", "closed_by_peer", closed_by_node("1008"), "close_frames"),
    Case("ws closes with 3003, compressed", "closed_by_peer", closed_by_node("3003", **PACKED), "close_frames"),
    Case("ws closes without a body, compressed", "closed_by_peer", closed_by_node("", **PACKED), "close_frames"),
    Case("aiohttp closes with 4408 behind two", "closed_by_peer", closed_by_aiohttp, "close_frames"),
    Case("a handler raises in our burst", "handler_failure", raising_in_a_burst),
    Case("a handler of ws says why, compressed", "handler_failure", failing_node, "close_frames"),
    Case("we close with 1000 in a feed", "closed_by_us", we_close(1000), "close_frames"),
    Case("we close with 3001 in a feed, with pings", "closed_by_us", we_close(3001, **KEEPALIVE), "close_frames"),
    Case("we close, and nobody answers", "closed_by_us", we_close_in_vain(1000), "deadline"),
    Case("we close, and lose patience", "closed_by_us", we_close_in_vain(4000, turned=1.2), "deadline"),
    Case("ws is killed after its Close", "closed_by_peer", killed_after_its_close, "close_frames"),
    Case("messages grow too big for ws", "too_big_for_peer", too_big_after_a_while),
    Case("a message too big under TLS", "too_big_for_peer", too_big_for_site),
    Case("ws says too much, compressed", "too_big", visit("site", "/send/90000", chosen={**PACKED, **KEEPALIVE})),
]
KEPT: Sequence[Case] = [
    Case("HAProxy stands still under TLS", "silence", haproxy_stopped, "deadline"),
    Case(
        "ws stands still, knobs are turned down",
        "silence",
        pings_turned_on(("ping_interval", 0.6), ("ping_timeout", 1.1)),
        "deadline",
    ),
    Case(
        "ws stands still, pings off and on",
        "silence",
        pings_turned_on(("ping_timeout", 0.9), ("ping_interval", 2.0), ("ping_interval", 1.3)),
        "deadline",
    ),
    Case("websockets computes for 3.2 s", "pong_late", blocked_under_tls("acting", "/block/3.2"), "deadline"),
    Case("ws stands still for a while behind nginx", "pong_late", node_resumed_too_late, "deadline"),
    Case("ws answers all but pings", "pong_never", node_without_pongs, "deadline"),
    Case("websockets takes nothing under TLS", "peer_not_reading", deaf_under_tls, "deadline"),
    Case("ws behind HAProxy takes nothing", "peer_not_reading", deaf_node_behind_haproxy, "deadline"),
    Case("aiohttp stands still in our upload", "peer_not_reading", stopped_in_a_large_message, "deadline"),
    Case(
        "many messages on a slow line",
        "own_bulk",
        upload_on_a_slow_line(15_000, 5_000, 16, ping_interval=0.5, ping_timeout=1.0),
        "deadline",
    ),
    Case(
        "one large message on a slow line",
        "own_bulk",
        upload_on_a_slow_line(16_000, 100_000, 1, ping_interval=0.9, ping_timeout=1.2),
        "deadline",
    ),
    Case("a download on a slow line under TLS", "pong_behind_bulk", download_on_a_slow_line, "deadline"),
    Case("we stop reading a feed", "own_unread", paused_by_us("/tick", after=0.7), "deadline"),
    Case("we stop reading a quiet line", "own_unread", paused_by_us("/", after=1.5), "deadline"),
    Case(
        "websockets' keepalive under TLS",
        "peer_keepalive",
        their_keepalive("acting", PongPolicy("swallow"), ping_interval=0.9, ping_timeout=1.3),
    ),
    Case(
        "our pongs too late for websockets under TLS",
        "peer_keepalive",
        their_keepalive("acting", PongPolicy("delay", 4.0), ping_interval=0.7, ping_timeout=1.0),
    ),
    Case(
        "aiohttp's heartbeat under TLS",
        "peer_keepalive",
        their_keepalive("acting_aiohttp", PongPolicy("swallow"), heartbeat=1.7),
    ),
    Case("ws' isAlive behind HAProxy, later", "peer_keepalive", node_is_alive),
]
LOST: Sequence[Case] = [
    Case("SIGINT for ws", "fin_by_peer", signalled(signal.SIGINT), "fin"),
    Case("kill -9 for ws in a feed, compressed", "fin_by_peer", signalled(signal.SIGKILL, "/tick"), "fin"),
    Case("kill -9 behind TLS and a proxy", "fin_by_peer", done_to(PeerProcess.kill), "fin"),
    Case("SIGTERM behind TLS and a proxy", "fin_by_peer", done_to(PeerProcess.ask_to_end, "/tick"), "fin"),
    Case("SIGSTOP behind TLS and a proxy", "silence", done_to(PeerProcess.pause, "/tick"), "deadline"),
    Case("a SOCKS proxy is killed", "fin_by_peer", socks_proxy_killed, "fin"),
    Case("kill -9 with questions unread under TLS", "rst_by_peer", killed_with_unread_bytes, "reset"),
]
CASES = [*CLOSED, *KEPT, *LOST]
