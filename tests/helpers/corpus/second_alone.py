"""Which connections of the second corpus need a process of their own? For walls, links, and a program that stops."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable
from typing import Any

from framescope.engine.frames import Opcode
from helpers.corpus.cut_alone import a_barrier, awake, impatiently
from helpers.corpus.cut_steps import certificate, uploading
from helpers.corpus.cut_wall import CUT, RESET, RESETTING, TO_THE_PEER, TO_US, Change, barred, far, named, rules
from helpers.corpus.middle_boxes import at, haproxy
from helpers.corpus.middle_node import own
from helpers.corpus.middle_serving import serving
from helpers.corpus.second_clients import caller
from helpers.corpus.second_steps import KEEPALIVE, Conduct, apart, chat, received, secure, talk_on
from helpers.corpus.stage import Case, Stage
from helpers.namespace import PEER, forget_idle_flows, near
from helpers.peer_process import PeerProcess

OFTEN = {"ping_interval": 0.5, "ping_timeout": 0.7}
PACKED = {"compression": "deflate"}
STANDSTILL = 4.0  #: s


def talking(change: Change, *, every: float = 0.3, **chosen: Any) -> Conduct:
    """Change what passes in the middle of questions and answers, which go on."""

    async def conduct(stage: Stage) -> int:
        server = await far(stage)
        number = await stage.opened(server.url(), **chosen)
        talk = asyncio.ensure_future(talk_on(stage, number, every))
        await received(stage, number, 5)
        await change(server.port)
        return await talk

    return conduct


async def secure_far(stage: Stage) -> tuple[PeerProcess, str]:
    """Start a peer with TLS at the far end; return the file of the authority, too."""
    server_file, authority = certificate(stage.folder, PEER)
    return await far(stage, certificate=server_file), authority


def under_tls(change: Change, path: str, **chosen: Any) -> Conduct:
    """Change what passes when the connection, with TLS, has been there for a while."""

    async def conduct(stage: Stage) -> int:
        server, authority = await secure_far(stage)
        number = await stage.opened(server.url(path), ca_file=authority, **chosen)
        await stage.pinged(number)
        await asyncio.sleep(0.9)
        await change(server.port)
        return await stage.ended(number)

    return conduct


def sending(change: Change, **chosen: Any) -> Conduct:
    """Change what passes in the middle of our upload under TLS."""

    async def conduct(stage: Stage) -> int:
        server, authority = await secure_far(stage)
        number = await stage.opened(server.url("/block/0"), ca_file=authority, **chosen)
        return await uploading(stage, number, lambda: change(server.port))

    return conduct


async def large_answers_lost(stage: Stage) -> int:
    """What the peer says is too large for the way to us: nothing comes after the first question."""
    server = await far(stage)
    number = await stage.opened(server.url("/feed"), **KEEPALIVE)
    await stage.pinged(number)
    await rules(TO_US + "ip length > 1000 drop")(server.port)
    stage.session.send(number, Opcode.TEXT, b"go on")
    return await stage.ended(number)


async def pings_turned_on(stage: Stage) -> int:
    """Nobody notices that nothing passes, until the person turns pings on."""
    server = await far(stage)
    number = await stage.opened(server.url())
    await chat(stage, number, 0.2, 0.3)
    await received(stage, number, 2)
    await CUT(server.port)
    await asyncio.sleep(1.5)
    stage.session.turn(number, "ping_timeout", 1.2)
    stage.session.turn(number, "ping_interval", 0.6)
    return await stage.ended(number)


def no_tls(change: Change) -> Conduct:
    async def conduct(stage: Stage) -> int:
        server, authority = await secure_far(stage)
        await change(server.port)
        return await stage.ended(stage.connect(server.url(), ca_file=authority, open_timeout=2.0))

    return conduct


def forgotten(*talk: float) -> Conduct:
    """The wall forgets what is idle for 2 s, and resets what it does not know; we speak again after 3.5 s."""

    async def server_behind(stage: Stage) -> PeerProcess:
        await forget_idle_flows(2)
        server = await far(stage)
        await rules(f"{TO_THE_PEER} ct state invalid {RESETTING}")(server.port)
        return server

    async def conduct(stage: Stage) -> int:
        server = await stage.once("forgetful", functools.partial(server_behind, stage))
        await apart(stage, "forgetful")
        number = await stage.opened(server.url())
        await chat(stage, number, *talk, 3.5)
        return await stage.ended(number)

    return conduct


async def destroyed(stage: Stage) -> int:
    """A program with the right to do so ends our socket in the middle of our upload."""
    server = await far(stage)
    number = await stage.opened(server.url("/block/0"))
    return await uploading(stage, number, lambda: near(f"ss --no-header --kill dport = {server.port}"))


def without_link(path: str, **chosen: Any) -> Conduct:
    """Our own link goes down, under all connections at once, while we talk."""

    async def conduct(stage: Stage) -> int:
        gathered: asyncio.Barrier = await stage.once("gathered", a_barrier)
        server = await far(stage)
        number = await stage.opened(server.url(path), **chosen)
        talk = asyncio.ensure_future(talk_on(stage, number, 0.1))
        await received(stage, number, 8)
        await gathered.wait()
        await stage.once("down", lambda: near("ip link set near down"))
        return await talk

    return impatiently(conduct)


def stand_still() -> None:
    """Stop this process, as a laptop's lid or a debugger does, and have another one let it go on."""
    with subprocess.Popen(["sh", "-c", f"sleep {STANDSTILL}; kill -CONT {os.getpid()}"]):
        os.kill(os.getpid(), signal.SIGSTOP)


