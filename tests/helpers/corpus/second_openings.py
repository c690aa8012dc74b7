"""Which connections of the second corpus do not open? By proxies, TLS, servers, patience, or a change of mind."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence
from typing import Any

from helpers.corpus.cut_steps import certificate, peer, through, visit
from helpers.corpus.middle_boxes import answered, nginx, nobody, websockets_behind
from helpers.corpus.middle_clients import caller, node_caller
from helpers.corpus.middle_node import shared
from helpers.corpus.middle_serving import serving
from helpers.corpus.second_steps import TARGET, Act, Conduct, raw, raw_proxy, secure
from helpers.corpus.stage import Case, Stage
from helpers.proxy_servers import socks5_proxy
from helpers.raw_peers import Peer, accepting, black_hole, free_port

TOMORROW = datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC)


def saying(data: bytes, how: str = "") -> Act:
    """Say this, whatever is asked, and end TCP: close, reset, or say nothing more."""

    async def act(peer: Peer) -> None:
        await peer.reader.read(1)
        await asyncio.sleep(0.2)
        await peer.reader.read(4000)  # all of it: what is left unread would turn FIN into a reset
        peer.writer.write(data)
        await peer.writer.drain()
        await asyncio.sleep(0.2)
        if how == "reset":
            peer.reset()
        if how == "":
            await peer.reader.read()

    return act


def answering(change: tuple[bytes, bytes]) -> Act:
    """Accept, with one thing changed in the answer."""

    async def act(peer: Peer) -> None:
        peer.writer.write(accepting(await peer.request()).replace(*change))
        await peer.reader.read()

    return act


async def socks_without_an_answer(peer: Peer) -> None:
    """Agree to go without a password, and never say whether the server was reached."""
    await peer.reader.read(100)
    peer.writer.write(b"\x05\x00")
    await peer.reader.read(100)
    await asyncio.sleep(10)


def socks(url: str, *, credentials: tuple[str, str] | None = None, reply: int = 0) -> Conduct:
    async def conduct(stage: Stage) -> int:
        proxy = await stage.keep_recording(socks5_proxy(credentials=credentials, reply=reply))
        return await stage.ended(through(stage, f"socks5h://127.0.0.1:{proxy.port}", url))

    return conduct


async def no_hello_behind_a_proxy(stage: Stage) -> int:
    """The proxy reaches the server, which says nothing to a ClientHello."""
    server = await stage.shared("silent")
    proxy = await peer(stage, "proxy")
    url = f"wss://{TARGET}:{server.port}/"
    return await stage.ended(through(stage, f"http://127.0.0.1:{proxy.port}", url, open_timeout=1.8))


async def another_name_behind_a_proxy(stage: Stage) -> int:
    """The certificate is for others than whom we asked for."""
    server, authority = await secure(stage)
    proxy = await peer(stage, "proxy")
    url = f"wss://elsewhere.example:{server.port}/"
    return await stage.ended(through(stage, f"http://127.0.0.1:{proxy.port}", url, ca_file=authority))


async def not_valid_yet(stage: Stage) -> int:
    server_file, authority = certificate(stage.folder, not_before=TOMORROW, not_after=TOMORROW.replace(year=2121))
    server = await stage.peer("acting", serve={}, certificate=server_file)
    return await stage.ended(stage.connect(server.url(), ca_file=authority))


def broken_off_in_tls(act: Act) -> Conduct:
    async def conduct(stage: Stage) -> int:
        return await stage.ended(stage.connect((await stage.raw(act)).replace("ws:", "wss:")))

    return conduct


async def stopped_before(stage: Stage) -> int:
    """The server's process stands still; its kernel takes the connection."""
    server = await stage.peer("acting", serve={})
    server.pause()
    return await stage.ended(stage.connect(server.url(), open_timeout=1.7))


async def patience_turned_down(stage: Stage) -> int:
    number = stage.connect((await stage.shared("silent")).url())
    await asyncio.sleep(0.8)
    stage.session.turn(number, "open_timeout", 1.5)
    return await stage.ended(number)


async def killed_before_the_answer(stage: Stage) -> int:
    server = await peer(stage, "application")
    number = stage.connect(server.url("/ws/late/9"))
    await asyncio.sleep(1.2)
    server.kill()
    return await stage.ended(number)


async def secure_refusal(stage: Stage) -> int:
    server_file, authority = certificate(stage.folder)
    server = await peer(stage, "site", certificate=server_file)
    return await stage.ended(stage.connect(server.url("/status/403"), ca_file=authority))


async def refused_by_node(stage: Stage) -> int:
    server = await shared(stage, refuse=500)
    return await stage.ended(stage.connect(server.url(), compression="deflate"))


async def nobody_behind_a_proxy(stage: Stage) -> int:
    """A CONNECT proxy leads to an nginx that finds nobody behind itself."""
    front = await nginx(stage, free_port())
    proxy = await peer(stage, "proxy")
    return await stage.ended(through(stage, f"http://127.0.0.1:{proxy.port}", f"ws://{TARGET}:{front.port}/"))


def nobody_there(url: str) -> Conduct:
    async def conduct(stage: Stage) -> int:
        return await stage.ended(stage.connect(url % free_port()))

    return conduct


def given_up(after: float, url: str, **chosen: Any) -> Conduct:
    """The person changes their mind after `after` s, while nothing comes."""

    async def conduct(stage: Stage) -> int:
        number = stage.connect(url % (await stage.shared("silent")).port, **chosen)
        await asyncio.sleep(after)
        stage.session.close(number, 1000, "")
        return await stage.ended(number)

    return conduct


