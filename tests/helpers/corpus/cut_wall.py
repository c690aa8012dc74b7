"""Which connections of the corpus are cut by a firewall, by a network that goes away, or by names nobody answers for?

They are played in a network of their own (`namespace`), with a wall between us and the peers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from framescope.engine.frames import Opcode
from helpers.corpus.cut_steps import QUICK, Conduct, uploading
from helpers.corpus.stage import Case, Stage
from helpers.loops import until
from helpers.namespace import FAR, PEER, ask_names_of_the_far_end, forget_idle_flows, wall
from helpers.peer_process import PeerProcess

Change = Callable[[int], Awaitable[None]]  #: what is done, to the connections of a port
FORGOTTEN_AFTER = 2  #: s without a packet
RARE_PINGS = {"ping_interval": 3.0, "ping_timeout": 1.0}  #: rarer than the wall needs
IN_A_FEED = {"ping_interval": 0.4, "ping_timeout": 2.0}


async def far(stage: Stage, kind: str = "acting", **options: Any) -> PeerProcess:
    """Start a peer at the far end."""
    return await stage.peer(kind, host=PEER, prefix=FAR, **({"serve": {}} | options))


def rules(*texts: str) -> Change:
    """Add rules; PORT in a rule is that of the peer."""

    async def change(port: int) -> None:
        await wall(*(text.replace("PORT", str(port)) for text in texts))

    return change


TO_THE_PEER, TO_US = "tcp dport PORT ", "tcp sport PORT "
CUT = rules(TO_THE_PEER + "drop", TO_US + "drop")
RESETTING = "reject with tcp reset"
RESET = rules(TO_THE_PEER + RESETTING)
NO_HOST = rules(TO_THE_PEER + "reject with icmp host-unreachable")


def walled(change: Change, path: str = "/", *, is_talking: bool = False, **chosen: Any) -> Conduct:
    """Open, wait for a pong where there are pings, then change what passes; `is_talking` sends a message then."""

    async def conduct(stage: Stage) -> int:
        server = await far(stage)
        number = await stage.opened(server.url(path), **chosen)
        if chosen:
            await stage.pinged(number)
        await change(server.port)
        if is_talking:
            stage.session.send(number, Opcode.TEXT, b"hello")
        return await stage.ended(number)

    return conduct


def walled_upload(change: Change, **chosen: Any) -> Conduct:
    """Change what passes in the middle of an upload."""

    async def conduct(stage: Stage) -> int:
        server = await far(stage)
        number = await stage.opened(server.url("/block/0"), **chosen)
        return await uploading(stage, number, lambda: change(server.port))

    return conduct


async def cut_in_a_feed(stage: Stage) -> int:
    """The peer sends all that it can."""
    server = await far(stage)
    number = await stage.opened(server.url("/feed"), **QUICK)
    await stage.pinged(number)
    stage.session.send(number, Opcode.TEXT, b"go on")
    await until(lambda: stage.trace(number).story.totals.received_frames > 300)
    await CUT(server.port)
    return await stage.ended(number)


def barred(change: Change, **chosen: Any) -> Conduct:
    """Change what passes before we connect."""

    async def conduct(stage: Stage) -> int:
        server = await far(stage)
        await change(server.port)
        return await stage.ended(stage.connect(server.url(), open_timeout=1.0, **chosen))

    return conduct


def forgotten(what: str, *, begin: float, **chosen: Any) -> Conduct:
    """The wall forgets what is idle, and then does `what` to a packet that it does not know; talk after `begin` s."""

    async def conduct(stage: Stage) -> int:
        async def server_behind() -> PeerProcess:
            await forget_idle_flows(FORGOTTEN_AFTER)
            server = await far(stage)
            await rules(f"{TO_THE_PEER} ct state invalid {what}")(server.port)
            return server

        server = await stage.once(what, server_behind)
        number = await stage.opened(server.url(), **chosen)
        await asyncio.sleep(begin)
        stage.session.send(number, Opcode.TEXT, b"hello")
        return await stage.ended(number)

    return conduct


def named(host: str) -> Conduct:
    """Look a name up, of which the name server at the far end knows nothing good."""

    async def conduct(stage: Stage) -> int:
        await stage.once("names", lambda: name_server(stage))
        return await stage.ended(stage.connect(f"ws://{host}/", open_timeout=1.0))

    return conduct


async def name_server(stage: Stage) -> None:
    await far(stage, "names", module="corpus.cut_peers")
    ask_names_of_the_far_end(stage.folder)


BLACK_HOLES = [
    Case("a firewall drops all while idle", "silence", walled(CUT, **QUICK), "deadline"),
    Case("a firewall drops what comes to us", "silence", walled(rules(TO_US + "drop"), **QUICK), "deadline"),
    Case("a firewall drops what we send", "silence", walled(rules(TO_THE_PEER + "drop"), **QUICK), "deadline"),
    Case(
        "a firewall drops what we send, in a feed of small messages",
        "silence",  # without our acknowledgements the feed ends, too
        walled(rules(TO_THE_PEER + "drop"), "/tick", **IN_A_FEED),
        "deadline",
    ),
    Case("a firewall drops all in a feed", "silence", cut_in_a_feed, "deadline"),
    Case("a firewall drops all in our upload", "silence", walled_upload(CUT, **QUICK), "deadline"),
    Case(
        "large packets do not pass",
        "silence",
        walled_upload(rules(TO_THE_PEER + "ip length > 1200 drop"), **QUICK),
        "deadline",
    ),
    Case("no large packet passes", "open_upgrade", barred(rules(TO_THE_PEER + "ip length > 150 drop")), "deadline"),
    Case("SYN dropped", "open_tcp", barred(rules(TO_THE_PEER + "drop")), "deadline"),
    Case("SYN and ACK dropped", "open_tcp", barred(rules(TO_US + "drop")), "deadline"),
]
RESETS = [
    Case("a firewall resets at our next message", "rst_by_peer", walled(RESET, is_talking=True), "reset"),
    Case("a firewall resets at our next ping", "rst_by_peer", walled(RESET, **QUICK), "reset"),
    Case("a firewall resets in our upload", "rst_by_peer", walled_upload(RESET), "reset"),
    Case("a firewall resets at SYN", "failed_tcp", barred(RESET), "refused"),
    Case(
        "a firewall says that it forbids it",
        "failed_tcp",
        barred(rules(TO_THE_PEER + "reject with icmp admin-prohibited")),
        "refused",
    ),
    Case(
        "a router finds no host",
        "failed_tcp",
        barred(NO_HOST),
        "refused",
    ),
]
FORGOTTEN = [
    Case("a NAT forgets, and resets", "idle_timer", forgotten(RESETTING, begin=0.0, **RARE_PINGS), "reset"),
    Case("a NAT forgets, and resets, later", "idle_timer", forgotten(RESETTING, begin=1.3, **RARE_PINGS), "reset"),
    # Silence is all that there is to see: no end comes at any time.
    Case("a NAT forgets, and drops", "silence", forgotten("drop", begin=0.0, **RARE_PINGS), "deadline"),
]
NAMES = [
    Case("no DNS server answers", "open_dns", named("silent.example"), "deadline"),
    Case("an unknown name", "failed_dns", named("nowhere.invalid"), "refused"),
    Case("a broken DNS server", "failed_dns", named("broken.example"), "refused"),
]
CASES = BLACK_HOLES + RESETS + FORGOTTEN + NAMES
