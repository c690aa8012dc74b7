"""Which connections of the corpus end by what a server of `websockets` or `aiohttp` does, or by its process?"""

from __future__ import annotations

import asyncio
from typing import Any

from framescope.engine.frames import Opcode
from framescope.engine.pongs import PongPolicy
from framescope.engine.state import State
from helpers.corpus.cut_steps import QUICK, Conduct, peer, uploading, visit
from helpers.corpus.stage import LARGEST_MESSAGE, Case, Stage
from helpers.loops import until

PATIENT = {"ping_interval": 0.3, "ping_timeout": 0.6, "close_timeout": 3.0}
APP = "application"
MAX_SIZE = 3000


def told_to_end(kind: str, path: str = "/", **options: Any) -> Conduct:
    """A service manager ends the server in order."""

    async def conduct(stage: Stage) -> int:
        server = await peer(stage, kind, **options)
        number = await stage.opened(server.url(path))
        server.ask_to_end()
        return await stage.ended(number)

    return conduct


def oversized(kind: str, path: str, *, chosen: dict[str, Any] | None = None, **serve: Any) -> Conduct:
    """We send more than the server takes."""

    async def conduct(stage: Stage) -> int:
        server = await peer(stage, kind, serve=serve)
        number = await stage.opened(server.url(path), **(chosen or {}))
        stage.session.send(number, Opcode.BINARY, bytes(MAX_SIZE + 1))
        return await stage.ended(number)

    return conduct


def continued_too_late(kind: str) -> Conduct:
    """The peer's process stands still, and goes on once we have given up; its pong comes then."""

    async def conduct(stage: Stage) -> int:
        server = await stage.peer(kind, serve={})
        number = await stage.opened(server.url(), **PATIENT)
        await stage.pinged(number)
        server.pause()
        await until(lambda: stage.trace(number).story.state is not State.OPEN)
        await asyncio.sleep(0.4)
        server.resume()
        return await stage.ended(number)

    return conduct


def killed(kind: str) -> Conduct:
    async def conduct(stage: Stage) -> int:
        server = await stage.peer(kind, serve={})
        number = await stage.opened(server.url(), **QUICK)
        await stage.pinged(number)
        server.kill()
        return await stage.ended(number)

    return conduct


async def stopped_in_our_upload(stage: Stage) -> int:
    """The peer's process stands still: its kernel takes what it has room for, and then nothing."""
    server = await stage.peer("acting", serve={})
    number = await stage.opened(server.url("/block/0"), **QUICK)
    await stage.pinged(number)
    return await uploading(stage, number, server.pause)


async def stopped_aiohttp(stage: Stage) -> int:
    server = await stage.peer("acting_aiohttp", serve={})
    number = await stage.opened(server.url(), **QUICK)
    await stage.pinged(number)
    server.pause()
    return await stage.ended(number)


async def slow_handler(stage: Stage) -> int:
    """The handler takes a message each 20 s: its queue is full, and `websockets` stops reading."""
    server = await peer(stage, "site")
    number = await stage.opened(server.url("/slow"), **QUICK)
    await stage.pinged(number)
    return await uploading(stage, number, lambda: None)


def late_pongs(kind: str, delay: float, **serve: float) -> Conduct:
    """We answer the pings of the peer too late for it."""

    async def conduct(stage: Stage) -> int:
        server = await stage.peer(kind, serve=serve)
        number = stage.connect(server.url())
        stage.session.set_pong_policy(number, PongPolicy("delay", delay))
        return await stage.ended(number)

    return conduct


async def silent_about_pings(stage: Stage) -> int:
    """aiohttp without `autoping`, in a handler that passes over what it does not know."""
    number = await stage.opened((await peer(stage, APP)).url("/ws/mute"), **QUICK)
    return await stage.ended(number)


async def a_protocol_that_was_not_offered(stage: Stage) -> int:
    server = await peer(stage, "site", serve={"subprotocols": ["chat.v2"]}, picks="chat.v2")
    return await stage.ended(stage.connect(server.url(), subprotocols=["chat.v1"]))


