"""Which steps do many cases of the second corpus share? Talking on, beginning apart, TLS in front, a raw peer."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from framescope.engine.errors import InvalidState
from framescope.engine.frames import Opcode
from helpers.corpus.cut_steps import certificate, through
from helpers.corpus.stage import Stage
from helpers.loops import until
from helpers.peer_process import PeerProcess
from helpers.raw_peers import Peer, raw_server

Conduct = Callable[[Stage], Awaitable[int]]
Act = Callable[[Peer], Awaitable[object]]
TARGET = "server.example"  #: no proxy is asked on the way to this machine itself; the test's proxies go there anyway
KEEPALIVE: dict[str, Any] = {"ping_interval": 0.8, "ping_timeout": 1.6}
LONGEST = 30.0  #: s that talking may go on
GAP = 0.8  #: s between the beginnings of two connections to what cuts them


async def apart(stage: Stage, name: str) -> None:
    """Let those who share a name begin one after the other, with time between."""
    async with await stage.once(f"apart {name}", a_lock):
        await asyncio.sleep(GAP)


async def a_lock() -> asyncio.Lock:
    return asyncio.Lock()


async def chat(stage: Stage, number: int, *pauses: float, payload: bytes = b"hello") -> None:
    """Say something after each of these pauses (s)."""
    for pause in pauses:
        await asyncio.sleep(pause)
        stage.session.send(number, Opcode.BINARY, payload)


async def talk_on(
    stage: Stage,
    number: int,
    every: float,
    *,
    burst: int = 1,
    payload: bytes = b"question",
    opcode: Opcode = Opcode.BINARY,
) -> int:
    """Say something again and again, until it is over; return the connection's number."""
    async with asyncio.timeout(LONGEST):
        while stage.trace(number).story.ended is None:
            with contextlib.suppress(InvalidState):
                for _ in range(burst):
                    stage.session.send(number, opcode, payload)
            await asyncio.sleep(every)
    return number


async def received(stage: Stage, number: int, count: int) -> None:
    """Wait for so many frames of the peer."""
    await until(lambda: stage.trace(number).story.totals.received_frames >= count, within=10)


async def secure(stage: Stage, kind: str = "acting", **options: Any) -> tuple[PeerProcess, str]:
    """Serve with TLS; return the server, and the file of the authority that its certificate is from."""
    server_file, authority_file = certificate(stage.folder, "localhost", TARGET)
    return await stage.peer(kind, **({"serve": {}} | options), certificate=server_file), authority_file


async def secure_raw(stage: Stage, act: Act) -> tuple[str, str]:
    """Serve by hand, under TLS; return the address, and the file of the authority."""
    server_file, authority_file = certificate(stage.folder, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_file)
    port = await stage.keep_recording(raw_server(act, context))
    return f"wss://localhost:{port}/", authority_file


def raw(act: Act, **chosen: Any) -> Conduct:
    """Connect to a server that does by hand what no library does."""

    async def conduct(stage: Stage) -> int:
        return await stage.ended(stage.connect(await stage.raw(act), **chosen))

    return conduct


def raw_under_tls(act: Act, **chosen: Any) -> Conduct:
    """Connect to such a server with TLS, and say a word."""

    async def conduct(stage: Stage) -> int:
        url, authority = await secure_raw(stage, act)
        number = await stage.opened(url, ca_file=authority, **chosen)
        stage.session.send(number, Opcode.TEXT, b"hello")
        return await stage.ended(number)

    return conduct


def raw_proxy(scheme: str, act: Act, url: str = f"ws://{TARGET}:8080/", **chosen: Any) -> Conduct:
    """Connect through a proxy that does things by hand."""

    async def conduct(stage: Stage) -> int:
        port = (await stage.raw(act)).rpartition(":")[2].strip("/")
        return await stage.ended(through(stage, f"{scheme}://127.0.0.1:{port}", url, **chosen))

    return conduct
