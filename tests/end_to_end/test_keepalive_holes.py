"""Is a dead connection always found, in time, and a living one never given up: whoever reads too little?"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from framescope.engine.events import Change, DeadlineChanged, Event, Which
from framescope.engine.frames import serialise
from framescope.engine.state import State
from framescope.net import assembler
from framescope.net.connection import Connection
from framescope.net.server import serve
from framescope.net.tap import NoTap
from helpers.faq_sides import NO_PONG, end_of, port_of, with_peer
from helpers.joined import each_side, joined
from helpers.loops import in_loop, until
from helpers.raw_pairs import conducted, never_read, watched_by
from helpers.raw_peers import Peer
from helpers.turns import MASK, REQUEST

INTERVAL, TIMEOUT, CLOSING = 0.2, 0.3, 0.2
TIMES: dict[str, Any] = {"ping_interval": INTERVAL, "ping_timeout": TIMEOUT, "close_timeout": CLOSING}
#: For a peer that lives: it may be slow to answer on a busy machine.
PATIENT: dict[str, Any] = {**TIMES, "ping_timeout": 0.8}
AT_MOST = INTERVAL + TIMEOUT + CLOSING + 1
each_stream = pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "tls"])


class LastWrite(NoTap):
    """Knows when the kernel last took bytes of ours, and what became of the deadlines."""

    def __init__(self) -> None:
        self.at = 0.0
        self.told: list[DeadlineChanged] = []

    def bytes_seen(self, data: bytes, time_ns: int, kernel_ns: int, *, sent: bool) -> None:
        if sent:
            self.at = time_ns / 1e9

    def events(self, events: Sequence[Event], time_ns: int) -> None:
        self.told += [event for event in events if isinstance(event, DeadlineChanged)]


async def flood(connection: Connection) -> None:
    while True:
        await connection.send(bytes(100_000))


# The peer reads nothing: our pings stand behind what it has not taken.


@each_side
@each_stream
@in_loop
async def test_peer_that_never_reads_is_cut_in_time(side: str, is_secure: bool) -> None:
    tap = LastWrite()
    options = {**TIMES, **watched_by(tap, side)}
    async with conducted(side, never_read, is_secure=is_secure, **options) as ours:
        error = await end_of(flood(ours))
        assert time.monotonic() - tap.at < AT_MOST
        assert str(error) == NO_PONG
    changes = [event.change for event in tap.told if event.which is Which.PONG]
    assert Change.BLOCKED in changes  # the ping could not be written, and that was told
    assert changes[-1] is Change.MISSED


@each_side
@each_stream
@in_loop
async def test_closing_to_a_peer_that_never_reads_ends_by_close_timeout(side: str, is_secure: bool) -> None:
    options = {"ping_interval": None, "close_timeout": 0.3}
    async with conducted(side, never_read, is_secure=is_secure, **options) as ours:
        sending = asyncio.ensure_future(flood(ours))
        await until(lambda: ours.driver.engine.outbox.size > 2**15)  # `send` waits
        began = time.monotonic()
        await ours.close()
        assert 0.3 <= time.monotonic() - began < 0.3 + 1
        assert str(await end_of(sending)) == "sent 1000 (OK); no close frame received"


@each_side
@each_stream
@in_loop
async def test_queue_for_a_peer_that_never_reads_is_bounded(side: str, is_secure: bool) -> None:
    """T-NET-4: our queue stays below 4 MiB; then `send` waits."""
    async with conducted(side, never_read, is_secure=is_secure, **TIMES) as ours:
        sending = asyncio.ensure_future(flood(ours))
        most = 0
        while not sending.done():
            most = max(most, ours.driver.engine.outbox.size)
            await asyncio.sleep(0.01)
        await end_of(sending)
    assert 0 < most < 4 * 1024 * 1024


# The network delivers nothing any more: while we send, and inside a frame.


@each_side
@in_loop
async def test_network_that_stalls_while_we_send_is_noticed_in_time(side: str, tmp_path: Path) -> None:
    """T-NET-1."""
    async with with_peer(side, tmp_path, **PATIENT) as (ours, _, middle):

        async def send() -> None:
            while True:
                await ours.send(bytes(1000))
                await asyncio.sleep(0.01)

        sending = asyncio.ensure_future(end_of(send()))
        await until(lambda: ours.latency > 0)
        middle.stall()
        stalled = time.monotonic()
        assert str(await sending) == NO_PONG
        assert time.monotonic() - stalled < AT_MOST + 1.5
        assert ours.close_code == 1006


@each_side
@in_loop
async def test_peer_that_falls_silent_inside_a_frame_is_noticed_in_time(side: str) -> None:
    """T-NET-1: what came of the frame is no answer to a ping."""

    async def send_half(peer: Peer) -> None:
        peer.writer.write(serialise(0x82, bytes(1000), MASK if side == "server" else None)[:500])
        while await peer.reader.read(65536):
            pass

    async with conducted(side, send_half, **TIMES) as ours:
        began = time.monotonic()
        assert str(await end_of(ours.recv())) == NO_PONG
        assert time.monotonic() - began < AT_MOST


# The peer is slow: it takes a little at a time, through buffers as small as those of a device.


@in_loop
async def test_peer_that_is_slow_but_moves_is_not_cut() -> None:
    ends: list[BaseException] = []

    async def handler(connection: Connection) -> None:
        ends.append(await end_of(flood(connection)))

    times = {"ping_interval": 0.2, "ping_timeout": 1.0, "close_timeout": 0.1}
    async with serve(handler, "127.0.0.1", 0, compression=None, **times) as server:  # type: ignore[arg-type]
        with socket.socket() as slow:
            slow.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(slow, ("127.0.0.1", port_of(server)))
            await loop.sock_sendall(slow, REQUEST)
            began = time.monotonic()
            while time.monotonic() - began < 2.5:  # the pings stand behind minutes of data
                await loop.sock_recv(slow, 1024)
                await asyncio.sleep(0.025)
            assert ends == []
            stalled = time.monotonic()
            await until(lambda: ends)
            assert time.monotonic() - stalled < 0.2 + 1.0 + 0.1 + 1
    assert str(ends[0]) == NO_PONG


# Our application reads nothing: the pongs stand behind what it has not taken.


@each_side
@in_loop
async def test_dead_peer_is_found_though_the_application_reads_nothing(side: str, tmp_path: Path) -> None:
    options = {**TIMES, "ping_interval": None, "max_queue": 4}
    async with with_peer(side, tmp_path, peer={"count": 200}, **options) as (ours, process, _):
        await until(lambda: ours.driver.is_reading_paused)
        process.pause()
        began = time.monotonic()
        ours.ping_interval = INTERVAL
        await ours.wait_closed()
        assert time.monotonic() - began < AT_MOST
        with pytest.raises(Exception, match="keepalive ping timeout"):
            while True:
                await ours.recv()


@each_side
@each_stream
@in_loop
async def test_living_peer_is_kept_though_the_application_reads_nothing(side: str, is_secure: bool) -> None:
    """Where `websockets` closes with 1011: its own pongs are behind what its application has not read."""
    async with joined(side, is_secure=is_secure, max_queue=4, compression=None, **PATIENT) as (ours, theirs):
        for number in range(200):
            await theirs.send(str(number) + " " * 1000)
        await until(lambda: ours.driver.is_reading_paused)
        await asyncio.sleep(2)
        assert (ours.state, ours.latency > 0) == (State.OPEN, True)
        assert [int(await ours.recv()) for _ in range(200)] == list(range(200))
        await until(lambda: not ours.driver.is_reading_paused)


@each_side
@in_loop
async def test_pings_of_a_peer_are_answered_with_a_full_queue_too(side: str) -> None:
    """While our own ping is on its way we read past the queue, and find the peer's pings there."""
    theirs_times = {"ping_interval": 0.1, "ping_timeout": 0.8}
    async with joined(side, theirs=theirs_times, max_queue=4, compression=None, **PATIENT) as (ours, theirs):
        for number in range(100):
            await theirs.send(str(number))
        await asyncio.sleep(1.5)
        assert (ours.state, theirs.state.name) == (State.OPEN, "OPEN")
        assert [await ours.recv() for _ in range(100)] == [str(number) for number in range(100)]


