"""Is each answer of the `websockets` FAQ true of our client and our server, with real peers that die and stall?"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import time
import traceback
from pathlib import Path
from typing import Any

import pytest

from framescope.engine.close import ConnectionClosed
from framescope.engine.state import State
from framescope.net.client import connect
from framescope.net.connection import ClientConnection, Connection, ServerConnection
from framescope.net.server import serve
from helpers.faq_sides import NO_CLOSE, NO_PONG, end_of, kill, port_of, started, with_peer
from helpers.joined import each_side, joined
from helpers.loops import in_loop, until
from helpers.middlebox import Middlebox
from helpers.raw_peers import Certificates, silent_listener
from helpers.turns import REQUEST, stepped

each_loss = pytest.mark.parametrize("is_reset", [False, True], ids=["fin", "reset"])
Records = list[logging.LogRecord]


# What does "ConnectionClosedError: no close frame received or sent" mean?


@each_side
@each_loss
@in_loop
async def test_what_does_no_close_frame_received_or_sent_mean(side: str, is_reset: bool, tmp_path: Path) -> None:
    """The TCP connection was lost: the peer was killed, and no Close frame went either way."""
    async with with_peer(side, tmp_path, is_direct=True, ping_interval=None) as (ours, process, _):
        await ours.send("are you there?")
        assert await ours.recv() == "are you there?"
        await kill(process, ours, is_reset=is_reset)
        error = await end_of(ours.recv())
        assert str(error) == NO_CLOSE
        assert (error.rcvd, error.sent, error.rcvd_then_sent) == (None, None, None)
        assert (ours.close_code, ours.close_reason, ours.state) == (1006, "", State.CLOSED)
        cause = error.__cause__
        assert isinstance(cause, ConnectionResetError if is_reset else EOFError)
        assert "reset by peer" in str(cause) if is_reset else str(cause) == "unexpected end of stream"


@each_loss
@in_loop
async def test_what_does_no_close_frame_mean_for_the_log_of_a_server(
    is_reset: bool, tmp_path: Path, logged_errors: Records
) -> None:
    """It says "connection handler failed", and the direct cause is what reading the socket met."""
    async with failing_server(tmp_path, is_reset=is_reset):
        await until(lambda: logged_errors)
    (record,) = logged_errors
    logged_errors.clear()
    assert (record.name, record.levelname) == ("framescope.server", "ERROR")
    assert record.getMessage() == "connection handler failed"
    assert record.exc_info is not None
    text = "".join(traceback.format_exception(*record.exc_info))
    first, _, second = text.partition("\nThe above exception was the direct cause of the following exception:\n")
    reading = "ConnectionResetError: [Errno 104] Connection reset by peer" if is_reset else "EOFError: unexpected end"
    assert reading in first
    assert second.rstrip().endswith(f"ConnectionClosedError: {NO_CLOSE}")


@in_loop
async def test_does_catching_connection_closed_keep_it_out_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "framescope"):
        async with failing_server(tmp_path, is_reset=False, catches=ConnectionClosed) as caught:
            await until(lambda: caught)
    assert [str(error) for error in caught] == [NO_CLOSE]
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []


@contextlib.asynccontextmanager
async def failing_server(folder: Path, *, is_reset: bool, catches: Any = ()) -> Any:
    """Serve a client that is killed; yield what the handler caught."""
    opened: list[ServerConnection] = []
    caught: list[ConnectionClosed] = []

    async def handler(connection: ServerConnection) -> None:
        opened.append(connection)
        try:
            async for _ in connection:
                pass
        except catches as error:
            caught.append(error)

    async with serve(handler, "127.0.0.1", 0, compression=None) as server:
        with await started(folder, "client", url=f"ws://127.0.0.1:{port_of(server)}/") as process:
            await until(lambda: opened and process.facts("opened"))
            await kill(process, opened[0], is_reset=is_reset)
            await opened[0].wait_closed()
            yield caught


# What does "sent 1011 (internal error) keepalive ping timeout; no close frame received" mean?


@each_side
@pytest.mark.parametrize("what", ["the peer is stopped", "the network delivers nothing"])
@in_loop
async def test_what_does_keepalive_ping_timeout_mean(side: str, what: str, tmp_path: Path) -> None:
    """No pong came within ping_timeout, so this side closed with 1011; nothing answered the Close frame."""
    async with with_peer(side, tmp_path, ping_interval=0.2, ping_timeout=0.3, close_timeout=0.2) as (
        ours,
        process,
        middle,
    ):
        await until(lambda: ours.latency > 0)
        stalled = time.monotonic()
        process.pause() if what == "the peer is stopped" else middle.stall()
        error = await end_of(ours.recv())
        assert 0.3 <= time.monotonic() - stalled < 0.2 + 0.3 + 0.2 + 2
        assert str(error) == NO_PONG
        assert error.sent is not None
        assert (error.rcvd, error.sent.code, error.sent.reason) == (None, 1011, "keepalive ping timeout")
        assert repr(error.__cause__) == "TimeoutError('timed out waiting for keepalive pong')"
        assert ours.close_code == 1006


@each_side
@in_loop
async def test_what_does_keepalive_ping_timeout_mean_when_the_recipient_cannot_keep_up(
    side: str, tmp_path: Path
) -> None:
    """More traffic than the recipient handles: it reads nothing more, and the pings stand behind the data."""
    times = {"ping_interval": 0.2, "ping_timeout": 0.3, "close_timeout": 0.2}
    async with with_peer(side, tmp_path, peer={"is_deaf": True}, **times) as (ours, _, _):

        async def flood() -> None:
            while True:
                await ours.send(bytes(100_000))

        error = await end_of(flood())
        assert str(error) == NO_PONG
        assert ours.close_code == 1006


@each_side
@in_loop
async def test_does_a_longer_ping_timeout_keep_a_slow_recipient(side: str, tmp_path: Path) -> None:
    """If ping_timeout is too short for the use case, raise it, while the connection runs."""
    async with with_peer(side, tmp_path, ping_interval=0.1, ping_timeout=5, close_timeout=0.2) as (ours, process, _):
        process.pause()
        await asyncio.sleep(0.5)
        assert ours.driver.engine.keepalive.awaited
        ours.ping_interval = None  # the latency stays that of this ping
        process.resume()
        await ours.send("still there")
        assert await ours.recv() == "still there"
        assert ours.latency > 0.3


# How do I set a timeout on recv()? (test_faq_recv_timeout.py cancels it everywhere else.)


@each_side
@pytest.mark.parametrize("way", ["timeout", "wait_for"])
@in_loop
async def test_how_do_i_set_a_timeout_on_recv(side: str, way: str) -> None:
    """asyncio.timeout or asyncio.wait_for, a thousand times over: no message is lost, doubled or moved."""
    received: list[Any] = []
    timeouts = 0
    async with stepped(side) as (ours, send, turns):
        for number in range(1000):
            leaves, limit = number % 4, number // 4 % 4  # the turns of the loop in which the two things happen
            receiving = asyncio.ensure_future(receive(ours, way, turns.length * limit))
            for turn in range(5):
                if turn == leaves:
                    send(str(number))
                await turns.next()
            try:
                received.append(await receiving)
            except TimeoutError:
                timeouts += 1
                received.append(await ours.recv())
    assert received == [str(number) for number in range(1000)]
    assert 200 <= timeouts <= 800


async def receive(connection: Connection, way: str, limit: float) -> Any:
    if way == "wait_for":
        return await asyncio.wait_for(connection.recv(), limit)
    async with asyncio.timeout(limit):
        return await connection.recv()


# How do I limit the time of an asynchronous context manager? With open_timeout.


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@in_loop
async def test_what_does_open_timeout_do_for_a_client_whose_server_is_silent(scheme: str) -> None:
    began = time.monotonic()
    with silent_listener() as port, pytest.raises(TimeoutError) as raised:
        async with connect(f"{scheme}://127.0.0.1:{port}/", open_timeout=0.3):
            pytest.fail("there was no answer")
    assert str(raised.value) == "timed out during opening handshake"
    assert 0.3 <= time.monotonic() - began < 2


@pytest.mark.parametrize("is_secure", [False, True], ids=["ws", "wss"])
@in_loop
async def test_what_does_open_timeout_do_when_the_handshake_is_slow(is_secure: bool) -> None:
    """It counts from the first moment: a handshake that comes a byte at a time gets no more time."""
    certificates = Certificates.make() if is_secure else None

    async def handler(connection: Any) -> None:
        await connection.wait_closed()

    began = time.monotonic()
    async with (
        serve(handler, "127.0.0.1", 0, ssl=certificates and certificates.server, open_timeout=5) as server,
        Middlebox(port_of(server), drip=0.01) as middle,
    ):
        url = f"{'wss' if is_secure else 'ws'}://127.0.0.1:{middle.port}/"
        with pytest.raises(TimeoutError, match="timed out during opening handshake"):
            await connect(url, ssl=certificates and certificates.client(), open_timeout=0.4)
        assert 0.4 <= time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("is_secure", "begins"),
    [(False, b""), (False, b"GET / HTTP/1.1\r\nHost: a\r\n"), (True, b""), (True, b"\x16\x03\x01\x02\x00\x01")],
    ids=["silent", "half a request", "silent before TLS", "half a ClientHello"],
)
@in_loop
async def test_what_does_open_timeout_do_for_a_server_whose_client_is_silent(
    is_secure: bool, begins: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It drops the client, logs that, and no handler runs."""
    handled: list[object] = []

    async def handler(connection: Any) -> None:
        handled.append(connection)

    context = Certificates.make().server if is_secure else None
    with caplog.at_level(logging.DEBUG, "framescope.server"):
        async with serve(handler, "127.0.0.1", 0, open_timeout=0.3, ssl=context) as server:
            began = time.monotonic()
            reader, writer = await asyncio.open_connection("127.0.0.1", port_of(server))
            writer.write(begins)
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
            assert 0.3 <= time.monotonic() - began < 2
            writer.close()
    assert handled == []
    text = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert "timed out during opening handshake" in text


