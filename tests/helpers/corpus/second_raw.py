"""Which connections of the second corpus have a raw peer, which breaks rules, or breaks off at odd moments?"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from framescope.engine.frames import FIN, Opcode, serialise
from helpers.corpus.middle_serving import Handler, echo, serving
from helpers.corpus.second_steps import KEEPALIVE, Act, Conduct, raw, raw_under_tls, talk_on
from helpers.corpus.stage import Case, Stage
from helpers.raw_peers import Peer, accepting

REQUEST = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
KEY = b"abcd"
RSV1, RSV2, RSV3 = 0x40, 0x20, 0x10


def close_frame(code: int, reason: bytes = b"") -> bytes:
    return serialise(FIN | Opcode.CLOSE, code.to_bytes(2) + reason, None)


async def heard(peer: Peer) -> tuple[int, bytes]:
    """Read one frame of up to 125 B from a client; return its opcode and payload."""
    head = await peer.reader.readexactly(6)
    payload = await peer.reader.readexactly(head[1] & 0x7F)
    return head[0] & 0x0F, bytes(byte ^ head[2 + place % 4] for place, byte in enumerate(payload))


def saying(data: bytes, *, first: int = 3, gap: float = 0.15) -> Act:
    """Send some good messages, and then these bytes; go on reading."""

    async def act(peer: Peer) -> None:
        await peer.upgrade()
        for _ in range(first):
            peer.frame(Opcode.TEXT, b"good")
            await asyncio.sleep(gap)
        peer.writer.write(data)
        await peer.reader.read(1)
        await asyncio.sleep(0.3)

    return act


async def spoiled_deflate(peer: Peer) -> None:
    """Agree to compress, and send what is none."""
    agreed = accepting(await peer.request())[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    peer.writer.write(agreed)
    await asyncio.sleep(0.3)
    peer.writer.write(serialise(FIN | RSV1 | Opcode.TEXT, b"\xff\xff\xff\xff no block", None))
    await peer.reader.read()


def fragmented(count: int, size: int) -> bytes:
    """Write one message of so many frames."""
    middle = serialise(Opcode.CONT, bytes(size), None) * (count - 2)
    return serialise(Opcode.BINARY, bytes(size), None) + middle + serialise(FIN | Opcode.CONT, bytes(size), None)


def breaking_off(data: bytes, how: str) -> Act:
    """Send these bytes after some good messages, and end TCP: close, reset, or say nothing more and read on."""

    async def act(peer: Peer) -> None:
        await peer.upgrade()
        for _ in range(4):
            peer.frame(Opcode.TEXT, b"good")
            await asyncio.sleep(0.1)
        peer.writer.write(data)
        await peer.writer.drain()
        await asyncio.sleep(0.2)
        if how == "reset":
            peer.reset()
        if how == "half":
            peer.writer.write_eof()
            await asyncio.sleep(1.5)

    return act


async def reset_after_a_word(peer: Peer) -> None:
    """Answer a request, then reset."""
    await peer.upgrade()
    await heard(peer)
    peer.frame(Opcode.TEXT, b"answer")
    await asyncio.sleep(0.4)
    peer.reset()


def closing(code: int, reason: bytes = b"", how: str = "") -> Act:
    """Close, wait for our answer, and then reset, or keep TCP open."""

    async def act(peer: Peer) -> None:
        await peer.upgrade()
        peer.frame(Opcode.TEXT, b"good")
        await asyncio.sleep(0.3)
        peer.writer.write(close_frame(code, reason))
        await heard(peer)
        if how == "reset":
            peer.reset()
        if how == "open":
            await asyncio.sleep(2)

    return act


async def closing_in_a_feed(peer: Peer) -> None:
    """Close with a reason in the middle of many messages."""
    await peer.upgrade()
    for _ in range(200):
        peer.frame(Opcode.TEXT, b"price 17.5")
        await asyncio.sleep(0.003)
    peer.writer.write(close_frame(1012, b"deploying version 42"))
    await heard(peer)


async def failing_in_a_feed(peer: Peer) -> None:
    await peer.upgrade()
    for _ in range(100):
        peer.frame(Opcode.BINARY, bytes(700))
        await asyncio.sleep(0.005)
    peer.writer.write(close_frame(1011, b"no connection left in the pool"))
    await heard(peer)


async def empty_close_in_a_message(peer: Peer) -> None:
    """Close without a body between two fragments, which is allowed."""
    await peer.upgrade()
    peer.writer.write(serialise(Opcode.TEXT, b"begun", None))
    await asyncio.sleep(0.4)
    peer.writer.write(serialise(FIN | Opcode.CLOSE, b"", None))
    await heard(peer)


async def slow_queue(stage: Stage) -> int:
    """The peer handles one thing after the other: our ping has to wait for many questions before it."""

    async def act(peer: Peer) -> None:
        await peer.upgrade()
        opcode = 0
        while opcode != Opcode.CLOSE:
            opcode, payload = await heard(peer)
            await asyncio.sleep(0.35 if opcode == Opcode.TEXT else 0)
            peer.frame(Opcode.PONG if opcode == Opcode.PING else opcode, payload)

    number = await stage.opened(await stage.raw(act), **KEEPALIVE, close_timeout=8.0)
    await stage.pinged(number)
    for _ in range(14):
        stage.session.send(number, Opcode.TEXT, b"a question")
    return await stage.ended(number)


async def talking_without_pongs(peer: Peer) -> None:
    """Answer each message, and no ping."""
    await peer.upgrade()
    while True:
        opcode, payload = await heard(peer)
        if opcode == Opcode.TEXT:
            peer.frame(opcode, b"answer to " + payload)


async def never_a_pong(stage: Stage) -> int:
    number = await stage.opened(await stage.raw(talking_without_pongs), ping_interval=1.0, ping_timeout=2.0)
    return await talk_on(stage, number, 0.15, opcode=Opcode.TEXT)


def knocking(act: Act, handler: Handler = echo, **options: Any) -> Conduct:
    """Connect to our server by hand, say a good word, and act."""

    async def conduct(stage: Stage) -> int:
        place = await serving(stage, handler, **options)
        peer = Peer(*await asyncio.open_connection("127.0.0.1", place.port))
        peer.writer.write(REQUEST)
        await peer.reader.readuntil(b"\r\n\r\n")
        peer.writer.write(serialise(FIN | Opcode.TEXT, b"hello", KEY))
        await peer.reader.readexactly(7)  # the echo
        await act(peer)
        number = await place.ended("/")
        peer.writer.close()
        with contextlib.suppress(ConnectionError):
            await peer.writer.wait_closed()
        return number

    return conduct


def writing(data: bytes, how: str = "") -> Act:
    async def act(peer: Peer) -> None:
        peer.writer.write(data)
        await peer.writer.drain()
        await asyncio.sleep(0.2)
        if how == "reset":
            peer.reset()
        if how == "close":
            peer.writer.close()

    return act


def broken(name: str, data: bytes, **chosen: Any) -> Case:
    return Case(f"a raw server sends {name}", "violation_by_peer", raw(saying(data), **chosen), "violation")


def broken_by_a_client(name: str, data: bytes) -> Case:
    return Case(f"a raw client sends {name}", "violation_by_peer", knocking(writing(data)), "violation")


HALF = serialise(FIN | Opcode.BINARY, bytes(5000), None)[:1200]
BEGUN = serialise(Opcode.TEXT, b"once upon", None) + serialise(Opcode.CONT, b" a time", None)
VIOLATIONS: Sequence[Case] = [
    broken("opcode 3", b"\x83\x05hello"),
    broken("RSV2", serialise(FIN | RSV2 | Opcode.TEXT, b"hello", None)),
    broken("RSV1 without an extension", serialise(FIN | RSV1 | Opcode.TEXT, b"hello", None)),
    broken("a masked frame", serialise(FIN | Opcode.TEXT, b"hello", KEY)),
    broken("a ping of 126 B", b"\x89\x7e\x00\x7e" + bytes(126)),
    broken("a ping in fragments", serialise(Opcode.PING, b"hi", None)),
    broken("a continuation of nothing", serialise(FIN | Opcode.CONT, b"hi", None), ping_interval=1.0),
    broken("a message within a message", BEGUN + serialise(FIN | Opcode.TEXT, b"another", None)),
    broken("Close with code 1005", close_frame(1005)),
    broken("Close with a body of 1 B", serialise(FIN | Opcode.CLOSE, b"\x03", None)),
    broken("Close with a spoiled reason", close_frame(1000, b"\xc3\x28")),
    broken("half a character", serialise(Opcode.TEXT, b"\xe2", None) + serialise(FIN | Opcode.CONT, b"(", None)),
    Case(
        "a raw server spoils deflate",
        "violation_by_peer",
        raw(spoiled_deflate, compression="deflate"),
        "violation",
    ),
    Case(
        "a raw server sends opcode 11 under TLS",
        "violation_by_peer",
        raw_under_tls(saying(serialise(FIN | 0xB, b"", None))),
        "violation",
    ),
    broken_by_a_client("what is not masked", serialise(FIN | Opcode.TEXT, b"hello", None)),
    broken_by_a_client("opcode 5", serialise(FIN | 5, b"hello", KEY)),
    broken_by_a_client("RSV3", serialise(FIN | RSV3 | Opcode.BINARY, b"hello", KEY)),
    broken_by_a_client("Close with code 999", serialise(FIN | Opcode.CLOSE, (999).to_bytes(2), KEY)),
]
SIZES: Sequence[Case] = [
    Case("too big in fragments", "too_big", raw(saying(fragmented(20, 4000)))),
    Case("too big by its length alone", "too_big", raw(saying(b"\x82\x7f" + (2**40).to_bytes(8) + bytes(200)))),
    Case("too big from a raw client", "too_big", knocking(writing(b"\x82\xff" + (2**33).to_bytes(8) + KEY))),
]
LOST: Sequence[Case] = [
    Case("FIN in the middle of a frame", "fin_by_peer", raw(breaking_off(HALF, "close")), "fin"),
    Case("FIN in the middle of a message", "fin_by_peer", raw(breaking_off(BEGUN, "close")), "fin"),
    Case("FIN, and reading on", "fin_by_peer", raw(breaking_off(b"", "half")), "fin"),
    Case("RST in the middle of a frame", "rst_by_peer", raw(breaking_off(HALF, "reset")), "reset"),
    Case("RST in the middle of a message", "rst_by_peer", raw(breaking_off(BEGUN, "reset")), "reset"),
    Case("RST under TLS", "rst_by_peer", raw_under_tls(reset_after_a_word), "reset"),
    Case(
        "a raw client's RST in the middle of a message",
        "rst_by_peer",
        knocking(writing(serialise(Opcode.TEXT, b"begun", KEY), "reset")),
        "reset",
    ),
    Case(
        "a raw client's FIN in the middle of a frame",
        "fin_by_peer",
        knocking(writing(serialise(FIN | Opcode.BINARY, bytes(900), KEY)[:300], "close")),
        "fin",
    ),
]
CLOSED: Sequence[Case] = [
    Case("Close 1013, and RST after our answer", "closed_by_peer", raw(closing(1013, b"busy", "reset"))),
    Case("Close 3999, and TCP stays open", "closed_by_peer", raw(closing(3999, how="open"))),
    Case("Close 4100 under TLS", "closed_by_peer", raw_under_tls(closing(4100, b"somebody else")), "close_frames"),
    Case("Close without a body in a message", "closed_by_peer", raw(empty_close_in_a_message), "close_frames"),
    Case("Close 1012 in a feed", "going_away", raw(closing_in_a_feed), "close_frames"),
    Case("Close 1011 in a feed", "handler_failure", raw(failing_in_a_feed), "close_frames"),
    Case("our ping waits for many questions", "pong_late", slow_queue, "deadline"),
    Case("answers and no pong", "pong_never", never_a_pong, "deadline"),
]
CASES = [*VIOLATIONS, *SIZES, *LOST, *CLOSED]
