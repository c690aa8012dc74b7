"""Does a connection behave as one of `websockets`, on either side, with a real one of theirs at the other end?"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import websockets.asyncio.client
import websockets.asyncio.server
import websockets.exceptions

from framescope.engine.close import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from framescope.engine.connection import Connection as Engine
from framescope.engine.errors import ConcurrencyError, PayloadTooBig, ProtocolError
from framescope.engine.events import Ponged
from framescope.engine.frames import serialise
from framescope.engine.handshake import ClientOffer
from framescope.engine.state import State
from framescope.engine.url import parse_url
from framescope.net.client import connect
from framescope.net.connection import ClientConnection, Connection
from framescope.net.server import serve
from helpers.joined import each_side, joined
from helpers.loops import in_loop, settled, until
from helpers.raw_peers import Peer, raw_server

Kind = tuple[str, bool]
KINDS: list[Kind] = [("client", False), ("server", False), ("client", True), ("server", True)]


def mixed_messages() -> list[str | bytes]:
    """Messages of every form of length, texts and binary, with characters of every width."""
    source = random.Random(6455)
    sizes = [0, 1, 125, 126, 127, 65535, 65536, 100_000, 700_000]
    texts = ["".join(source.choices("aä€😀\0", k=size // 3)) for size in sizes]
    return [message for pair in zip(texts, map(source.randbytes, sizes), strict=True) for message in pair]


@pytest.mark.parametrize(("side", "is_secure"), KINDS)
@pytest.mark.parametrize("compression", ["deflate", None])
@in_loop
async def test_messages_arrive_both_ways(side: str, is_secure: bool, compression: str | None) -> None:
    async with joined(side, is_secure=is_secure, compression=compression) as (ours, theirs):
        messages = mixed_messages()

        async def send(connection: Any) -> None:
            for message in messages:
                await connection.send(message)

        async def receive(connection: Any) -> list[str | bytes]:
            return [await connection.recv() for _ in messages]

        results = await asyncio.gather(send(ours), send(theirs), receive(ours), receive(theirs))
    assert results[2] == messages
    assert results[3] == messages


@each_side
@in_loop
async def test_text_and_decode_change_the_kind(side: str) -> None:
    async with joined(side) as (ours, theirs):
        await ours.send(b"text", text=True)
        await ours.send("binary", text=False)
        assert [await theirs.recv(), await theirs.recv()] == ["text", b"binary"]
        await theirs.send("ä")
        await theirs.send("ö".encode())
        assert [await ours.recv(decode=False), await ours.recv(decode=True)] == ["ä".encode(), "ö"]


@each_side
@in_loop
async def test_ping_tells_the_latency(side: str) -> None:
    async with joined(side) as (ours, _):
        assert ours.latency == 0.0
        latency = await (await ours.ping())
        assert 0 < latency < 5
        assert ours.latency == latency
        pong = await ours.ping("text")
        with pytest.raises(ConcurrencyError, match="same data"):
            await ours.ping(b"text")
        await pong
        await ours.pong(b"unsolicited")
        with pytest.raises(ProtocolError):
            await ours.ping(bytes(126))
        with pytest.raises(TypeError):
            await ours.ping(7)


@each_side
@in_loop
async def test_close_of_ours(side: str) -> None:
    async with joined(side) as (ours, theirs):
        assert (ours.close_code, ours.close_reason) == (None, None)
        await ours.close(4000, "enough")
        assert (ours.close_code, ours.close_reason, ours.state) == (4000, "enough", State.CLOSED)
        await ours.close()
        with pytest.raises(ConnectionClosedError) as raised:
            await ours.recv()
        assert str(raised.value) == "sent 4000 (private use) enough; then received 4000 (private use) enough"
        with pytest.raises(websockets.exceptions.ConnectionClosedError) as their_error:
            await theirs.recv()
        assert str(their_error.value).startswith("received 4000 (private use) enough; then sent 4000")


@each_side
@in_loop
async def test_close_of_theirs(side: str) -> None:
    async with joined(side) as (ours, theirs):
        await theirs.send("last")
        closing = asyncio.gather(theirs.close(1001, "away"))
        assert [message async for message in ours] == ["last"]
        await closing
        with pytest.raises(ConnectionClosedOK) as raised:
            await ours.send("too late")
        assert str(raised.value) == "received 1001 (going away) away; then sent 1001 (going away) away"
        for act in (ours.ping, ours.pong):
            with pytest.raises(ConnectionClosedOK):
                await act()
        await ours.wait_closed()


@each_side
@in_loop
async def test_closing_from_both_sides_at_once(side: str) -> None:
    async with joined(side) as (ours, theirs):
        await asyncio.gather(ours.close(), theirs.close())
        assert ours.close_code == 1000


@each_side
@in_loop
async def test_cancelled_receiving_loses_nothing(side: str) -> None:
    received: list[str] = []
    cancelled, count = 0, 300
    async with joined(side) as (ours, theirs):
        for number in range(count):
            receiving = asyncio.gather(ours.recv())
            await asyncio.sleep(0)
            await theirs.send(str(number))
            for _ in range(number % 3):  # the message comes later than, with, or before the cancelling
                await asyncio.sleep(0)
            receiving.cancel()
            try:
                received += await receiving
            except asyncio.CancelledError:
                cancelled += 1
                received.append(await ours.recv())
    assert received == [str(number) for number in range(count)]
    assert cancelled >= count * 2 // 3


@each_side
@in_loop
async def test_two_receivers_are_refused(side: str) -> None:
    async with joined(side) as (ours, theirs):
        receiving = asyncio.gather(ours.recv())
        await asyncio.sleep(0)
        with pytest.raises(ConcurrencyError, match="cannot call recv while another coroutine"):
            await ours.recv()
        with pytest.raises(ConcurrencyError, match="cannot call recv_streaming while another coroutine"):
            await anext(aiter(ours.recv_streaming()))
        await theirs.send("for the first")
        assert await receiving == ["for the first"]


@each_side
@in_loop
async def test_slow_consumer_holds_the_sender_back(side: str) -> None:
    async with joined(side, max_queue=4, compression=None, close_timeout=0.2) as (ours, theirs):
        sent = 0

        async def flood() -> None:
            nonlocal sent
            while True:
                await theirs.send(bytes(100_000))
                sent += 1

        flooding = asyncio.gather(flood())
        await until(lambda: sent)
        await settled(lambda: sent)
        stalled = sent
        assert 4 < len(ours._messages) <= 6
        for _ in range(stalled):
            await ours.recv()
        await until(lambda: sent > stalled)
        flooding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await flooding
        theirs.transport.abort()


@each_side
@in_loop
async def test_queue_stays_short_though_messages_deflate_well(side: str) -> None:
    count = 500  # some 100 B each on the wire
    async with joined(side, max_queue=4) as (ours, theirs):
        for _ in range(count):
            await theirs.send(bytes(100_000))
        await asyncio.sleep(0.1)
        assert len(ours._messages) < count / 2
        assert [len(await ours.recv()) for _ in range(count)] == [100_000] * count


# The two sentences of the FAQ, on both sides.


async def silent(peer: Peer) -> None:
    await peer.upgrade()
    while await peer.reader.read(65536):
        pass


@in_loop
async def test_client_whose_pings_stay_unanswered() -> None:
    async with raw_server(silent) as port:
        options = {"ping_interval": 0.1, "ping_timeout": 0.1, "close_timeout": 0.1}
        async with connect(f"ws://127.0.0.1:{port}/", **options) as ours:  # type: ignore[arg-type]
            with pytest.raises(ConnectionClosedError) as raised:
                await ours.recv()
            assert str(raised.value) == "sent 1011 (internal error) keepalive ping timeout; no close frame received"
            assert isinstance(raised.value.__cause__, TimeoutError)
            assert ours.close_code == 1006


async def raw_client(port: int, act: Callable[[Peer], Any]) -> None:
    """Open a connection by hand, then `act`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    await act(Peer(reader, writer))
    writer.close()