def asleep(opened: Callable[[Stage], Awaitable[int]]) -> Conduct:
    """Open, let some time pass, and stand still for longer than the other end, or what is between, waits."""

    async def conduct(stage: Stage) -> int:
        number = await opened(stage)
        await asyncio.sleep(1.2)
        stand_still()
        return await awake(stage, number)

    return conduct


async def to_haproxy(stage: Stage) -> int:
    """HAProxy waits for 2.5 s, and our pings are often enough while we are awake."""
    rule = "timeout client 60s\n    timeout server 60s\n    timeout tunnel 2500ms"
    server = await haproxy(stage, (await own(stage, perMessageDeflate=True)).port, rule)
    number = await stage.opened(at(server.port), ping_interval=0.7, ping_timeout=2.0, **PACKED)
    await stage.pinged(number)
    return number


def to_a_keepalive(kind: str, **serve: float) -> Callable[[Stage], Awaitable[int]]:
    """The server pings, under TLS, and wants its pongs."""

    async def opened(stage: Stage) -> int:
        server, authority = await secure(stage, kind, serve=serve)
        return await stage.opened(server.url(), ca_file=authority)

    return opened


async def from_a_client(stage: Stage) -> int:
    """A client pings our server."""
    place = await serving(stage)
    await caller(stage, "hear", place.url, ping_interval=0.8, ping_timeout=1.2)
    return (await place.opened("/"))[0]


def we_leave(kind: str, path: str) -> Conduct:
    """Our program ends in the middle of what we say, under TLS."""

    async def conduct(stage: Stage) -> int:
        gathered: asyncio.Barrier = await stage.once("gathered", a_barrier)
        server, authority = await secure(stage, kind)
        number = await stage.opened(server.url(path), ca_file=authority, close_timeout=6.0, **KEEPALIVE)
        await chat(stage, number, 0.3, 0.3, 0.3)
        await gathered.wait()
        await stage.once("the end", stage.session.shut_down)
        return await stage.ended(number)

    return conduct


