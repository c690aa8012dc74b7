"""Which proxies stand between client and server in a test? Small ones for CONNECT, SOCKS4 and SOCKS5 on 127.0.0.1.

Whatever host they are asked for, they go to 127.0.0.1: no test speaks to another address.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from helpers.raw_peers import Peer, raw_server

CHUNK = 64 * 1024


@dataclass
class ProxyServer:
    """A proxy that listens, and what it was asked."""

    port: int = 0
    heads: list[str] = field(default_factory=list)  #: of CONNECT requests
    targets: list[tuple[str, int]] = field(default_factory=list)
    users: list[tuple[str, str]] = field(default_factory=list)  #: whom SOCKS was told


@contextlib.asynccontextmanager
async def http_proxy(
    context: ssl.SSLContext | None = None,
    *,
    credentials: tuple[str, str] | None = None,
    behind: bytes = b"",
    version: str = "1.1",
) -> AsyncIterator[ProxyServer]:
    """Serve CONNECT; `behind` is sent in one piece with the answer, as the tunnel's first bytes."""
    proxy = ProxyServer()
    expected = credentials and "Basic " + base64.b64encode(":".join(credentials).encode()).decode()

    async def conduct(peer: Peer) -> None:
        head = (await peer.reader.readuntil(b"\r\n\r\n")).decode()
        proxy.heads.append(head)
        given = [line.partition(": ")[2] for line in head.splitlines() if line.startswith("Proxy-Authorization: ")]
        if expected and given != [expected]:
            peer.writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await peer.writer.drain()
            return
        host, _, port = head.split()[1].rpartition(":")
        proxy.targets.append((host, int(port)))
        peer.writer.write(f"HTTP/{version} 200 Connection established\r\n\r\n".encode() + behind)
        await splice(peer, int(port))

    async with raw_server(conduct, context) as proxy.port:
        yield proxy


@contextlib.asynccontextmanager
async def socks5_proxy(*, credentials: tuple[str, str] | None = None, reply: int = 0) -> AsyncIterator[ProxyServer]:
    """Serve SOCKS5 (RFC 1928, 1929); `reply` is what each request is answered."""
    proxy = ProxyServer()

    async def conduct(peer: Peer) -> None:
        _, count = await peer.reader.readexactly(2)
        methods = await peer.reader.readexactly(count)
        method = 2 if credentials else 0
        peer.writer.write(bytes([5, method if method in methods else 0xFF]))
        if method not in methods:
            return
        if credentials:
            user = (await string(peer, skip=1), await string(peer))
            proxy.users.append(user)
            peer.writer.write(bytes([1, user != credentials]))
            if user != credentials:
                return
        kind = (await peer.reader.readexactly(4))[3]
        host = await string(peer) if kind == 3 else await number(peer, 4 if kind == 1 else 16)
        port = int.from_bytes(await peer.reader.readexactly(2))
        proxy.targets.append((host, port))
        peer.writer.write(bytes([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        if not reply:
            await splice(peer, port)

    async with raw_server(conduct) as proxy.port:
        yield proxy


@contextlib.asynccontextmanager
async def socks4_proxy(*, reply: int = 90) -> AsyncIterator[ProxyServer]:
    """Serve SOCKS4 and SOCKS4a."""
    proxy = ProxyServer()

    async def conduct(peer: Peer) -> None:
        await peer.reader.readexactly(2)
        port = int.from_bytes(await peer.reader.readexactly(2))
        address = await peer.reader.readexactly(4)
        user = (await peer.reader.readuntil(b"\0"))[:-1].decode()
        host = ".".join(map(str, address))
        if address[:3] == bytes(3) and address[3]:
            host = (await peer.reader.readuntil(b"\0"))[:-1].decode()
        proxy.users.append((user, ""))
        proxy.targets.append((host, port))
        peer.writer.write(bytes([0, reply, 0, 0, 0, 0, 0, 0]))
        if reply == 90:
            await splice(peer, port)

    async with raw_server(conduct) as proxy.port:
        yield proxy


async def string(peer: Peer, *, skip: int = 0) -> str:
    """Read a text behind its length, and `skip` bytes before that."""
    length = (await peer.reader.readexactly(skip + 1))[skip]
    return (await peer.reader.readexactly(length)).decode()


async def number(peer: Peer, size: int) -> str:
    raw = await peer.reader.readexactly(size)
    return ".".join(map(str, raw)) if size == 4 else raw.hex(":", 2)


async def splice(peer: Peer, port: int) -> None:
    """Carry bytes both ways until either side ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ways = [
        asyncio.ensure_future(carry(peer.reader, writer)),
        asyncio.ensure_future(carry(reader, peer.writer)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        writer.close()  # first: this may be cancelled at any await
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
