"""Which steps do many of the cut cases share? Visits, sending until nothing more leaves, and a proxy on the way."""

from __future__ import annotations

import asyncio
import contextlib
import os
import urllib.request  # noqa: F401  # choosing a proxy loads it, and that would take long between two lines of `through`
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from framescope.engine.errors import InvalidState
from framescope.engine.frames import Opcode
from helpers.corpus.stage import Stage
from helpers.loops import until
from helpers.peer_process import PeerProcess

Conduct = Callable[[Stage], Awaitable[int]]
QUICK: dict[str, float] = {"ping_interval": 0.3, "ping_timeout": 0.5}
PART = 32_768  #: B of one message of an upload


async def peer(stage: Stage, kind: str, **options: Any) -> PeerProcess:
    """Start a peer of the cut cases."""
    return await stage.peer(kind, module="corpus.cut_peers", **options)


def visit(kind: str, path: str, *, chosen: dict[str, Any] | None = None, **options: Any) -> Conduct:
    """Connect, say hello where that comes about, and let the peer do what the path says."""

    async def conduct(stage: Stage) -> int:
        server = await peer(stage, kind, **options)
        number = stage.connect(server.url(path), **(chosen or {}))
        await until(lambda: stage.trace(number).story.handshake or stage.trace(number).story.ended, within=10)
        with contextlib.suppress(InvalidState):
            stage.session.send(number, Opcode.TEXT, b"hello")
        return await stage.ended(number)

    return conduct


async def upload(stage: Stage, number: int) -> None:
    """Send as much as may wait, until it is over."""
    while stage.trace(number).story.ended is None:
        with contextlib.suppress(InvalidState):  # as much waits as may
            stage.session.send(number, Opcode.BINARY, bytes(PART))
        await asyncio.sleep(0.005)


async def uploading(stage: Stage, number: int, act: Callable[[], object]) -> int:
    """Begin an upload, and act once much of it has left."""
    sending = asyncio.ensure_future(upload(stage, number))
    await until(lambda: stage.trace(number).story.totals.sent_frames > 40)
    if isinstance(done := act(), Awaitable):
        await done
    await sending
    return number


def through(stage: Stage, proxy: str, url: str, **chosen: Any) -> int:
    """Connect while the environment names a proxy."""
    os.environ["https_proxy"] = proxy
    try:
        return stage.connect(url, **chosen)
    finally:
        del os.environ["https_proxy"]


def certificate(folder: Path, *names: str, **options: Any) -> tuple[str, str]:
    """Write a server's certificate with its key, and that of the authority which signed it; return the two paths."""
    import trustme

    authority = trustme.CA()
    leaf = authority.issue_cert(*(names or ("localhost",)), **options)
    place = folder / f"certificate {len(list(folder.glob('certificate*')))}"
    place.mkdir()
    leaf.private_key_and_cert_chain_pem.write_to_path(place / "server.pem")
    authority.cert_pem.write_to_path(place / "authority.pem")
    return str(place / "server.pem"), str(place / "authority.pem")
