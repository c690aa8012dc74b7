"""Does the pump tell FIN from reset, bound what it does, write what is left, and leave nothing behind?"""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import sys
import time
from pathlib import Path

import pytest

from framescope.engine.connection import Connection as Engine
from framescope.engine.errors import InvalidMessage
from framescope.engine.events import (
    Change,
    DeadlineChanged,
    Ended,
    Ending,
    FrameSent,
    LateFrame,
    Part,
    PartialFrame,
    Which,
)
from framescope.engine.frames import Opcode, serialise
from framescope.engine.handshake import ServerTerms
from framescope.engine.lifecycle import Transport
from framescope.engine.opening import plain_response, refusal
from framescope.engine.settings import Limits, Timeouts
from framescope.engine.state import State
from framescope.net import pump
from framescope.net.driver import Driver
from framescope.net.opener import open_client, open_server
from framescope.net.streams import PlainStream
from framescope.net.tls import client_context
from helpers.loops import in_loop, until
from helpers.raw_peers import Certificates, Peer, RecordingTap, Watch, accepting, raw_server, reset, watch

NO_CLOSE = "no close frame received or sent"


async def opened(port: int, timeouts: Timeouts | None = None) -> Watch:
    client = watch(f"ws://127.0.0.1:{port}/", timeouts)
    await open_client(client.driver, client.address)
    return client


async def served(limits: Limits | None = None, timeouts: Timeouts | None = None) -> tuple[Watch, socket.socket]:
    """A server's driver, and the client's raw end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    theirs.setblocking(False)
    tap = RecordingTap()
    heard: list[object] = []
    engine = Engine(ServerTerms(deflate=None), now=time.monotonic(), limits=limits, timeouts=timeouts)
    driver = Driver(engine, tap=tap, listener=heard.extend)
    await open_server(driver, ours)
    return Watch(driver, tap, None, heard), theirs  # type: ignore[arg-type]


REQUEST = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def upgraded(server: Watch, theirs: socket.socket) -> None:
    """Let the raw client do the opening handshake."""
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(theirs, REQUEST)
    await until(lambda: server.driver.engine.opening.request)  # type: ignore[union-attr]
    server.driver.accept()
    await loop.sock_recv(theirs, 65536)


@in_loop
async def test_fin_without_close_frames_is_told_as_fin() -> None:
    async with raw_server(Peer.upgrade) as port:
        client = await opened(port)
        await client.driver.ended
    assert client.tap.ended.sentence == NO_CLOSE
    assert (client.tap.ended.ending, client.tap.ended.code, client.tap.ended.by_peer) == (Ending.FIN, 1006, True)
    assert client.tap.errors == []


@in_loop
async def test_reset_without_close_frames_is_told_as_reset() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.reset()

    async with raw_server(conduct) as port:
        client = await opened(port)
        await client.driver.ended
    assert client.tap.ended.sentence == NO_CLOSE
    assert (client.tap.ended.ending, client.tap.ended.code, client.tap.ended.by_peer) == (Ending.RESET, 1006, True)
    assert client.tap.errors == ["[Errno 104] Connection reset by peer"]
    words = [word for word, value in client.tap.told if word == "lost" or isinstance(value, Ended)]
    assert words == ["lost", "event"]
    assert isinstance(client.driver.error, ConnectionResetError)


@pytest.mark.parametrize("is_reset", [False, True], ids=["fin", "reset"])
@in_loop
async def test_server_tells_fin_from_reset(is_reset: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        raw = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
    tap = RecordingTap()
    driver = Driver(Engine(ServerTerms(), now=time.monotonic()), tap=tap)
    await open_server(driver, accepted)
    raw.sendall(REQUEST)
    await until(lambda: driver.engine.opening.request)  # type: ignore[union-attr]
    driver.accept()
    raw.recv(65536)
    if is_reset:
        reset(raw)
    raw.close()
    await driver.ended
    assert tap.ended.sentence == NO_CLOSE
    assert tap.ended.ending is (Ending.RESET if is_reset else Ending.FIN)


@in_loop
async def test_reset_behind_a_close_frame_loses_nothing_that_was_read() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.frame(Opcode.TEXT, b"last words")
        peer.frame(Opcode.CLOSE, (1001).to_bytes(2, "big"))
        await peer.writer.drain()
        await asyncio.sleep(0.02)
        peer.reset()

    async with raw_server(conduct) as port:
        client = await opened(port)
        await client.driver.ended
    assert [part.text for part in client.tap.of(Part)] == ["last words"]
    assert client.tap.ended.received is not None and client.tap.ended.received.code == 1001


@in_loop
async def test_write_that_fails_still_reads_what_had_come() -> None:
    received = asyncio.Event()

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.frame(Opcode.TEXT, b"before the end")
        await peer.writer.drain()
        await received.wait()
        peer.reset()

    async with raw_server(conduct) as port:
        client = await opened(port)
        client.driver.pause_reading(True)
        await asyncio.sleep(0.02)
        received.set()
        await asyncio.sleep(0.02)
        for _ in range(3):  # the first write after a reset meets the error
            if client.driver.engine.state is State.OPEN:
                client.driver.send(Opcode.TEXT, b"into the void")
        await client.driver.ended
    assert [part.text for part in client.tap.of(Part)] == ["before the end"]
    assert client.tap.ended.ending is Ending.RESET
    assert len(client.tap.errors) == 1


@in_loop
async def test_word_of_tls_says_more_than_the_write_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that wants a client certificate sends an alert, and resets while our request is under way."""

    def fails(*_: object) -> None:
        raise ConnectionResetError(104, "Connection reset by peer")

    def alerts(*_: object) -> None:
        raise ssl.SSLError(1, "tlsv13 alert certificate required")

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await peer.reader.read()

    async with raw_server(conduct) as port:
        client = await opened(port)
        monkeypatch.setattr(client.driver.stream, "flush", fails)
        monkeypatch.setattr(client.driver.stream, "read", alerts)
        client.driver.send(Opcode.TEXT, b"into the void")
        await client.driver.ended
    assert client.tap.errors == ["tlsv13 alert certificate required"]


