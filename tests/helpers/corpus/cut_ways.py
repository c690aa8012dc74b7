"""Which connections of the corpus fail or end on their way: by TLS and its certificates, or at a proxy?"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from typing import Any

from framescope.engine.errors import InvalidState
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.corpus.cut_steps import QUICK, Conduct, certificate, peer, through
from helpers.corpus.stage import Case, Stage
from helpers.loops import until
from helpers.peer_process import PeerProcess
from helpers.raw_peers import Peer

TARGET = "server.example"  #: no proxy is asked on the way to this machine itself; the test's proxies go there anyway
YESTERDAY = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


async def secure(stage: Stage, *names: str, kind: str = "acting", **options: Any) -> tuple[PeerProcess, str]:
    """Serve with TLS; return the server, and the file of the authority that its certificate is from."""
    server_file, authority_file = certificate(stage.folder, *names, **options)
    server = await stage.peer(kind, serve={}, certificate=server_file)
    return server, authority_file


async def an_expired_certificate(stage: Stage) -> int:
    server, authority = await secure(stage, not_after=YESTERDAY)
    return await stage.ended(stage.connect(server.url(), ca_file=authority))


async def an_unknown_authority(stage: Stage) -> int:
    server, _ = await secure(stage)
    return await stage.ended(stage.connect(server.url()))


async def another_name(stage: Stage) -> int:
    server, authority = await secure(stage, TARGET)
    return await stage.ended(stage.connect(server.url(), ca_file=authority))


def a_client_certificate_is_wanted(version: str) -> Conduct:
    """With TLS 1.3 the server says so when the handshake is done for us already."""

    async def conduct(stage: Stage) -> int:
        server_file, authority_file = certificate(stage.folder)
        server = await peer(stage, "guarded", certificate=server_file, version=version)
        return await stage.ended(stage.connect(server.url(), ca_file=authority_file))

    return conduct


async def tls_where_there_is_none(stage: Stage) -> int:
    port = (await stage.peer("acting", serve={})).port
    return await stage.ended(stage.connect(f"wss://127.0.0.1:{port}/"))


async def no_tls_where_there_is(stage: Stage) -> int:
    server, _ = await secure(stage)
    return await stage.ended(stage.connect(f"ws://127.0.0.1:{server.port}/"))


async def no_server_hello(stage: Stage) -> int:
    port = (await stage.peer("silent")).port
    return await stage.ended(stage.connect(f"wss://127.0.0.1:{port}/", open_timeout=0.7))


async def tls_and_nothing_more(stage: Stage) -> int:
    """TLS is there, and the application behind it does not answer."""
    server_file, authority_file = certificate(stage.folder)
    server = await peer(stage, "application", certificate=server_file)
    return await stage.ended(stage.connect(server.url("/ws/late/9"), ca_file=authority_file, open_timeout=0.7))


def over_tls(act: str, kind: str = "acting") -> Conduct:
    """Open over TLS, and let the server's process be killed, or stopped."""

    async def conduct(stage: Stage) -> int:
        server, authority = await secure(stage, kind=kind)
        number = await stage.opened(server.url(), ca_file=authority, **QUICK)
        await stage.pinged(number)
        getattr(server, act)()
        return await stage.ended(number)

    return conduct


async def closed_over_tls(stage: Stage) -> int:
    server, authority = await secure(stage)
    return await stage.ended(stage.connect(server.url("/close/1000"), ca_file=authority))


async def secure_shutdown(stage: Stage) -> int:
    server_file, authority_file = certificate(stage.folder)
    server = await peer(stage, "site", certificate=server_file)
    number = await stage.opened(server.url(), ca_file=authority_file)
    server.ask_to_end()
    return await stage.ended(number)


async def another_protocol(stage: Stage) -> int:
    """A mail server speaks first, and does not understand us."""

    async def greet(mail: Peer) -> None:
        mail.writer.write(b"220 mail.example ESMTP\r\n")
        await mail.reader.readuntil(b"\r\n\r\n")
        mail.writer.write(b"500 5.5.1 Command unrecognized\r\n" * 3)
        await mail.reader.read()

    return await stage.ended(stage.connect(await stage.raw(greet)))


def refused(scheme: str, kind: str, **options: Any) -> Conduct:
    """The proxy does not let us through."""

    async def conduct(stage: Stage) -> int:
        proxy = await peer(stage, kind, **options)
        return await stage.ended(through(stage, f"{scheme}://127.0.0.1:{proxy.port}", f"ws://{TARGET}:8080/"))

    return conduct


def unanswered(scheme: str) -> Conduct:
    """The proxy takes the connection, and says nothing."""

    async def conduct(stage: Stage) -> int:
        port = (await stage.peer("silent")).port
        url = f"ws://{TARGET}:8080/"
        return await stage.ended(through(stage, f"{scheme}://127.0.0.1:{port}", url, open_timeout=0.7))

    return conduct


