"""How do connections to a server of Node's `ws` end?"""

from __future__ import annotations

import asyncio
import functools
import json
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from framescope.engine.frames import Opcode
from framescope.engine.pongs import PongPolicy
from helpers.corpus.middle_boxes import KEEPALIVE, PEER_MAX_SIZE
from helpers.corpus.middle_programs import Node
from helpers.corpus.stage import LARGEST_MESSAGE, Case, Stage
from helpers.loops import until

Conduct = Callable[[Stage], Awaitable[int]]
HEARTBEAT = 600  #: ms between the pings of ws; the second that finds no pong ends the connection
AGE = 2200  #: ms that a server gives its connections
PLAIN: Mapping[str, Any] = {}
MUTE: Mapping[str, Any] = {"autoPong": False}


async def own(stage: Stage, **options: Any) -> Node:
    """Start a server of the case's own."""
    return await stage.keep(functools.partial(Node, "corpus_server.cjs", json.dumps(options)))


async def shared(stage: Stage, **options: Any) -> Node:
    """Return the server with these options, which several cases use."""
    return await stage.once(f"ws {options}", functools.partial(own, stage, **options))


def visit(path: str, say: bytes = b"", server: Mapping[str, Any] = PLAIN, **chosen: Any) -> Conduct:
    """Connect, and let the server do what the path says, after a message of ours if there is one."""

    async def conduct(stage: Stage) -> int:
        url = (await shared(stage, **server)).url(path)
        if not say:
            return await stage.ended(stage.connect(url, **chosen))
        number = await stage.opened(url, **chosen)
        stage.session.send(number, Opcode.BINARY, say)
        return await stage.ended(number)

    return conduct


def we_close(code: int) -> Conduct:
    async def conduct(stage: Stage) -> int:
        number = await stage.opened((await shared(stage)).url())
        stage.session.close(number, code, "that is all")
        return await stage.ended(number)

    return conduct


def told(act: Callable[[Node], None], path: str = "/tick", **chosen: Any) -> Conduct:
    """Connect to a server of the case's own, and do something to it."""

    async def conduct(stage: Stage) -> int:
        server = await own(stage)
        number = await stage.opened(server.url(path), **chosen)
        if "ping_interval" in chosen:
            await stage.pinged(number)
        await asyncio.sleep(0.3)
        act(server)
        return await stage.ended(number)

    return conduct


def swallowed(path: str) -> Conduct:
    """Answer no ping of a server that wants an answer."""

    async def conduct(stage: Stage) -> int:
        number = stage.connect((await shared(stage, heartbeat=HEARTBEAT)).url(path))
        stage.session.set_pong_policy(number, PongPolicy("swallow"))
        return await stage.ended(number)

    return conduct


async def told_to_throw(stage: Stage) -> int:
    """An exception that nobody catches ends a Node process."""
    number = await stage.opened((await own(stage)).url("/throw"))
    stage.session.send(number, Opcode.TEXT, b"go")
    return await stage.ended(number)


async def killed_with_unread_bytes(stage: Stage) -> int:
    server = await own(stage)
    number = await stage.opened(server.url())
    server.pause()
    stage.session.send(number, Opcode.TEXT, b"unread")
    await until(lambda: stage.trace(number).story.totals.sent_frames)
    server.kill()
    return await stage.ended(number)


async def blocked(stage: Stage) -> int:
    """The server's loop stands still for longer than a pong may take."""
    number = await stage.opened((await own(stage)).url("/block/1900"), **KEEPALIVE, close_timeout=3.0)
    await stage.pinged(number)
    stage.session.send(number, Opcode.TEXT, b"stand still")
    return await stage.ended(number)


async def paused_by_us(stage: Stage) -> int:
    """We leave the socket unread, and what the server says fills our buffer."""
    number = await stage.opened((await shared(stage)).url("/tick"), **KEEPALIVE)
    await stage.pinged(number)
    stage.session.pause_reading(number, is_paused=True)
    return await stage.ended(number)


async def unread_by_the_server(stage: Stage) -> int:
    """The server takes no message, and we send until nothing more leaves."""
    number = await stage.opened((await shared(stage)).url("/pause"), **KEEPALIVE)
    return await stage.talked(number, Opcode.BINARY, bytes(65_536), every=0.002)


def aged(every: float) -> Conduct:
    """Talk the whole time to a server that ends every connection at an age."""

    async def conduct(stage: Stage) -> int:
        number = await stage.opened((await shared(stage, age=AGE)).url())
        return await stage.talked(number, Opcode.TEXT, b"still here", every=every)

    return conduct


CLOSED: Sequence[Case] = [
    Case("ws closes", "closed_by_peer", visit("/close/1000"), "close_frames"),
    Case("ws closes without a code", "closed_by_peer", visit("/close/"), "close_frames"),
    Case("ws closes with a code of its own", "closed_by_peer", visit("/close/4321"), "close_frames"),
    Case("ws goes away", "going_away", told(lambda server: server.signal(signal.SIGTERM)), "close_frames"),
    Case("we close, ws agrees", "closed_by_us", we_close(1000), "close_frames"),
    Case("we leave ws", "going_away_us", we_close(1001), "close_frames"),
    Case("a handler of ws fails and says so", "handler_failure", visit("/fail", b"go"), "close_frames"),
    Case(
        "too big for ws",
        "too_big_for_peer",
        visit("/", bytes(PEER_MAX_SIZE + 1), {"maxPayload": PEER_MAX_SIZE}),
        "close_frames",
    ),
    Case("ws says too much", "too_big", visit(f"/big/{LARGEST_MESSAGE + 1}")),
    Case("ws writes HTTP into the stream", "violation_by_peer", visit("/stray"), "violation"),
    Case("ws refuses: 401", "refused_status", visit("/", server={"refuse": 401}), "refused"),
    Case(
        "ws takes a subprotocol that nobody offered",
        "refused_header",
        visit("/", server={"protocol": "other"}, subprotocols=["chat"]),
    ),
]

LOST: Sequence[Case] = [
    Case("ws terminates", "fin_by_peer", visit("/terminate/300"), "fin"),
    Case("ws terminates with bytes unread", "rst_by_peer", visit("/pause-terminate/400", bytes(1_000_000)), "reset"),
    Case("a handler of ws throws", "fin_by_peer", told_to_throw, "fin"),
    Case("ws killed", "fin_by_peer", told(Node.kill), "fin"),
    Case("ws killed with bytes unread", "rst_by_peer", killed_with_unread_bytes, "reset"),
    Case("ws stands still", "silence", told(Node.pause, **KEEPALIVE), "deadline"),
    Case("ws stands still, nothing said", "silence", told(Node.pause, "/", **KEEPALIVE), "deadline"),
    Case("ws' loop is blocked", "pong_late", blocked, "deadline"),
    Case("ws talks and sends no pong", "pong_never", visit("/tick", server=MUTE, **KEEPALIVE), "deadline"),
    Case("we leave what ws says unread", "own_unread", paused_by_us, "deadline"),
    Case("ws reads nothing", "peer_not_reading", unread_by_the_server, "deadline"),
    Case("ws' isAlive, pongs swallowed", "peer_keepalive", swallowed("/"), "fin"),
    Case("ws' isAlive, pongs swallowed in a feed", "peer_keepalive", swallowed("/tick"), "fin"),
    Case("ws ends what is old, talking fast", "life_timer", aged(0.08)),
    Case("ws ends what is old, talking", "life_timer", aged(0.35)),
    Case("ws ends what is old, talking now and then", "life_timer", aged(0.84)),
]