@pytest.mark.parametrize("is_reset", [False, True], ids=["fin", "reset"])
@in_loop
async def test_end_at_every_byte_of_the_handshake(is_reset: bool) -> None:
    answer = accepting("x" * 24)
    sizes = iter(range(len(answer)))

    async def conduct(peer: Peer) -> None:
        key = await peer.request()
        peer.writer.write(accepting(key)[: next(sizes)])
        await peer.writer.drain()
        if is_reset:
            peer.reset()

    async with raw_server(conduct) as port:
        for _ in answer:
            client = watch(f"ws://127.0.0.1:{port}/")
            with pytest.raises(InvalidMessage) as raised:
                await open_client(client.driver, client.address)
            assert isinstance(raised.value.__cause__, ConnectionResetError if is_reset else EOFError)
            assert client.tap.ended.ending is (Ending.RESET if is_reset else Ending.REFUSED)
            assert client.tap.steps[-1] == "upgrade failed"
            assert client.driver.ended.done()


@in_loop
async def test_end_inside_a_frame_tells_how_much_of_it_came() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.writer.write(serialise(0x81, b"half a message", None)[:9])

    async with raw_server(conduct) as port:
        client = await opened(port)
        await client.driver.ended
    (partial,) = client.tap.of(PartialFrame)
    assert (partial.available, partial.sent) == (9, False)


@in_loop
async def test_what_is_unsent_goes_out_after_the_peers_half_close() -> None:
    size = 3_000_000
    arrived = asyncio.get_running_loop().create_future()

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await peer.reader.readexactly(1)
        peer.writer.write_eof()
        await asyncio.sleep(0.05)
        arrived.set_result(1 + len(await peer.reader.read(-1)))

    async with raw_server(conduct) as port:
        client = await opened(port)
        client.driver.send(Opcode.BINARY, bytes(size))
        assert await arrived == size + 14
        await client.driver.ended
    assert client.tap.ended.ending is Ending.FIN