@in_loop
async def test_what_does_open_timeout_do_for_a_server_whose_client_is_slow() -> None:
    """A byte now and then keeps nothing open."""

    async def handler(connection: Any) -> None:
        pytest.fail("there was no whole request")

    async with (
        serve(handler, "127.0.0.1", 0, open_timeout=0.3) as server,
        Middlebox(port_of(server), drip=0.01) as middle,
    ):
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", middle.port)
        writer.write(REQUEST)
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        assert 0.3 <= time.monotonic() - began < 2
        writer.close()


# How can I pass arguments to a custom connection subclass?


class Extra:
    """What the FAQ's subclass adds."""

    def __init__(self, *args: Any, extra_argument: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra_argument = extra_argument


class ExtraClient(Extra, ClientConnection):
    pass


class ExtraServer(Extra, ServerConnection):
    pass


@each_side
@in_loop
async def test_how_can_i_pass_arguments_to_a_custom_connection_subclass(side: str) -> None:
    kind = ExtraClient if side == "client" else ExtraServer
    argument = object()
    async with joined(side, create_connection=functools.partial(kind, extra_argument=argument)) as (ours, theirs):
        assert isinstance(ours, kind)
        assert ours.extra_argument is argument
        await theirs.send("as any other")
        assert await ours.recv() == "as any other"


# How do I keep idle connections open?

IDLE = 0.6  # seconds without a byte after which the middlebox of these tests cuts


@each_side
@in_loop
async def test_how_do_i_keep_idle_connections_open(side: str, tmp_path: Path) -> None:
    """Pings are traffic: with a ping_interval below the middlebox's patience it leaves the connection alone."""
    async with with_peer(side, tmp_path, idle=IDLE, ping_interval=0.2, ping_timeout=2) as (ours, _, middle):
        await asyncio.sleep(2 * IDLE)
        assert (ours.state, middle.cuts) == (State.OPEN, 0)
        await ours.send("awake")
        assert await ours.recv() == "awake"


@each_side
@in_loop
async def test_what_is_seen_when_an_idle_connection_is_cut(side: str, tmp_path: Path) -> None:
    """Without pings the middlebox ends it, and neither side sent a Close frame."""
    async with with_peer(side, tmp_path, idle=IDLE, ping_interval=None) as (ours, _, middle):
        began = time.monotonic()
        error = await end_of(ours.recv())
        assert time.monotonic() - began < IDLE + 2
        assert (middle.cuts, str(error), ours.close_code) == (1, NO_CLOSE, 1006)
        assert isinstance(error.__cause__, EOFError)


# How do I respond to pings?


@each_side
@in_loop
async def test_how_do_i_respond_to_pings(side: str) -> None:
    """You don't: the pongs are sent by themselves, though the application reads nothing for long."""
    async with joined(side, ping_interval=None, theirs={"ping_interval": 0.1, "ping_timeout": 0.4}) as (ours, theirs):
        for number in range(16):  # as many as the queue holds
            await theirs.send(str(number))
        waiter = await theirs.ping(b"a payload")
        assert await waiter > 0
        await asyncio.sleep(1.5)
        assert theirs.latency > 0
        assert (ours.state, theirs.state.name) == (State.OPEN, "OPEN")
        assert [await ours.recv() for _ in range(16)] == [str(number) for number in range(16)]


# How do I build a heartbeat at application level?


@each_side
@in_loop
async def test_how_do_i_build_a_heartbeat_at_application_level(side: str, tmp_path: Path) -> None:
    """With messages, a time limit on the answer, and no need of pings: it sees a peer that is stopped."""
    beats = 0

    async def beat(connection: Connection) -> None:
        nonlocal beats
        while True:
            await connection.send(f"beat {beats}")
            async with asyncio.timeout(0.4):
                assert await connection.recv() == f"beat {beats}"
            beats += 1
            if beats == 5:
                process.pause()

    async with with_peer(side, tmp_path, ping_interval=None, close_timeout=0.2) as (ours, process, _):
        with pytest.raises(TimeoutError):
            await beat(ours)
        assert (beats, ours.state) == (5, State.OPEN)
        await ours.close(1001, "no heartbeat")
        error = await end_of(ours.recv())
        assert str(error) == "sent 1001 (going away) no heartbeat; no close frame received"