async def given_up_before_tcp(stage: Stage) -> int:
    number = stage.connect(f"ws://127.0.0.1:{await stage.keep(black_hole)}/")
    await asyncio.sleep(1.4)
    stage.session.close(number, 1000, "")
    return await stage.ended(number)


async def given_up_at_a_proxy(stage: Stage) -> int:
    port = (await stage.shared("silent")).port
    number = through(stage, f"http://127.0.0.1:{port}", f"ws://{TARGET}:8080/")
    await asyncio.sleep(0.9)
    stage.session.close(number, 1000, "")
    return await stage.ended(number)


async def full_backlog(stage: Stage) -> int:
    return await stage.ended(stage.connect(f"ws://127.0.0.1:{await stage.keep(black_hole)}/", open_timeout=1.6))


async def dripping(stage: Stage) -> int:
    """The answer comes, a byte each 0.1 s."""

    async def act(peer: Peer) -> None:
        for byte in accepting(await peer.request()):
            peer.writer.write(bytes([byte]))
            await peer.writer.drain()
            await asyncio.sleep(0.1)

    return await stage.ended(stage.connect(await stage.raw(act), open_timeout=2.0))


async def refused_without_origin(stage: Stage) -> int:
    """Our server wants an origin, and Node's ws sends none."""
    place = await serving(stage, origins=["https://shop.example"])
    await node_caller(stage, "ws", "stay", place.url)
    return await place.ended()


async def refused_by_our_hook(stage: Stage) -> int:
    """Our server's own code says no."""
    place = await serving(stage, process_request=lambda connection, _: connection.respond(401, "who are you\n"))
    await caller(stage, "aiohttp", "talk", place.url)
    return await place.ended()


FAILED: Sequence[Case] = [
    Case("a proxy answers 504", "failed_proxy", raw_proxy("http", saying(b"HTTP/1.1 504 Gateway Timeout\r\n\r\n"))),
    Case("a proxy ends before its answer", "failed_proxy", raw_proxy("http", saying(b"", "close"))),
    Case("a SOCKS proxy wants a password", "failed_proxy", socks(f"ws://{TARGET}/", credentials=("ann", "secret"))),
    Case("a SOCKS proxy is refused by the server", "failed_proxy", socks(f"wss://{TARGET}/", reply=5)),
    Case("another name, behind a proxy", "failed_tls", another_name_behind_a_proxy, "refused"),
    Case("a certificate for later", "failed_tls", not_valid_yet, "refused"),
    Case("FIN after the ClientHello", "failed_tls", broken_off_in_tls(saying(b"", "close"))),
    Case("RST after the ClientHello", "failed_tls", broken_off_in_tls(saying(b"", "reset"))),
    Case("nobody on localhost", "failed_tcp", nobody_there("ws://localhost:%d/"), "refused"),
    Case("nobody there for TLS", "failed_tcp", nobody_there("wss://127.0.0.1:%d/chat"), "refused"),
    Case("killed before the answer", "failed_upgrade", killed_before_the_answer),
    Case("RST in the answer", "failed_upgrade", raw(saying(b"HTTP/1.1 101 Switching Proto", "reset"))),
    Case("an SSH server there", "failed_upgrade", raw(saying(b"SSH-2.0-OpenSSH_9.6\r\n"))),
]
REFUSED: Sequence[Case] = [
    Case("nginx says 429", "refused_status", answered(websockets_behind, "return 429;"), "refused"),
    Case("nginx says 410", "refused_status", answered(nobody, 'return 410 "moved for good";'), "refused"),
    Case("nginx says 502 behind a proxy", "refused_status", nobody_behind_a_proxy, "refused"),
    Case("websockets says 403 under TLS", "refused_status", secure_refusal, "refused"),
    Case("websockets says 426", "refused_status", visit("site", "/status/426"), "refused"),
    Case("ws says 500", "refused_status", refused_by_node, "refused"),
    Case("101 without Upgrade", "refused_header", raw(answering((b"Upgrade: websocket\r\n", b""))), "refused"),
    Case("101 with another Connection", "refused_header", raw(answering((b"n: Upgrade", b"n: keep-alive"))), "refused"),
    Case(
        "101 with an extension of its own",
        "refused_header",
        raw(answering((b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: x-acme\r\n\r\n"))),
        "refused",
    ),
    Case("we refuse who has no origin", "refused_by_us", refused_without_origin, "refused"),
    Case("our hook refuses", "refused_by_us", refused_by_our_hook, "refused"),
]
UNANSWERED: Sequence[Case] = [
    Case(
        "a SOCKS proxy agrees, and hangs", "open_proxy", raw_proxy("socks5h", socks_without_an_answer, open_timeout=1.6)
    ),
    Case("a backlog that is full", "open_tcp", full_backlog, "deadline"),
    Case("no ServerHello behind a proxy", "open_tls", no_hello_behind_a_proxy, "deadline"),
    Case("stopped before we came", "open_upgrade", stopped_before, "deadline"),
    Case("our patience is turned down", "open_upgrade", patience_turned_down, "deadline"),
    Case("the answer drips", "open_upgrade", dripping, "deadline"),
    Case("given up before TCP", "given_up", given_up_before_tcp, "aborted"),
    Case("given up in TLS", "given_up", given_up(1.1, "wss://127.0.0.1:%d/"), "aborted"),
    Case("given up before the answer", "given_up", given_up(2.3, "ws://127.0.0.1:%d/", open_timeout=None), "aborted"),
    Case("given up at a proxy", "given_up", given_up_at_a_proxy, "aborted"),
]
CASES = [*FAILED, *REFUSED, *UNANSWERED]
