"""How do connections end that go through nginx or HAProxy, or a relay that lets none grow old?"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from framescope.engine.frames import Opcode
from helpers.corpus.middle_programs import Haproxy, Nginx, eventually
from helpers.corpus.stage import Case, Stage
from helpers.peer_process import PeerProcess
from helpers.raw_peers import free_port

Conduct = Callable[[Stage], Awaitable[int]]
KEEPALIVE: dict[str, Any] = {"ping_interval": 0.4, "ping_timeout": 1.0}
PEER_MAX_SIZE = 2000  #: B that the servers behind take
IDLE = 2  #: s that nginx and HAProxy wait
LIFE = 2.5  #: s that the relay gives a connection

#: What nginx' documentation says a WebSocket needs.
UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'


async def acting(stage: Stage) -> PeerProcess:
    """Return the websockets server that stands behind, for cases that leave it alive."""
    return await stage.shared("acting", serve={"max_size": PEER_MAX_SIZE})


async def nginx(stage: Stage, port: int, more: str = "", *, outside: str = "", upgrade: str = UPGRADE) -> Nginx:
    """Start an nginx in front of a port."""
    inside = f"proxy_pass http://127.0.0.1:{port}; {upgrade} {more}"
    return await stage.keep(functools.partial(Nginx, stage.folder, inside, outside))


async def haproxy(stage: Stage, port: int, rules: str = "", outside: str = "", mode: str = "http") -> Haproxy:
    """Start a HAProxy in front of a port; it waits for a minute unless `rules` say otherwise."""
    rules = rules or "timeout client 60s\n    timeout server 60s\n    timeout tunnel 60s"
    make = functools.partial(Haproxy, stage.folder, rules, f"server one 127.0.0.1:{port}", outside, mode)
    return await stage.keep(make)


def at(port: int, path: str = "/") -> str:
    return f"ws://127.0.0.1:{port}{path}"


async def idle_nginx(stage: Stage) -> int:
    """Share one nginx whose patience is short; return its port."""

    async def make() -> Nginx:
        return await nginx(stage, (await acting(stage)).port, f"proxy_read_timeout {IDLE}s;")

    return (await stage.once("idle nginx", make)).port


async def idle_haproxy(stage: Stage, rules: str) -> int:
    async def make() -> Haproxy:
        return await haproxy(stage, (await acting(stage)).port, rules)

    return (await stage.once(f"idle haproxy {rules}", make)).port


TUNNEL = f"timeout client 60s\n    timeout server 60s\n    timeout tunnel {IDLE}s"
NO_TUNNEL = "timeout client 1500ms\n    timeout server 1500ms"


def idle(place: Callable[[Stage], Awaitable[int]], *talk: float) -> Conduct:
    """Say something after each of these pauses (s), then nothing, until what is between cuts."""

    async def conduct(stage: Stage) -> int:
        number = await stage.opened(at(await place(stage)))
        for pause in talk:
            await asyncio.sleep(pause)
            stage.session.send(number, Opcode.TEXT, b"hello")
        return await stage.ended(number)

    return conduct


def idle_after_pings(place: Callable[[Stage], Awaitable[int]], seconds: float) -> Conduct:
    """Let our pings keep the connection for so long, then switch them off."""

    async def conduct(stage: Stage) -> int:
        number = await stage.opened(at(await place(stage)), ping_interval=0.5, ping_timeout=5.0)
        await asyncio.sleep(seconds)
        stage.session.turn(number, "ping_interval", None)
        return await stage.ended(number)

    return conduct


def through(
    make: Callable[[Stage, int], Awaitable[Nginx | Haproxy]], path: str, send: bytes = b"", **chosen: Any
) -> Conduct:
    """Let the server behind do what the path says, after a message of ours if there is one."""

    async def conduct(stage: Stage) -> int:
        port = (await make(stage, (await acting(stage)).port)).port
        if not send:
            return await stage.ended(stage.connect(at(port, path), **chosen))
        number = await stage.opened(at(port, path), **chosen)
        stage.session.send(number, Opcode.BINARY, send)
        return await stage.ended(number)

    return conduct


def answered(port_behind: Callable[[Stage], Awaitable[int]], more: str = "", **chosen: Any) -> Conduct:
    """Ask an nginx with somebody behind it who does not do as a WebSocket server does."""

    async def conduct(stage: Stage) -> int:
        server = await nginx(stage, await port_behind(stage), more)
        return await stage.ended(stage.connect(at(server.port), **chosen))

    return conduct


def answered_by_haproxy(
    port_behind: Callable[[Stage], Awaitable[int]], rules: str = "", mode: str = "http", **chosen: Any
) -> Conduct:
    async def conduct(stage: Stage) -> int:
        server = await haproxy(stage, await port_behind(stage), rules, mode=mode)
        return await stage.ended(stage.connect(at(server.port), **chosen))

    return conduct


async def nobody(_: Stage) -> int:
    return free_port()


async def mute(stage: Stage) -> int:
    """Take every connection, and say nothing."""
    return (await stage.shared("silent")).port


async def websockets_behind(stage: Stage) -> int:
    return (await acting(stage)).port


async def no_upgrade(stage: Stage) -> int:
    """Leave out what nginx' documentation says a WebSocket needs."""
    server = await nginx(stage, (await acting(stage)).port, upgrade="proxy_http_version 1.1;")
    return await stage.ended(stage.connect(at(server.port)))