async def no_common_protocol(stage: Stage) -> int:
    server = await peer(stage, "site", serve={"subprotocols": ["chat.v2"]})
    return await stage.ended(stage.connect(server.url(), subprotocols=["chat.v1"]))


async def given_up(stage: Stage) -> int:
    """The person closes while the server has not answered yet."""
    number = stage.connect((await peer(stage, APP)).url("/ws/late/20"))
    await until(lambda: any(mark.phase.name == "UPGRADE" for mark in stage.trace(number).story.phases))
    stage.session.close(number, 1000, "")
    return await stage.ended(number)


TOO_BIG = str(LARGEST_MESSAGE + 1)
PACKED = {"compression": "deflate"}
CASES = [
    Case("aiohttp closes with a code of its own", "closed_by_peer", visit(APP, "/ws/close/4003"), "close_frames"),
    Case("aiohttp's handler returns", "closed_by_peer", visit(APP, "/ws/return"), "close_frames"),
    # The server drops TCP without a word: nobody else can see why it did.
    Case("aiohttp's handler raises", "fin_by_peer", visit(APP, "/ws/raise"), "fin"),
    Case("aiohttp shuts down and says so", "going_away", told_to_end(APP, "/ws/", says_goodbye=True), "close_frames"),
    Case("aiohttp shuts down", "fin_by_peer", told_to_end(APP, "/ws/"), "fin"),
    Case("too big for aiohttp", "too_big_for_peer", oversized(APP, "/ws/", max_msg_size=MAX_SIZE)),
    Case("aiohttp answers no ping", "pong_never", silent_about_pings, "deadline"),
    Case("aiohttp takes its time to answer", "open_upgrade", visit(APP, "/ws/late/9", chosen={"open_timeout": 0.7})),
    Case("aiohttp has a page there", "refused_status", visit(APP, "/page"), "refused"),
    Case("aiohttp has nothing there", "refused_status", visit(APP, "/chat"), "refused"),
    Case("aiohttp killed", "fin_by_peer", killed("acting_aiohttp"), "fin"),
    Case("aiohttp stopped", "silence", stopped_aiohttp, "deadline"),
    Case("aiohttp stopped, and continued too late", "pong_late", continued_too_late("acting_aiohttp")),
    Case("our pongs too late for aiohttp", "peer_keepalive", late_pongs("acting_aiohttp", 3.0, heartbeat=0.8)),
    Case("websockets shuts down", "going_away", told_to_end("site"), "close_frames"),
    Case("websockets ends with 4000", "closed_by_peer", told_to_end("site", close={"code": 4000}), "close_frames"),
    Case("websockets' handler raises at a message", "handler_failure", visit("site", "/raise"), "close_frames"),
    Case("websockets wants a login", "refused_status", visit("site", "/status/401"), "refused"),
    Case("websockets is overloaded", "refused_status", visit("site", "/status/503"), "refused"),
    Case("no subprotocol in common", "refused_status", no_common_protocol, "refused"),
    Case("a subprotocol that was not offered", "refused_header", a_protocol_that_was_not_offered, "refused"),
    Case(
        "too big for websockets once inflated",
        "too_big_for_peer",
        oversized("site", "/take", chosen=PACKED, compression="deflate", max_size=MAX_SIZE),
    ),
    Case(
        "too big for us once inflated",
        "too_big",
        visit("site", f"/send/{TOO_BIG}", chosen=PACKED, serve={"compression": "deflate"}),
    ),
    Case("a slow handler behind a full queue", "peer_not_reading", slow_handler, "deadline"),
    Case("websockets stopped in our upload", "peer_not_reading", stopped_in_our_upload, "deadline"),
    Case("websockets stopped, and continued too late", "pong_late", continued_too_late("acting")),
    Case(
        "our pongs too late for websockets",
        "peer_keepalive",
        late_pongs("acting", 3.0, ping_interval=0.5, ping_timeout=0.5),
        "close_frames",
    ),
    Case("given up while the server thinks", "given_up", given_up, "aborted"),
]