async def read_until_end(peer: Peer) -> None:
    while await peer.reader.read(65536):
        pass


@in_loop
async def test_server_whose_pings_stay_unanswered() -> None:
    ends: list[BaseException] = []

    async def handler(connection: Connection) -> None:
        try:
            await connection.recv()
        except ConnectionClosed as error:
            ends.append(error)

    async with serve(handler, "127.0.0.1", 0, ping_interval=0.1, ping_timeout=0.1, close_timeout=0.1) as server:
        await raw_client(server.sockets[0].getsockname()[1], read_until_end)
    assert [str(error) for error in ends] == [
        "sent 1011 (internal error) keepalive ping timeout; no close frame received"
    ]


@pytest.mark.parametrize("is_reset", [False, True], ids=["fin", "reset"])
@in_loop
async def test_client_that_loses_its_server(is_reset: bool) -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        if is_reset:
            peer.reset()

    async with raw_server(conduct) as port, connect(f"ws://127.0.0.1:{port}/") as ours:
        with pytest.raises(ConnectionClosedError) as raised:
            await ours.recv()
    assert str(raised.value) == "no close frame received or sent"
    assert repr(raised.value.__cause__) == (
        "ConnectionResetError(104, 'Connection reset by peer')" if is_reset else "EOFError('unexpected end of stream')"
    )