def in_use(
    make: Callable[[Stage, int], Awaitable[Nginx | Haproxy]],
    act: Callable[[Nginx | Haproxy, PeerProcess], object],
    *,
    pause: float = 0.3,
    path: str = "/tick",
    **chosen: Any,
) -> Conduct:
    """Connect through what is between to a server of the case's own; do something to one of them in the feed."""

    async def conduct(stage: Stage) -> int:
        peer = await stage.peer("acting", serve={})
        between = await make(stage, peer.port)
        number = await stage.opened(at(between.port, path), **chosen)
        if "ping_interval" in chosen:
            await stage.pinged(number)
        await asyncio.sleep(pause)
        await asyncio.get_running_loop().run_in_executor(None, act, between, peer)
        return await stage.ended(number)

    return conduct


def stop_nginx(between: Nginx | Haproxy, _: PeerProcess) -> None:
    assert isinstance(between, Nginx)
    between.order("stop")


def terminate(between: Nginx | Haproxy, _: PeerProcess) -> None:
    between.signal(signal.SIGTERM)


def kill_worker(between: Nginx | Haproxy, _: PeerProcess) -> None:
    assert isinstance(between, Nginx)
    (worker,) = between.workers()
    os.kill(worker, signal.SIGKILL)


def reload_nginx(between: Nginx | Haproxy, _: PeerProcess) -> None:
    assert isinstance(between, Nginx)
    (worker,) = between.workers()
    between.order("reload")
    eventually(lambda: worker not in between.workers(), "the end of the old worker")


def soft_stop(between: Nginx | Haproxy, _: PeerProcess) -> None:
    between.signal(signal.SIGUSR1)


def shut_sessions(between: Nginx | Haproxy, _: PeerProcess) -> None:
    assert isinstance(between, Haproxy)
    between.order("shutdown sessions server back/one")


def pause_between(between: Nginx | Haproxy, _: PeerProcess) -> None:
    between.pause()


def pause_behind(_: Nginx | Haproxy, peer: PeerProcess) -> None:
    peer.pause()


def kill_behind(_: Nginx | Haproxy, peer: PeerProcess) -> None:
    peer.kill()


async def brief_nginx(stage: Stage, port: int) -> Nginx:
    """Old workers have a second to finish after a reload."""
    return await nginx(stage, port, outside="worker_shutdown_timeout 1s;")


