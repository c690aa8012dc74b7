"""How do connections end that others have opened to our server: Chromium, Node's ws and undici, websockets, aiohttp?"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from framescope.engine.close import ConnectionClosed
from framescope.engine.pongs import PongPolicy
from framescope.net.connection import ServerConnection
from helpers.corpus.middle_boxes import IDLE, KEEPALIVE, nginx
from helpers.corpus.middle_programs import Chromium, Node, Program
from helpers.corpus.middle_serving import Place, echo, serving
from helpers.corpus.stage import LARGEST_MESSAGE, Case, Stage
from helpers.source import TESTS

Conduct = Callable[[Stage], Awaitable[int]]
PATIENT: dict[str, Any] = {"close_timeout": 3.0}


async def caller(stage: Stage, library: str, order: str, url: str, **options: Any) -> Program:
    """Start a client written in Python."""
    command = [sys.executable, "-m", "helpers.corpus.middle_caller", library, order, url, json.dumps(options)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    return await stage.keep(functools.partial(Program, *command, env=environment))


async def node_caller(stage: Stage, library: str, order: str, url: str) -> Program:
    return await stage.keep(functools.partial(Node, "corpus_client.cjs", library, order, url, listens=False))


async def browser(stage: Stage) -> Chromium:
    """Start a browser of the case's own."""
    return await stage.keep(functools.partial(Chromium, stage.folder))


async def open_tab(stage: Stage, chromium: Chromium, url: str, script: str = "") -> str:
    page = f"const socket = new WebSocket({json.dumps(url)}); {script}"
    return str(await in_thread(chromium.open, page))


async def in_thread(act: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, act, *arguments)


def page(script: str, handler: Callable[[ServerConnection], Awaitable[None]] = echo, **options: Any) -> Conduct:
    """Let a page of a shared browser connect and run its script, and our server its handler."""

    async def conduct(stage: Stage) -> int:
        place = await serving(stage, handler, **options)
        chromium = await stage.once("browser", functools.partial(browser, stage))
        await open_tab(stage, chromium, place.url, script)
        return await place.ended("/" if "origins" not in options else "")

    return conduct


async def tab_closed(stage: Stage) -> int:
    place = await serving(stage)
    chromium: Chromium = await stage.once("browser", functools.partial(browser, stage))
    tab = await open_tab(stage, chromium, place.url)
    await place.opened()
    await in_thread(chromium.close, tab)
    return await place.ended()


def browsing(act: Callable[[Chromium], object], *, resumed_after: float | None = None, **options: Any) -> Conduct:
    """Connect from a browser of the case's own, listen to it, and do something to the browser."""

    async def conduct(stage: Stage) -> int:
        place = await serving(stage, hear, **options)
        chromium = await browser(stage)
        await open_tab(stage, chromium, place.url, "setInterval(() => socket.send('still here'), 100);")
        number, _ = await place.opened()
        if "ping_interval" in options:
            await stage.pinged(number)
        await asyncio.sleep(0.3)
        act(chromium)
        if resumed_after is not None:
            await asyncio.sleep(resumed_after)
            chromium.resume()
        return await stage.ended(number)

    return conduct


def called(
    order: str,
    library: str = "websockets",
    *,
    handler: Callable[[ServerConnection], Awaitable[None]] = echo,
    client: dict[str, Any] | None = None,
    **options: Any,
) -> Conduct:
    """Let a client connect, and do what the order says."""

    async def conduct(stage: Stage) -> int:
        place = await serving(stage, handler, **options)
        if library in ("ws", "undici"):
            await node_caller(stage, library, order, place.url)
        else:
            await caller(stage, library, order, place.url, **(client or {}))
        return await place.ended()

    return conduct


def told(act: Callable[[Program], object], library: str = "websockets", **options: Any) -> Conduct:
    """Let a client connect and talk for a moment, and do something to its process."""

    async def conduct(stage: Stage) -> int:
        place = await serving(stage, **options)
        start = node_caller if library in ("ws", "undici") else caller
        client = await start(stage, library, "stay" if start is node_caller else "talk/0.1/0.1", place.url)
        number, _ = await place.opened()
        if "ping_interval" in options:
            await stage.pinged(number)
        await asyncio.sleep(0.4)
        act(client)
        return await stage.ended(number)

    return conduct


async def closing_server(stage: Stage) -> int:
    """Our server ends, and says so."""
    place = await serving(stage)
    await caller(stage, "websockets", "talk/0.1", place.url)
    number, _ = await place.opened()
    place.server.close()
    return await stage.ended(number)


