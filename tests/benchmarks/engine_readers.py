"""Who reads the traffic, and how long does the CPU take? Our endpoint, websockets' protocol, picows' protocol.

Each gets the same reads in this process and hands out its events after each read; what it wants to send
(pongs) is taken from it. Ours keeps every frame with its place, header length and mask, has decoded and
judged each text, and has followed its messages. websockets hands out frames whose text its `recv()` decodes
later: that is done here for each frame that is a whole text, so that both end with the same str. picows,
whose parser is C, calls a listener in Python for each frame, which keeps what would be gone after the call:
the payload, as str where the frame is text. It is driven as asyncio drives it, through `get_buffer` and
`buffer_updated`; only the transport below it is a stand-in.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import re
import sys
from collections.abc import Iterator
from time import process_time
from typing import Any

from picows import WSListener, WSMsgType
from picows.picows import WSAutoPingStrategy, WSProtocol
from websockets import frames as their_frames
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.protocol import Protocol, State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri
from websockets.utils import apply_mask as their_portable_mask

from framescope.engine import masking
from framescope.engine.connection import Connection
from framescope.engine.handshake import accept_key
from helpers.conversation import REQUEST, client, server

READ = 64 * 1024  # B
THEIR_TEXT = their_frames.Opcode.TEXT
PICOWS_TEXT = WSMsgType.TEXT  # looking it up for each frame would take longer than its parser
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n"
)
THEIR_REQUEST = REQUEST.replace(b"keep-alive, Upgrade", b"Upgrade")  # picows reads no list
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"


def our_endpoint(*, is_client: bool) -> Connection:
    """An open endpoint that has agreed on deflate."""
    request = REQUEST.replace(b"\r\n\r\n", b"\r\n" + DEFLATE.encode() + b"\r\n")
    connection = client(extra=DEFLATE) if is_client else server(request=request)
    connection.events()
    return connection


def their_endpoint(*, is_client: bool, has_deflate: bool) -> Protocol:
    protocol: Protocol = (
        ClientProtocol(parse_uri("ws://h/"), state=State.OPEN) if is_client else ServerProtocol(state=State.OPEN)
    )
    if has_deflate:
        protocol.extensions = [PerMessageDeflate(False, False, 15, 15)]
    return protocol


def ours(reads: list[bytes], *, masked: bool, is_deflated: bool) -> float:
    """Return the seconds of CPU that our endpoint takes; deflate is agreed on in any case."""
    connection = our_endpoint(is_client=not masked)
    gc.collect()
    begun = process_time()
    for read in reads:
        connection.receive_data(read, 1.0)
        connection.events()
        while data := connection.take(65536, 1.0):
            connection.written(len(data), 1.0)
    return process_time() - begun


def theirs(reads: list[bytes], *, masked: bool, is_deflated: bool) -> float:
    """Return the same for websockets' protocol; deflate is agreed on only where it is used."""
    protocol = their_endpoint(is_client=not masked, has_deflate=is_deflated)
    gc.collect()
    begun = process_time()
    for read in reads:
        protocol.receive_data(read)
        for frame in protocol.events_received():
            if frame.opcode is THEIR_TEXT and frame.fin:
                frame.data.decode()
        protocol.data_to_send()
    return process_time() - begun


class _Keeper(WSListener):
    """Keeps what comes until the read is over."""

    def __init__(self) -> None:
        self.kept: list[str | bytes] = []

    def on_ws_frame(self, transport: object, frame: Any) -> None:
        if frame.msg_type == PICOWS_TEXT and frame.fin:
            self.kept.append(frame.get_payload_as_utf8_text())
        else:
            self.kept.append(frame.get_payload_as_bytes())


class _StandIn(asyncio.Transport):
    """Takes what picows sends; `ssl_object` keeps it from writing to the socket behind the transport's back."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def fileno(self) -> int:
        return -1

    def getsockopt(self, *_: object) -> int:
        return 0

    def setsockopt(self, *_: object) -> None: ...

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self if name in ("socket", "ssl_object") else default

    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None: ...

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))


def picows(reads: list[bytes], *, masked: bool, is_deflated: bool) -> float:
    """Return the same for picows' protocol, which is a server where the frames are masked."""
    return asyncio.run(_picows(reads, is_client=not masked))


async def _picows(reads: list[bytes], *, is_client: bool) -> float:
    keeper, transport = _Keeper(), _StandIn()
    logger = logging.getLogger("picows.bench")
    pings = (False, 10, 10, WSAutoPingStrategy.PING_WHEN_IDLE, True)  # sends none, answers the peer's
    protocol = WSProtocol("h", "/", is_client, lambda *_: keeper, logger, True, None, *pings, 1 << 20, None, READ)
    protocol.connection_made(transport)
    key = re.search(rb"Sec-WebSocket-Key: (\S+)", b"".join(transport.written))
    _feed(protocol, RESPONSE % accept_key(key[1].decode()).encode() if key else THEIR_REQUEST)
    gc.collect()
    begun = process_time()
    for read in reads:
        _feed(protocol, read)
        keeper.kept.clear()
        transport.written.clear()
    return process_time() - begun


def _feed(protocol: Any, data: bytes) -> None:
    view = memoryview(data)
    while view:
        room = protocol.get_buffer(-1)
        count = min(len(room), len(view))
        room[:count] = view[:count]
        protocol.buffer_updated(count)
        view = view[count:]


@contextlib.contextmanager
def portable_masks() -> Iterator[None]:
    """Mask in pure Python for a while, here and there."""
    found = [
        (module, helper)
        for module in list(sys.modules.values())
        if (helper := vars(module).get("apply_mask")) in (masking.apply_mask, their_frames.apply_mask)
    ]
    for module, _ in found:
        is_ours = module.__name__.startswith("framescope.")
        module.apply_mask = masking._apply_mask_portably if is_ours else their_portable_mask  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module, helper in found:
            module.apply_mask = helper  # type: ignore[attr-defined]