async def brief_haproxy(stage: Stage, port: int) -> Haproxy:
    return await haproxy(stage, port, outside="hard-stop-after 1s")


async def deaf_behind(stage: Stage) -> int:
    """The server behind takes no message, and we send until nothing more leaves."""
    peer = await stage.peer("acting", serve={})
    between = await nginx(stage, peer.port)
    number = await stage.opened(at(between.port, "/deaf"), **KEEPALIVE)
    await stage.pinged(number)
    return await stage.talked(number, Opcode.BINARY, bytes(65_536), every=0.002)


async def bulk_behind(stage: Stage) -> int:
    """nginx has far more to say than our line carries."""
    peer = await stage.peer("acting", serve={})
    between = await nginx(stage, peer.port)
    number = await stage.opened(await stage.slow_line(between.port, 50_000) + "feed", **KEEPALIVE)
    await stage.pinged(number)
    stage.session.send(number, Opcode.TEXT, b"go on")
    return await stage.ended(number)


async def given_up(stage: Stage) -> int:
    """nginx waits for an answer from behind, and we no longer do."""
    server = await nginx(stage, await mute(stage))
    number = stage.connect(at(server.port))
    await asyncio.sleep(0.4)
    stage.session.close(number, 1000, "")
    return await stage.ended(number)


def aged(*, every: float, path: str = "/") -> Conduct:
    """Talk the whole time, each `every` s, in front of HAProxy; what is before it cuts at an age, whatever passes."""

    async def conduct(stage: Stage) -> int:
        async def make() -> str:
            behind = await haproxy(stage, (await acting(stage)).port)
            return at((await stage.middlebox(behind.port, life=LIFE)).port)

        number = await stage.opened((await stage.once("life", make)).rstrip("/") + path)
        return await stage.talked(number, Opcode.TEXT, b"still here", every=every)

    return conduct


def _haproxy_tunnel(stage: Stage) -> Awaitable[int]:
    return idle_haproxy(stage, TUNNEL)


def _haproxy_without_tunnel(stage: Stage) -> Awaitable[int]:
    return idle_haproxy(stage, NO_TUNNEL)


NGINX: Sequence[Case] = [
    Case("nginx, idle from the start", "idle_timer", idle(idle_nginx), "fin"),
    Case("nginx, idle after a message", "idle_timer", idle(idle_nginx, 0.4), "fin"),
    Case("nginx, idle after two messages", "idle_timer", idle(idle_nginx, 0.7, 0.6), "fin"),
    Case("nginx, idle after a longer talk", "idle_timer", idle(idle_nginx, *[0.45] * 6), "fin"),
    Case("nginx, idle after pings", "idle_timer", idle_after_pings(idle_nginx, 2.4), "fin"),
    Case("nginx -s stop in a feed", "fin_by_peer", in_use(nginx, stop_nginx), "fin"),
    Case("nginx -s stop in silence", "fin_by_peer", in_use(nginx, stop_nginx, path="/", pause=0.6), "fin"),
    Case("nginx terminated", "fin_by_peer", in_use(nginx, terminate, path="/", pause=0.9), "fin"),
    Case("nginx' worker killed", "fin_by_peer", in_use(nginx, kill_worker), "fin"),
    Case("nginx -s reload, and a second to finish", "fin_by_peer", in_use(brief_nginx, reload_nginx), "fin"),
    Case("nginx stands still", "silence", in_use(nginx, pause_between, **KEEPALIVE), "deadline"),
    Case("the server behind nginx killed", "fin_by_peer", in_use(nginx, kill_behind), "fin"),
    Case("the server behind nginx stands still", "silence", in_use(nginx, pause_behind, **KEEPALIVE), "deadline"),
    Case("the server behind nginx closes", "closed_by_peer", through(nginx, "/close/1000"), "close_frames"),
    Case("the server behind nginx goes away", "going_away", through(nginx, "/close/1001"), "close_frames"),
    Case("a handler behind nginx raises", "handler_failure", through(nginx, "/raise"), "close_frames"),
    Case(
        "too big for the server behind nginx",
        "too_big_for_peer",
        through(nginx, "/", bytes(PEER_MAX_SIZE + 1)),
        "close_frames",
    ),
    Case("the server behind nginx takes nothing", "peer_not_reading", deaf_behind, "deadline"),
    Case("bulk through nginx on a slow line", "pong_behind_bulk", bulk_behind, "deadline"),
    Case("nginx, nobody behind it: 502", "refused_status", answered(nobody), "refused"),
    Case("nginx, no answer from behind: 504", "refused_status", answered(mute, "proxy_read_timeout 1s;"), "refused"),
    Case("open_timeout before nginx' 504", "open_upgrade", answered(mute, open_timeout=0.6), "deadline"),
    Case("we give up before nginx' 504", "given_up", given_up, "aborted"),
    Case("nginx without Upgrade", "refused_status", no_upgrade, "refused"),
    Case("nginx denies: 403", "refused_status", answered(websockets_behind, "deny all;"), "refused"),
    Case("nginx sends elsewhere: 301", "refused_status", answered(websockets_behind, "return 301 /a/;"), "refused"),
    Case("nginx has a page there: 200", "refused_status", answered(websockets_behind, 'return 200 "hi";'), "refused"),
]