@pytest.mark.parametrize("is_reset", [False, True], ids=["fin", "reset"])
@in_loop
async def test_server_that_loses_its_client(
    is_reset: bool, caplog: pytest.LogCaptureFixture, logged_errors: list[logging.LogRecord]
) -> None:
    async def handler(connection: Connection) -> None:
        await connection.recv()

    async def leave(peer: Peer) -> None:
        if is_reset:
            peer.reset()

    async with serve(handler, "127.0.0.1", 0) as server:
        await raw_client(server.sockets[0].getsockname()[1], leave)
        await until(lambda: logged_errors)
    (record,) = logged_errors
    assert record.getMessage() == "connection handler failed"
    assert record.name == "framescope.server"
    assert record.exc_info is not None
    error = record.exc_info[1]
    assert str(error) == "no close frame received or sent"
    assert isinstance(error, ConnectionClosedError)
    assert isinstance(error.__cause__, ConnectionResetError if is_reset else EOFError)
    logged_errors.clear()


@in_loop
async def test_stream_that_ends_inside_a_frame_says_where() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.writer.write(serialise(0x81, b"half a message", None)[:9])

    async with raw_server(conduct) as port, connect(f"ws://127.0.0.1:{port}/") as ours:
        with pytest.raises(ConnectionClosedError) as raised:
            await ours.recv()
    assert str(raised.value.__cause__) == "stream ended after 9 of 16 bytes of a frame"


@in_loop
async def test_server_that_never_answers_close() -> None:
    async with raw_server(silent) as port:
        ours = await connect(f"ws://127.0.0.1:{port}/", close_timeout=0.1)
        await ours.close()
        with pytest.raises(ConnectionClosedError) as raised:
            await ours.recv()
    assert str(raised.value) == "sent 1000 (OK); no close frame received"
    assert repr(raised.value.__cause__) == "TimeoutError('timed out while closing connection')"


@each_side
@in_loop
async def test_message_that_is_too_big(side: str) -> None:
    async with joined(side, max_size=1000, compression=None) as (ours, theirs):
        await theirs.send(bytes(1001))
        with pytest.raises(ConnectionClosedError) as raised:
            await ours.recv()
        assert isinstance(raised.value.__cause__, PayloadTooBig)
        assert raised.value.sent is not None and raised.value.sent.code == 1009
        with pytest.raises(websockets.exceptions.ConnectionClosedError):
            await theirs.recv()
        assert theirs.close_code == 1009


@each_side
@in_loop
async def test_binary_that_cannot_be_decoded_fails_with_1007(side: str) -> None:
    async with joined(side) as (ours, theirs):
        await theirs.send(b"\xff")
        with pytest.raises(ConnectionClosedError) as raised:
            await ours.recv(decode=True)
        assert isinstance(raised.value.__cause__, UnicodeDecodeError)
        with pytest.raises(websockets.exceptions.ConnectionClosedError):
            await theirs.recv()
        assert theirs.close_code == 1007


