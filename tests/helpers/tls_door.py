"""How does a peer without TLS meet an endpoint with it? A door in between takes TLS off, or puts it on."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

from helpers.raw_peers import Peer, raw_server


@contextlib.asynccontextmanager
async def tls_door(
    port: int, *, outside: ssl.SSLContext | None = None, inside: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Yield a port that passes everything to and from `port`; `outside` is who accepts, `inside` who connects."""

    async def conduct(peer: Peer) -> None:
        name = None if inside is None else "localhost"
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=inside, server_hostname=name)
        try:
            await asyncio.gather(_pass(peer.reader, writer), _pass(reader, peer.writer))
        finally:
            writer.close()

    async with raw_server(conduct, outside) as door:
        yield door


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(64 * 1024):
            writer.write(data)
            await writer.drain()
        # A half of a TLS stream cannot be ended alone.
        if writer.can_write_eof():
            writer.write_eof()
        else:
            writer.close()