HAPROXY: Sequence[Case] = [
    Case("HAProxy's tunnel, idle from the start", "idle_timer", idle(_haproxy_tunnel), "fin"),
    Case("HAProxy's tunnel, idle after a message", "idle_timer", idle(_haproxy_tunnel, 0.5), "fin"),
    Case("HAProxy's tunnel, idle after three messages", "idle_timer", idle(_haproxy_tunnel, 0.3, 0.9, 0.6), "fin"),
    Case("HAProxy's tunnel, idle after pings", "idle_timer", idle_after_pings(_haproxy_tunnel, 1.7), "fin"),
    Case("HAProxy without tunnel, idle after a message", "idle_timer", idle(_haproxy_without_tunnel, 0.2), "fin"),
    Case("HAProxy without tunnel, idle after two", "idle_timer", idle(_haproxy_without_tunnel, 0.6, 0.8), "fin"),
    Case("HAProxy's soft stop, and a second to finish", "fin_by_peer", in_use(brief_haproxy, soft_stop), "fin"),
    Case("HAProxy terminated", "fin_by_peer", in_use(haproxy, terminate, path="/", pause=0.7), "fin"),
    Case("an administrator shuts HAProxy's sessions", "fin_by_peer", in_use(haproxy, shut_sessions), "fin"),
    Case("HAProxy stands still", "silence", in_use(haproxy, pause_between, **KEEPALIVE), "deadline"),
    Case("the server behind HAProxy killed", "fin_by_peer", in_use(haproxy, kill_behind, path="/"), "fin"),
    Case("the server behind HAProxy closes", "closed_by_peer", through(haproxy, "/close/1000"), "close_frames"),
    Case("HAProxy, nobody behind it: 503", "refused_status", answered_by_haproxy(nobody), "refused"),
    Case("HAProxy, no answer from behind: 504", "refused_status", answered_by_haproxy(mute, NO_TUNNEL), "refused"),
    Case("open_timeout before HAProxy's 504", "open_upgrade", answered_by_haproxy(mute, open_timeout=0.7), "deadline"),
    Case("HAProxy for TCP, nobody behind it", "failed_upgrade", answered_by_haproxy(nobody, mode="tcp")),
]

AGE: Sequence[Case] = [
    Case("old, talking fast", "life_timer", aged(every=0.05)),
    Case("old, talking", "life_timer", aged(every=0.23)),
    Case("old, talking now and then", "life_timer", aged(every=0.61)),
    Case("old, in a feed", "life_timer", aged(every=0.37, path="/tick")),
    Case("old, in a feed, saying little", "life_timer", aged(every=1.1, path="/tick")),
]
