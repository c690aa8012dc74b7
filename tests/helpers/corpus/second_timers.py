"""Which connections of the second corpus does a timer end that stands between, or in the server?"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence

from helpers.corpus.cut_steps import peer, through
from helpers.corpus.middle_boxes import Conduct, acting, at, haproxy, nginx
from helpers.corpus.middle_clients import caller
from helpers.corpus.middle_node import own, shared
from helpers.corpus.middle_serving import Place, serving
from helpers.corpus.second_steps import TARGET, apart, chat, secure, talk_on
from helpers.corpus.stage import Case, Stage
from helpers.loops import until

PACKED = {"compression": "deflate"}
ORDER = b'{"order": [' + b'{"item": "bolt", "count": 12}, ' * 90 + b"]}"
TUNNEL = "timeout client 60s\n    timeout server 60s\n    timeout tunnel %s"


def idle_at_nginx(*talk: float) -> Conduct:
    """Requests and responses, compressed; then nothing."""

    async def front(stage: Stage) -> int:
        behind = await own(stage, perMessageDeflate=True)
        return (await nginx(stage, behind.port, "proxy_read_timeout 3s;")).port

    async def conduct(stage: Stage) -> int:
        port = await stage.once("nginx, 3 s", functools.partial(front, stage))
        await apart(stage, "nginx, 3 s")
        number = await stage.opened(at(port), **PACKED)
        await chat(stage, number, *talk, payload=ORDER)
        return await stage.ended(number)

    return conduct


def idle_behind_a_proxy(*talk: float) -> Conduct:
    """A CONNECT proxy, then a HAProxy that waits for 4 s."""

    async def front(stage: Stage) -> tuple[int, int]:
        behind = await haproxy(stage, (await acting(stage)).port, TUNNEL % "4s")
        return behind.port, (await peer(stage, "proxy")).port

    async def conduct(stage: Stage) -> int:
        port, proxy = await stage.once("haproxy, 4 s", functools.partial(front, stage))
        await apart(stage, "haproxy, 4 s")
        number = through(stage, f"http://127.0.0.1:{proxy}", f"ws://{TARGET}:{port}/")
        await until(lambda: stage.trace(number).story.handshake, within=10)
        await chat(stage, number, *talk)
        return await stage.ended(number)

    return conduct


async def secure_relay(stage: Stage, **cut: float) -> tuple[str, str]:
    server, authority = await secure(stage)
    return f"wss://localhost:{(await stage.middlebox(server.port, **cut)).port}/", authority


def idle_under_tls(*talk: float, pings_for: float = 0.0) -> Conduct:
    """Our pings are rarer than a relay's patience of 2.5 s; `pings_for` s they are often enough."""

    async def conduct(stage: Stage) -> int:
        url, authority = await stage.once("relay, 2.5 s", functools.partial(secure_relay, stage, idle=2.5))
        await apart(stage, "relay, 2.5 s")
        number = await stage.opened(url, ca_file=authority, ping_interval=0.9 if pings_for else 7.0, ping_timeout=5.0)
        await chat(stage, number, *talk)
        if pings_for:
            await asyncio.sleep(pings_for)
            stage.session.turn(number, "ping_interval", 9.0)
        return await stage.ended(number)

    return conduct


def idle_at_aiohttp(*talk: float) -> Conduct:
    """The server itself waits for a message for 2.2 s."""

    async def conduct(stage: Stage) -> int:
        server = await stage.shared("application", module="corpus.cut_peers", serve={"receive_timeout": 2.2})
        await apart(stage, "aiohttp, 2.2 s")
        number = await stage.opened(server.url("/ws/"))
        await chat(stage, number, *talk)
        return await stage.ended(number)

    return conduct


def idle_client(path: str, *talk: float) -> Conduct:
    """Our server stands behind a HAProxy that waits for 3 s."""

    async def front(stage: Stage) -> tuple[Place, int]:
        place = await serving(stage)
        return place, (await haproxy(stage, place.port, TUNNEL % "3s")).port

    async def conduct(stage: Stage) -> int:
        place, port = await stage.once("haproxy, 3 s", functools.partial(front, stage))
        await apart(stage, "haproxy, 3 s")
        await caller(stage, "aiohttp", "/".join(["talk", *map(str, talk)]), at(port, path))
        return await place.ended(path)

    return conduct