DROPPED = [
    Case("dropped in questions and answers", "silence", talking(CUT, ping_interval=1.0, ping_timeout=2.0), "deadline"),
    Case("answers dropped", "silence", talking(rules(TO_US + "drop"), every=0.15, **KEEPALIVE), "deadline"),
    Case("dropped under TLS while idle", "silence", under_tls(CUT, "/", **KEEPALIVE), "deadline"),
    Case("dropped under TLS in a feed", "silence", under_tls(CUT, "/tick", **KEEPALIVE), "deadline"),
    Case("dropped in our upload under TLS", "silence", sending(CUT, **KEEPALIVE), "deadline"),
    Case(
        "large packets of ours lost under TLS",
        "silence",
        sending(rules(TO_THE_PEER + "ip length > 1000 drop"), **KEEPALIVE),
        "deadline",
    ),
    Case("large packets of the peer lost", "silence", large_answers_lost, "deadline"),
    Case("dropped, and pings turned on later", "silence", pings_turned_on, "deadline"),
    Case("the ClientHello is too large", "open_tls", no_tls(rules(TO_THE_PEER + "ip length > 200 drop")), "deadline"),
    Case("the certificate is too large", "open_tls", no_tls(rules(TO_US + "ip length > 400 drop")), "deadline"),
    Case("reset in questions and answers", "rst_by_peer", talking(RESET, every=0.2), "reset"),
    Case("reset under TLS at our ping", "rst_by_peer", under_tls(RESET, "/", **KEEPALIVE), "reset"),
    Case(
        "a port that a router says is closed",
        "failed_tcp",
        barred(rules(TO_THE_PEER + "reject with icmp port-unreachable")),
        "refused",
    ),
    Case(
        "a network that a router does not know",
        "failed_tcp",
        barred(rules(TO_THE_PEER + "reject with icmp net-unreachable")),
        "refused",
    ),
    Case("no DNS server answers for us", "open_dns", named("silent.example"), "deadline"),
    Case("a name that nobody knows", "failed_dns", named("chat.nowhere.invalid"), "refused"),
]
FORGOTTEN = [
    Case("forgotten after one word", "idle_timer", forgotten(0.2), "reset"),
    Case("forgotten after two words", "idle_timer", forgotten(0.8, 0.5), "reset"),
    Case("forgotten after four words", "idle_timer", forgotten(0.7, 0.8, 0.6, 0.5), "reset"),
]
NO_NETWORK = rules(TO_THE_PEER + "reject with icmp net-unreachable")
IMPATIENT = [
    Case("questions dropped, without pings", "tcp_timeout", impatiently(talking(CUT)), "reset"),
    Case(
        "large packets of ours lost, without pings",
        "tcp_timeout",
        impatiently(sending(rules(TO_THE_PEER + "ip length > 1000 drop"))),
        "reset",
    ),
    Case("a router loses the network", "network_error", impatiently(talking(NO_NETWORK)), "reset"),
    Case("our socket is destroyed in our upload", "network_error", destroyed, "reset"),
]
WITHOUT_LINK = [
    Case("the link goes down while we talk, with pings", "silence", without_link("/", **OFTEN), "deadline"),
    Case("the link goes down in a feed, without pings", "tcp_timeout", without_link("/tick"), "reset"),
]
LEAVING = [
    Case("our program ends, websockets under TLS", "going_away_us", we_leave("acting", "/tick"), "close_frames"),
    Case("our program ends, aiohttp under TLS", "going_away_us", we_leave("acting_aiohttp", "/"), "close_frames"),
]

#: Those that are played in a network of their own.
WALLED = {
    "second-dropped": DROPPED,
    "second-forgotten": FORGOTTEN,
    "second-impatient": IMPATIENT,
    "second-unlinked": WITHOUT_LINK,
}
#: Those that need loopback only; each that stands still does so for all of its process.
#: The folder of what HAProxy serves is named after the group, and its socket's path may have some 95 characters.
LOCAL = {
    "second-leaving": LEAVING,
    "halt": [Case("we stand still, and HAProxy cuts", "asleep", asleep(to_haproxy), "fin")],
    "halt-websockets": [
        Case(
            "we stand still too long for websockets under TLS",
            "asleep",
            asleep(to_a_keepalive("acting", ping_interval=0.8, ping_timeout=1.2)),
            "close_frames",
        )
    ],
    "halt-aiohttp": [
        Case(
            "we stand still too long for aiohttp under TLS",
            "asleep",
            asleep(to_a_keepalive("acting_aiohttp", heartbeat=1.5)),
        )
    ],
    "halt-client": [
        Case("our server stands still too long for a client", "asleep", asleep(from_a_client), "close_frames")
    ],
}