@in_loop
async def test_ping_behind_a_full_buffer_expires_when_the_socket_stands_still() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(20)

    async with raw_server(conduct) as port:
        started = time.monotonic()
        client = await opened(port, Timeouts(ping_interval=0.2, ping_timeout=0.3, close_timeout=0.1))
        client.driver.send(Opcode.BINARY, bytes(40_000_000))
        await client.driver.ended
        passed = time.monotonic() - started
    changes = [(event.which, event.change) for event in client.tap.of(DeadlineChanged) if event.which is Which.PONG]
    assert (Which.PONG, Change.BLOCKED) in changes
    assert (Which.PONG, Change.MISSED) in changes
    assert client.tap.ended.sentence == "sent 1011 (internal error) keepalive ping timeout; no close frame received"
    assert 0.3 <= passed < 5
    if sys.platform == "linux":  # the other end's machine lives, and has no room
        told = {name: value for name, value, _ in client.tap.gauges}
        assert told["unacknowledged"] > 100_000
        assert told["retries"] <= 1


@in_loop
async def test_large_message_goes_out_in_chunks_that_let_a_ping_pass() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await asyncio.sleep(0.05)
        while await peer.reader.read(1 << 20):
            pass

    async with raw_server(conduct) as port:
        client = await opened(port)
        client.driver.send(Opcode.BINARY, bytes(8_000_000))
        client.driver.send(Opcode.BINARY, b"behind")
        client.driver.ping(b"urgent")
        await until(lambda: client.driver.engine.outbox.size == 0)
        client.driver.abort()
        await client.driver.ended
    sent = [(event.frame.opcode, event.frame.length) for event in client.tap.of(FrameSent)]
    assert sent == [(Opcode.BINARY, 8_000_000), (Opcode.PING, 6), (Opcode.BINARY, 6)]


@in_loop
async def test_send_buffer_is_told_when_it_has_changed() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await asyncio.sleep(0.15)
        while await peer.reader.read(1 << 20):
            pass

    async with raw_server(conduct) as port:
        client = await opened(port)
        client.driver.send(Opcode.BINARY, bytes(20_000_000))
        await until(lambda: client.tap.gauges and client.tap.gauges[-1][1] == 0)
        client.driver.abort()
    times = [time_ns for _, _, time_ns in client.tap.gauges]
    assert client.tap.gauges[0][1] > 1_000_000
    assert all(later - earlier >= 100_000_000 for earlier, later in itertools.pairwise(times))


@in_loop
async def test_reading_leaves_the_others_their_turn() -> None:
    server, theirs = await served()
    await upgraded(server, theirs)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    flood = serialise(0x82, bytes(60_000), b"abcd") * 60
    server.driver.pause_reading(True)
    written = 0
    while written < len(flood):
        try:
            written += theirs.send(flood[written:])
        except BlockingIOError:
            break
    server.tap.reads.clear()
    turns: list[int] = []

    def turn() -> None:
        turns.append(sum(len(data) for data, _, _ in server.tap.reads))
        if turns[-1] < written:
            loop.call_soon(turn)

    loop = asyncio.get_running_loop()
    server.driver.pause_reading(False)
    loop.call_soon(turn)
    await until(lambda: turns and turns[-1] >= written)
    steps = [after - before for before, after in zip([0, *turns], turns, strict=False)]
    assert max(steps) <= pump.TURN
    server.driver.abort()
    theirs.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stamps what it receives")
@in_loop
async def test_reads_carry_the_kernels_receive_time() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        while await peer.reader.read(100):
            peer.frame(Opcode.TEXT, b"stamped")

    async with raw_server(conduct) as port:
        client = await opened(port)
        for count in range(1, 50):  # the kernel needs a moment to begin with its stamps
            client.driver.pause_reading(True)
            client.driver.send(Opcode.TEXT, b"?")
            await asyncio.sleep(0.02)
            before = time.monotonic_ns()
            client.driver.pause_reading(False)
            await until(lambda count=count: len(client.tap.of(Part)) == count)  # type: ignore[misc]
            _, read_ns, kernel_ns = client.tap.reads[-1]
            if kernel_ns:
                break
        client.driver.abort()
    assert 0 < kernel_ns < before < read_ns


@in_loop
async def test_refused_client_can_read_the_answer_though_it_sends_on() -> None:
    server, theirs = await served()
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(theirs, b"POST / HTTP/1.1\r\nHost: a\r\n\r\n" + bytes(200_000))
    await until(lambda: server.driver.engine.opening.request)  # type: ignore[union-attr]
    with pytest.raises(Exception, match="unsupported HTTP method") as raised:
        server.driver.accept()
    server.driver.reject(refusal(raised.value), raised.value)
    for _ in range(3):
        await loop.sock_sendall(theirs, bytes(10_000))
        await asyncio.sleep(0.01)
    answer = b""
    while data := await loop.sock_recv(theirs, 65536):
        answer += data
    assert answer.startswith(b"HTTP/1.1 405 ")
    theirs.close()
    await server.driver.ended


