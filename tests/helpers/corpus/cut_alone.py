"""Which connections of the corpus need a process to themselves? For what is done to all of a machine, or to us.

The kernel's patience, a link that goes down, a program that stands still, one that ends.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

from framescope.engine.frames import Opcode
from helpers.corpus import cut_wall
from helpers.corpus.cut_steps import Conduct, peer, through
from helpers.corpus.cut_wall import (
    CUT,
    FORGOTTEN_AFTER,
    NO_HOST,
    RESETTING,
    TO_THE_PEER,
    far,
    rules,
    walled,
    walled_upload,
)
from helpers.corpus.stage import Case, Stage
from helpers.loops import until
from helpers.namespace import forget_idle_flows, near

OFTEN = {"ping_interval": 0.5, "ping_timeout": 0.5}
#: Of TCP, where the usual 15 would be a quarter of an hour: some 3 s with the waits that double from 0.2 s.
RESENDINGS = 3
STANDSTILL = 3.0  #: s
_WAKE = "import os, signal, sys, time; time.sleep(float(sys.argv[1])); os.kill(int(sys.argv[2]), signal.SIGCONT)"


async def impatient(stage: Stage) -> None:
    """Let this machine's TCP give up soon."""
    await near(f"sysctl --quiet --write net.ipv4.tcp_retries2={RESENDINGS}")


def impatiently(conduct: Conduct) -> Conduct:
    async def with_it(stage: Stage) -> int:
        await stage.once("impatient", lambda: impatient(stage))
        return await conduct(stage)

    return with_it


async def destroyed(stage: Stage) -> int:
    """A program with the right to do so ends our socket, as it happens when a VPN or another network takes over."""
    server = await far(stage)
    number = await stage.opened(server.url(), **OFTEN)
    await stage.pinged(number)
    await near(f"ss --no-header --kill dport = {server.port}")
    return await stage.ended(number)


def without_link(how: str, *, is_pinging: bool) -> Conduct:
    """Our own network goes away, under all connections at once."""

    async def conduct(stage: Stage) -> int:
        gathered: asyncio.Barrier = await stage.once("gathered", a_barrier)
        server = await far(stage)
        number = await stage.opened(server.url(), **(OFTEN if is_pinging else {}))
        await gathered.wait()
        await stage.once(how, lambda: near(how))
        if not is_pinging:
            stage.session.send(number, Opcode.TEXT, b"hello")
        return await stage.ended(number)

    return impatiently(conduct)


async def a_barrier() -> asyncio.Barrier:
    return asyncio.Barrier(2)


def stand_still() -> None:
    """Stop this process, as Ctrl-Z does, and have another one let it go on."""
    with subprocess.Popen([sys.executable, "-S", "-c", _WAKE, str(STANDSTILL), str(os.getpid())]):
        os.kill(os.getpid(), signal.SIGSTOP)


async def asleep_behind_a_proxy(stage: Stage) -> int:
    """While we stand still no ping keeps the connection busy for a proxy that cuts what is idle."""
    server = await stage.peer("acting", serve={})
    proxy = await peer(stage, "proxy", idle=2.0)
    url = f"ws://server.example:{server.port}/"
    number = through(stage, f"http://127.0.0.1:{proxy.port}", url, **OFTEN)
    await stage.pinged(number)
    stand_still()
    return await awake(stage, number)


def asleep_behind_a_nat(what: str) -> Conduct:
    """While we stand still no ping keeps the connection in the memory of the NAT."""

    async def conduct(stage: Stage) -> int:
        server = await far(stage)
        await forget_idle_flows(FORGOTTEN_AFTER)
        await rules(f"{TO_THE_PEER} ct state invalid {what}")(server.port)
        number = await stage.opened(server.url(), **OFTEN)
        await stage.pinged(number)
        stand_still()
        return await awake(stage, number)

    return conduct


def asleep_too_long_for(kind: str, **serve: float) -> Conduct:
    """While we stand still nobody answers the peer's pings."""

    async def conduct(stage: Stage) -> int:
        server = await stage.peer(kind, serve=serve)
        number = await stage.opened(server.url())
        await asyncio.sleep(0.6)  # some pings are answered before
        stand_still()
        return await awake(stage, number)

    return conduct


async def awake(stage: Stage, number: int) -> int:
    """Wait for the end, and until the standstill is recorded."""
    await stage.ended(number)
    await until(lambda: stage.trace(number) and stage.book.halts)
    return number


def we_leave(*, is_answered: bool) -> Conduct:
    """The program ends, with a peer that answers our Close, or one that stands still."""

    async def conduct(stage: Stage) -> int:
        gathered: asyncio.Barrier = await stage.once("gathered", a_barrier)
        server = await stage.peer("acting", serve={})
        number = await stage.opened(server.url(), close_timeout=5.0)
        if not is_answered:
            server.pause()
        await gathered.wait()
        await stage.once("the end", stage.session.shut_down)
        return await stage.ended(number)

    return conduct


IMPATIENT = [
    Case("our message is dropped, without pings", "tcp_timeout", impatiently(walled(CUT, is_talking=True)), "reset"),
    Case("our upload is dropped, without pings", "tcp_timeout", impatiently(walled_upload(CUT)), "reset"),
    Case("a router loses the host", "network_error", impatiently(walled(NO_HOST, is_talking=True)), "reset"),
    Case("our socket is destroyed", "network_error", impatiently(destroyed), "reset"),
]
LINK_DOWN = "ip link set near down"
WITHOUT_LINK = [
    # Nothing tells TCP: it resends in vain until it has no patience left.
    Case("our link goes down, with pings", "silence", without_link(LINK_DOWN, is_pinging=True), "deadline"),
    Case("our link goes down, without pings", "tcp_timeout", without_link(LINK_DOWN, is_pinging=False), "reset"),
]
NO_ROUTE = "ip route del default"
WITHOUT_ROUTE = [
    Case("our route goes away, with pings", "silence", without_link(NO_ROUTE, is_pinging=True), "deadline"),
    Case("our route goes away, without pings", "tcp_timeout", without_link(NO_ROUTE, is_pinging=False), "reset"),
]
LEAVING = [
    Case("our program ends", "going_away_us", we_leave(is_answered=True), "close_frames"),
    Case("our program ends, and nobody answers", "going_away_us", we_leave(is_answered=False), "aborted"),
]
ASLEEP_AND_CUT = [Case("we stand still, and a proxy cuts what is idle", "asleep", asleep_behind_a_proxy, "fin")]
ASLEEP_AND_RESET = [Case("we stand still, and a NAT resets", "asleep", asleep_behind_a_nat(RESETTING), "reset")]
ASLEEP_AND_DROPPED = [Case("we stand still, and a NAT drops", "asleep", asleep_behind_a_nat("drop"), "deadline")]
ASLEEP_AND_CLOSED = [
    Case(
        "we stand still too long for websockets",
        "asleep",
        asleep_too_long_for("acting", ping_interval=0.4, ping_timeout=0.6),
        "close_frames",
    )
]

#: Those that are played in a network of their own.
WALLED = {
    "wall": cut_wall.CASES,
    "impatient": IMPATIENT,
    "without link": WITHOUT_LINK,
    "without route": WITHOUT_ROUTE,
    "asleep and reset": ASLEEP_AND_RESET,
    "asleep and dropped": ASLEEP_AND_DROPPED,
}
#: Those that need loopback only.
LOCAL = {"leaving": LEAVING, "asleep and cut": ASLEEP_AND_CUT, "asleep and closed": ASLEEP_AND_CLOSED}