def old_under_tls(every: float) -> Conduct:
    """A relay gives each connection 4 s, while both sides talk."""

    async def conduct(stage: Stage) -> int:
        url, authority = await stage.once("relay, 4 s", functools.partial(secure_relay, stage, life=4.0))
        await apart(stage, "relay, 4 s")
        number = await stage.opened(f"{url}tick", ca_file=authority, ping_interval=1.0, ping_timeout=3.0)
        return await talk_on(stage, number, every)

    return conduct


def old_at_node(every: float, burst: int) -> Conduct:
    """The server gives each connection 3.3 s, while we send bursts, compressed."""

    async def conduct(stage: Stage) -> int:
        server = await shared(stage, age=3300, perMessageDeflate=True)
        await apart(stage, "ws, 3.3 s")
        return await talk_on(stage, await stage.opened(server.url(), **PACKED), every, burst=burst, payload=ORDER)

    return conduct


def old_client(path: str, every: float) -> Conduct:
    """Our server stands behind a relay that gives each connection 3 s."""

    async def front(stage: Stage) -> tuple[Place, int]:
        place = await serving(stage)
        return place, (await stage.middlebox(place.port, life=3.0)).port

    async def conduct(stage: Stage) -> int:
        place, port = await stage.once("relay, 3 s", functools.partial(front, stage))
        await apart(stage, "relay, 3 s")
        order = "/".join(["talk", *[str(every)] * round(5 / every)])
        await caller(stage, "websockets", order, at(port, path))
        return await place.ended(path)

    return conduct


CASES: Sequence[Case] = [
    Case("nginx with 3 s, after one order", "idle_timer", idle_at_nginx(0.5), "fin"),
    Case("nginx with 3 s, after three orders", "idle_timer", idle_at_nginx(0.5, 0.6, 0.5), "fin"),
    Case("nginx with 3 s, after five orders", "idle_timer", idle_at_nginx(*[0.6] * 5), "fin"),
    Case("HAProxy with 4 s behind a proxy, after one word", "idle_timer", idle_behind_a_proxy(0.3), "fin"),
    Case("HAProxy with 4 s behind a proxy, after two", "idle_timer", idle_behind_a_proxy(0.9, 0.9), "fin"),
    Case("HAProxy with 4 s behind a proxy, after three", "idle_timer", idle_behind_a_proxy(1.2, 1.2, 0.8), "fin"),
    Case("our pings are rarer than 2.5 s, no word", "idle_timer", idle_under_tls(), "fin"),
    Case("our pings are rarer than 2.5 s, one word", "idle_timer", idle_under_tls(0.8), "fin"),
    Case("our pings are rarer than 2.5 s, three words", "idle_timer", idle_under_tls(0.7, 0.9, 0.6), "fin"),
    Case("our pings become rarer than 2.5 s", "idle_timer", idle_under_tls(pings_for=3.5), "fin"),
    Case("aiohttp waits for 2.2 s, after one word", "idle_timer", idle_at_aiohttp(0.1), "fin"),
    Case("aiohttp waits for 2.2 s, after three", "idle_timer", idle_at_aiohttp(0.4, 0.6, 0.5), "fin"),
    Case("aiohttp waits for 2.2 s, after many", "idle_timer", idle_at_aiohttp(*[0.3] * 9), "fin"),
    Case("clients behind HAProxy with 3 s, one word", "idle_timer", idle_client("/a", 0.2), "reset"),
    Case("clients behind HAProxy with 3 s, two words", "idle_timer", idle_client("/b", 0.8, 0.6), "reset"),
    Case("clients behind HAProxy with 3 s, four words", "idle_timer", idle_client("/c", 0.7, 0.5, 0.9, 0.6), "reset"),
    Case("4 s under TLS, in a feed, talking fast", "life_timer", old_under_tls(0.1)),
    Case("4 s under TLS, in a feed, talking", "life_timer", old_under_tls(0.45)),
    Case("4 s under TLS, in a feed, talking rarely", "life_timer", old_under_tls(1.3)),
    Case("3.3 s at ws, in small bursts", "life_timer", old_at_node(0.25, 3)),
    Case("3.3 s at ws, in bursts", "life_timer", old_at_node(0.5, 12)),
    Case("3.3 s at ws, in large bursts", "life_timer", old_at_node(0.7, 30)),
    Case("clients with 3 s, talking fast", "life_timer", old_client("/fast", 0.1)),
    Case("clients with 3 s, talking", "life_timer", old_client("/talk", 0.35)),
    Case("clients with 3 s, talking now and then", "life_timer", old_client("/slow", 0.6)),
]