@in_loop
async def test_server_lingers_for_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pump, "LINGER", 0.1)
    server, theirs = await served()
    await upgraded(server, theirs)
    theirs.send(serialise(0x88, (1000).to_bytes(2, "big"), b"abcd"))
    started = time.monotonic()
    await server.driver.ended  # their end stays open
    assert time.monotonic() - started >= 0.05
    assert server.tap.ended.ending is Ending.CLOSE_FRAMES
    assert theirs.recv(100) == serialise(0x88, (1000).to_bytes(2, "big"), None)
    assert theirs.recv(100) == b""
    theirs.close()


@in_loop
async def test_refusal_that_cannot_be_written_is_given_up_after_close_timeout() -> None:
    server, theirs = await served(timeouts=Timeouts(close_timeout=0.1))
    await asyncio.get_running_loop().sock_sendall(theirs, REQUEST)
    await until(lambda: server.driver.engine.opening.request)  # type: ignore[union-attr]
    server.driver.reject(plain_response(403, "no" * 5_000_000), PermissionError("no"))
    assert not server.driver.ended.done()
    await server.driver.ended
    assert server.tap.ended.ending is Ending.REFUSED
    theirs.close()


@in_loop
async def test_failed_server_half_closes_and_sees_what_comes_after() -> None:
    server, theirs = await served()
    await upgraded(server, theirs)
    loop = asyncio.get_running_loop()
    server.driver.pause_reading(True)  # what comes after a failure is read all the same
    server.driver.fail(1011, "enough")
    assert server.driver.engine.transport is Transport.HALF_CLOSE
    answer = b""
    while data := await loop.sock_recv(theirs, 65536):
        answer += data
    assert answer == serialise(0x88, (1011).to_bytes(2, "big") + b"enough", None)
    await loop.sock_sendall(theirs, serialise(0x8A, b"late", b"abcd"))
    await until(lambda: server.tap.of(LateFrame))
    theirs.close()
    await server.driver.ended
    assert server.tap.ended.sentence == "sent 1011 (internal error) enough; no close frame received"


@in_loop
async def test_bytes_are_told_before_their_events_and_each_batch_is_flushed() -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.frame(Opcode.PING, b"hi")
        await peer.reader.readexactly(8)

    async with raw_server(conduct) as port:
        client = await opened(port)
        await client.driver.ended
    words = [word for word, value in client.tap.told if word != "event" or not isinstance(value, DeadlineChanged)]
    assert words.index("received") < words.index("event")
    assert b"".join(data for data, _, _ in client.tap.reads).endswith(serialise(0x89, b"hi", None))
    assert client.tap.sent.endswith(
        client.tap.of(FrameSent)[-1].frame.mask
        + bytes(a ^ b for a, b in zip(b"hi", client.tap.of(FrameSent)[-1].frame.mask, strict=False))
    )


@in_loop
async def test_tls_stream_that_is_cut_is_told(tmp_path: Path) -> None:
    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await asyncio.sleep(0.05)
        peer.writer.transport.abort()

    certificates = Certificates.make()
    certificates.authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    async with raw_server(conduct, certificates.server) as port:
        client = watch(f"wss://localhost:{port}/")
        context = client_context(ca_file=tmp_path / "authority.pem")
        await open_client(client.driver, client.address, context=context)
        await client.driver.ended
    assert client.tap.errors == ["the TLS stream ended without close_notify"]
    assert client.tap.ended.ending is Ending.FIN
    assert client.tap.ended.sentence == NO_CLOSE


class Slow(PlainStream):
    """Takes bytes as TLS does while a record is under way: some have gone, none counts yet."""

    def flush(self) -> int:
        self.has_moved = True
        return 0


@in_loop
async def test_part_of_a_record_counts_as_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    client = watch("ws://127.0.0.1/")
    progress: list[float] = []
    monkeypatch.setattr(client.driver.engine.keepalive, "progressed", progress.append)
    client.driver.attach(Slow(ours))
    assert len(progress) == 1
    client.driver.abort()
    theirs.close()