def idle_behind_nginx(path: str, *talk: float) -> Conduct:
    """Our server stands behind nginx, whose patience is short; a client says something after each pause."""

    async def conduct(stage: Stage) -> int:
        place, port = await stage.once("behind nginx", functools.partial(behind_nginx, stage))
        await caller(stage, "websockets", "/".join(["talk", *map(str, talk)]), f"ws://127.0.0.1:{port}{path}")
        return await place.ended(path)

    return conduct


async def behind_nginx(stage: Stage) -> tuple[Place, int]:
    place = await serving(stage)
    return place, (await nginx(stage, place.port, f"proxy_read_timeout {IDLE}s;")).port


async def hear(connection: ServerConnection) -> None:
    """Take what is said: nothing lies unread at the other end when that dies."""
    with contextlib.suppress(ConnectionClosed):
        async for _ in connection:
            pass


async def close(connection: ServerConnection) -> None:
    await connection.close(1000, "that is all")


async def fail(connection: ServerConnection) -> None:
    raise RuntimeError("our handler fails")


def when_open(act: str) -> str:
    return f"socket.onopen = () => setTimeout(() => {{ {act} }}, 200);"


RELOAD = "if (!sessionStorage.once) { sessionStorage.once = 1; location.reload(); }"
SWALLOW: dict[str, Any] = {"pong_policy": PongPolicy("swallow")}
TOO_MUCH = f"socket.send(new Uint8Array({LARGEST_MESSAGE + 1}));"

BROWSER: Sequence[Case] = [
    Case("a tab is closed", "going_away", tab_closed, "close_frames"),
    Case("a page navigates away", "going_away", page(when_open("location = 'about:blank';")), "close_frames"),
    Case("a page reloads", "going_away", page(when_open(RELOAD)), "close_frames"),
    Case("a page closes with 4000", "closed_by_peer", page(when_open("socket.close(4000, 'bye');")), "close_frames"),
    Case("a page closes without a code", "closed_by_peer", page(when_open("socket.close();")), "close_frames"),
    Case("a page says too much", "too_big", page(when_open(TOO_MUCH))),
    Case("we close, Chromium agrees", "closed_by_us", page("", close), "close_frames"),
    Case("our handler fails on Chromium", "own_failure", page("", fail), "close_frames"),
    Case("we refuse Chromium's origin", "refused_by_us", page("", origins=["https://example.com"]), "refused"),
    Case("Chromium killed", "fin_by_peer", browsing(Chromium.kill), "fin"),
    Case("Chromium quits", "going_away", browsing(lambda chromium: chromium.signal(signal.SIGTERM)), "close_frames"),
    Case("Chromium stands still", "silence", browsing(Chromium.pause, **KEEPALIVE), "deadline"),
    Case(
        "Chromium stands still for a while",
        "pong_late",
        browsing(Chromium.pause, resumed_after=2.2, **KEEPALIVE, **PATIENT),
        "deadline",
    ),
]

PROGRAMS: Sequence[Case] = [
    Case("a websockets client closes", "closed_by_peer", called("close"), "close_frames"),
    Case("a websockets client raises", "handler_failure", called("raise"), "close_frames"),
    Case("a websockets client killed", "fin_by_peer", told(Program.kill), "fin"),
    Case("a websockets client stands still", "silence", told(Program.pause, **KEEPALIVE), "deadline"),
    Case(
        "a websockets client's keepalive",
        "peer_keepalive",
        called("talk/0.2", client={"ping_interval": 0.4, "ping_timeout": 0.6}, **SWALLOW),
    ),
    Case(
        "an aiohttp client's heartbeat",
        "peer_keepalive",
        called("talk/0.2", "aiohttp", client={"heartbeat": 0.8}, **SWALLOW),
    ),
    Case("our handler fails on websockets", "own_failure", called("talk", handler=fail), "close_frames"),
    Case("our server ends", "going_away_us", closing_server, "close_frames"),
    Case("a ws client terminates", "fin_by_peer", called("terminate", "ws"), "fin"),
    Case("a ws client's process ends", "fin_by_peer", called("exit", "ws"), "fin"),
    Case("an undici client closes with 3001", "closed_by_peer", called("close/3001", "undici"), "close_frames"),
    Case("an undici client killed", "fin_by_peer", told(Program.kill, "undici"), "fin"),
    Case("behind nginx, idle after a message", "idle_timer", idle_behind_nginx("/one", 0.3), "fin"),
    Case("behind nginx, idle after two messages", "idle_timer", idle_behind_nginx("/two", 0.5, 0.7), "fin"),
    Case("behind nginx, idle after four", "idle_timer", idle_behind_nginx("/four", 0.2, 0.6, 0.4, 0.9), "fin"),
]