@each_side
@in_loop
async def test_knobs_can_be_assigned_at_any_time(side: str) -> None:
    async with joined(side, ping_interval=None) as (ours, theirs):
        assert (ours.open_timeout, ours.ping_interval, ours.ping_timeout, ours.close_timeout) == (10, None, 20, 10)
        ours.ping_interval = 0.02
        await until(lambda: ours.latency > 0)
        ours.ping_timeout = None
        ours.close_timeout = 1.5
        assert (ours.ping_interval, ours.ping_timeout, ours.close_timeout) == (0.02, None, 1.5)
        assert theirs.state is websockets.protocol.State.OPEN


@in_loop
async def test_unanswered_ping_gets_the_end() -> None:
    async with raw_server(silent) as port:
        ours = await connect(f"ws://127.0.0.1:{port}/", close_timeout=0.05)
        pong = await ours.ping()
        await ours.close()
        with pytest.raises(ConnectionClosedError):
            await pong


@each_side
@in_loop
async def test_addresses_and_names(side: str) -> None:
    async with joined(side) as (ours, theirs):
        assert ours.local_address == theirs.remote_address
        assert ours.remote_address == theirs.local_address
        assert ours.request.path == "/"
        assert ours.response.status_code == 101
        assert ours.id != theirs.id
    assert ours.local_address == theirs.remote_address or ours.local_address[0] == "127.0.0.1"


@each_side
@in_loop
async def test_leaving_by_an_exception_closes_with_1011(side: str) -> None:
    async with joined(side) as (ours, theirs):
        with pytest.raises(KeyError):
            async with ours:
                raise KeyError
        await theirs.wait_closed()
        assert theirs.close_code == 1011


@each_side
@in_loop
async def test_opening_and_closing_are_logged(side: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "framescope")
    async with joined(side) as (ours, _):
        await ours.close()
    told = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == f"framescope.{side}"]
    assert ("DEBUG", "= connection is OPEN") in told
    assert ("INFO", "connection open") in told or side == "client"
    assert ("DEBUG", "x connection closed by this side: sent 1000 (OK); then received 1000 (OK)") in told


class Named(ClientConnection):
    """A subclass that takes one more argument, as in the FAQ."""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name


@in_loop
async def test_arguments_reach_a_subclass() -> None:
    async def handler(connection: Any) -> None:
        await connection.wait_closed()

    async with websockets.asyncio.server.serve(handler, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        make = functools.partial(Named, name="bound")
        async with connect(f"ws://127.0.0.1:{port}/", create_connection=make) as ours:
            assert isinstance(ours, Named)
            assert ours.name == "bound"


@in_loop
async def test_pong_after_the_failure_changes_nothing() -> None:
    connection = Connection(Engine(ClientOffer(parse_url("ws://a/")), now=0.0))
    connection._on_events([Ponged(b"late", 1.5, True)])
    assert connection.latency == 0.0
    connection._on_events([Ponged(b"in time", 0.5, False)])
    assert connection.latency == 0.5
    connection.driver.abort()


@each_side
@in_loop
async def test_streamed_message_that_goes_wrong(side: str) -> None:
    async with joined(side) as (ours, theirs):
        await theirs.send([b"ok", b"\xff", b"never"])
        with pytest.raises(ConnectionClosedError) as raised:
            [piece async for piece in ours.recv_streaming(decode=True)]
        assert isinstance(raised.value.__cause__, UnicodeDecodeError)


@each_side
@in_loop
async def test_streamed_message_that_is_cut(side: str) -> None:
    async def cut() -> AsyncIterator[bytes]:
        yield b"half"
        theirs.transport.abort()

    async with joined(side) as (ours, theirs):
        sending = asyncio.gather(theirs.send(cut()), return_exceptions=True)
        pieces = []
        with pytest.raises(ConnectionClosedError, match="no close frame"):
            async for piece in ours.recv_streaming():
                pieces.append(piece)
        assert pieces == [b"half"]
        await sending