@each_side
@in_loop
async def test_reading_past_a_full_queue_is_bounded(side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that sends without end fills AHEAD bytes and no more; then its pong is out of reach."""
    monkeypatch.setattr(assembler, "AHEAD", 300_000)

    async def send_without_end(peer: Peer) -> None:
        frame = serialise(0x82, bytes(10_000), MASK if side == "server" else None)
        while True:
            peer.writer.write(frame)
            await peer.writer.drain()

    async with conducted(side, send_without_end, max_queue=4, **TIMES) as ours:
        await until(lambda: ours.driver.is_reading_paused)
        await until(lambda: not ours._messages.has_room())
        began = time.monotonic()
        await ours.wait_closed()
        assert time.monotonic() - began < AT_MOST
        assert len(ours._messages) * 10_000 < 300_000 + 10 * 10_000
        assert "keepalive ping timeout" in str(ours.driver.engine.closure.exception())


# The whole process was held up: what came meanwhile is read before anybody is presumed dead.


@each_side
@in_loop
async def test_living_peer_is_kept_though_the_loop_stood_still(side: str, tmp_path: Path) -> None:
    async with with_peer(side, tmp_path, is_direct=True, **PATIENT) as (ours, _, _):
        for _ in range(2):
            await until(lambda: ours.driver.engine.keepalive.awaited)
            time.sleep(1.0)  # what an application must not do, and does
            await asyncio.sleep(0)
        await ours.send("still here")
        assert await ours.recv() == "still here"