async def tunnel(stage: Stage, path: str = "/", **chosen: Any) -> tuple[PeerProcess, int]:
    """Open through a proxy with a process of its own; return the proxy and the connection's number."""
    server = await stage.peer("acting", serve={})
    proxy = await peer(stage, "proxy")
    number = through(stage, f"http://127.0.0.1:{proxy.port}", f"ws://{TARGET}:{server.port}{path}", **chosen)
    await stage.pinged(number)
    return proxy, number


async def proxy_killed(stage: Stage) -> int:
    proxy, number = await tunnel(stage, **QUICK)
    proxy.kill()
    return await stage.ended(number)


async def proxy_stopped(stage: Stage) -> int:
    proxy, number = await tunnel(stage, "/tick", **QUICK)
    proxy.pause()
    return await stage.ended(number)


async def refused_behind_the_proxy(stage: Stage) -> int:
    server = await peer(stage, "site")
    proxy = await peer(stage, "proxy")
    url = f"ws://{TARGET}:{server.port}/status/503"
    return await stage.ended(through(stage, f"http://127.0.0.1:{proxy.port}", url))


def cut_by_the_proxy(talk: float, gap: float | None = None, **cut: float) -> Conduct:
    """Say something after `talk` s and each `gap` s; the proxy cuts what is idle, or old."""

    async def conduct(stage: Stage) -> int:
        server = await stage.shared("acting", serve={})
        proxy = await stage.shared("proxy", module="corpus.cut_peers", **cut)
        url = f"ws://{TARGET}:{server.port}/"
        number = through(stage, f"http://127.0.0.1:{proxy.port}", url)
        await until(lambda: stage.trace(number).story.state is State.OPEN)
        await asyncio.sleep(talk)
        while stage.trace(number).story.ended is None:
            with contextlib.suppress(InvalidState):
                stage.session.send(number, Opcode.TEXT, b"hello")
            if gap is None:
                break
            await asyncio.sleep(gap)
        return await stage.ended(number)

    return conduct


CASES = [
    Case("an expired certificate", "failed_tls", an_expired_certificate, "refused"),
    Case("a certificate of an unknown authority", "failed_tls", an_unknown_authority, "refused"),
    Case("a certificate for another name", "failed_tls", another_name, "refused"),
    Case("a client certificate is wanted", "failed_tls", a_client_certificate_is_wanted("TLSv1_3")),
    Case("a client certificate is wanted in TLS 1.2", "failed_tls", a_client_certificate_is_wanted("TLSv1_2")),
    Case("wss to a server without TLS", "failed_tls", tls_where_there_is_none, "refused"),
    Case("ws to a server with TLS", "failed_upgrade", no_tls_where_there_is, "refused"),
    Case("ws to a mail server", "failed_upgrade", another_protocol, "refused"),
    Case("no answer to the ClientHello", "open_tls", no_server_hello, "deadline"),
    Case("no answer behind TLS", "open_upgrade", tls_and_nothing_more, "deadline"),
    Case("kill -9 under TLS", "fin_by_peer", over_tls("kill"), "fin"),
    Case("kill -9 of aiohttp under TLS", "fin_by_peer", over_tls("kill", "acting_aiohttp"), "fin"),
    Case("SIGSTOP under TLS", "silence", over_tls("pause"), "deadline"),
    Case("closed under TLS", "closed_by_peer", closed_over_tls, "close_frames"),
    Case("shut down under TLS", "going_away", secure_shutdown, "close_frames"),
    Case("a proxy wants a password", "failed_proxy", refused("http", "proxy", status=407), "refused"),
    Case("a proxy forbids it", "failed_proxy", refused("http", "proxy", status=403), "refused"),
    Case("a proxy does not reach the server", "failed_proxy", refused("http", "proxy", status=502), "refused"),
    Case("a SOCKS proxy forbids it", "failed_proxy", refused("socks5h", "socks", reply=2), "refused"),
    Case("a SOCKS proxy finds no host", "failed_proxy", refused("socks5h", "socks", reply=4), "refused"),
    Case("a proxy hangs", "open_proxy", unanswered("http"), "deadline"),
    Case("a SOCKS proxy hangs", "open_proxy", unanswered("socks5h"), "deadline"),
    Case("503 behind a proxy", "refused_status", refused_behind_the_proxy, "refused"),
    Case("a proxy is killed", "fin_by_peer", proxy_killed, "fin"),
    Case("a proxy is stopped", "silence", proxy_stopped, "deadline"),
    Case("a proxy cuts what is idle", "idle_timer", cut_by_the_proxy(0.0, idle=2.0), "fin"),
    Case("a proxy cuts what is idle, later", "idle_timer", cut_by_the_proxy(1.1, idle=2.0), "fin"),
    Case("a proxy cuts what is old", "life_timer", cut_by_the_proxy(0.4, 0.35, life=2.5), "fin"),
    Case("a proxy cuts what is old, again", "life_timer", cut_by_the_proxy(0.2, 0.55, life=2.5), "fin"),
]
