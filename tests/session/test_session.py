"""Does a session open, obey and record connections, and end all of them in order?"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from framescope.analysis.book import TraceBook
from framescope.analysis.trace import Trace
from framescope.capture.reader import CaptureReader
from framescope.capture.records import Phase, PhaseChange
from framescope.capture.writer import CaptureWriter
from framescope.engine.errors import InvalidProxy, InvalidState, InvalidURI
from framescope.engine.events import ViolationSeen
from framescope.engine.frames import Opcode
from framescope.engine.pongs import PongPolicy
from framescope.engine.state import State
from framescope.net.connection import ServerConnection
from framescope.net.server import serve
from framescope.session import session as session_module
from framescope.session.options import ConnectOptions
from framescope.session.session import Session
from helpers.conversation import raw
from helpers.ledger import opened
from helpers.loops import in_loop, until
from helpers.proxy_servers import http_proxy
from helpers.raw_peers import Peer, free_port, raw_server, silent_listener


class Watched:
    """A session, and what its capture says."""

    def __init__(self, folder: Path) -> None:
        self.session = Session(CaptureWriter(folder))
        self.reader = CaptureReader(folder)
        self.book = TraceBook(self.reader)

    def trace(self, number: int = 1) -> Trace:
        self.book.poll()
        return self.book.traces[number]

    async def state(self, state: State, number: int = 1) -> Trace:
        await until(lambda: self.trace(number).story.state is state)
        return self.trace(number)

    async def ended(self, number: int = 1) -> Any:
        await until(lambda: self.trace(number).story.ended)
        ended = self.trace(number).story.ended
        assert ended is not None
        return ended.info


@contextlib.asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Watched]:
    watch = Watched(folder)
    try:
        yield watch
    finally:
        await watch.session.shut_down()
        watch.reader.close()


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


def options(port: int, **chosen: Any) -> ConnectOptions:
    return ConnectOptions(url=f"ws://127.0.0.1:{port}/", **chosen)


def port_of(server: Any) -> int:
    return int(server.sockets[0].getsockname()[1])


def payloads(trace: Trace, *, sent: bool, opcode: Opcode) -> list[bytes]:
    lane = trace.lanes[sent]
    rows = [int(row) for row, code in zip(lane.rows[:], lane.opcodes[:], strict=True) if code == opcode]
    return [trace.reader.payload(trace.rows.record(row)) for row in rows]


@in_loop
async def test_messages_pings_and_a_clean_close_are_recorded(tmp_path: Path) -> None:
    async with serve(echo, "127.0.0.1", 0) as server, watched(tmp_path / "c") as watch:
        number = watch.session.connect(options(port_of(server), compression=None))
        trace = await watch.state(State.OPEN)
        watch.session.send(number, Opcode.TEXT, b"hello")
        watch.session.send(number, Opcode.BINARY, b"\xff\x00")
        watch.session.ping(number, b"mine")
        await until(lambda: watch.book.poll() is not None and payloads(trace, sent=False, opcode=Opcode.PONG))
        watch.session.close(number, 1000, "done")
        info = await watch.ended()
        assert payloads(trace, sent=False, opcode=Opcode.TEXT) == [b"hello"]
        assert payloads(trace, sent=False, opcode=Opcode.BINARY) == [b"\xff\x00"]
        assert payloads(trace, sent=False, opcode=Opcode.PONG) == [b"mine"]
        assert (info.exception, info.sent_code, info.received_code) == ("ConnectionClosedOK", 1000, 1000)
        assert trace.story.info is not None and trace.story.info.url.endswith(f":{port_of(server)}/")


@in_loop
async def test_a_knob_is_turned_and_recorded(tmp_path: Path) -> None:
    async with serve(echo, "127.0.0.1", 0) as server, watched(tmp_path / "c") as watch:
        number = watch.session.connect(options(port_of(server)))
        trace = await watch.state(State.OPEN)
        watch.session.turn(number, "ping_interval", 0.05)
        await until(lambda: watch.book.poll() is not None and len(trace.story.exchanges) > 1)
        turn = trace.story.knob_turns[0]
        assert (turn.name, turn.old, turn.new) == ("ping_interval", 20.0, 0.05)


@in_loop
async def test_connections_are_numbered_and_live_apart(tmp_path: Path) -> None:
    async with serve(echo, "127.0.0.1", 0) as server, watched(tmp_path / "c") as watch:
        numbers = [watch.session.connect(options(port_of(server))) for _ in range(2)]
        assert numbers == [1, 2]
        for number in numbers:
            await watch.state(State.OPEN, number)
        watch.session.close(1, 1000, "")
        await watch.ended(1)
        watch.session.send(2, Opcode.TEXT, b"still here")
        await until(lambda: watch.book.poll() is not None and watch.trace(2).story.totals.received_frames)
        assert watch.trace(2).story.ended is None


@in_loop
async def test_what_is_over_or_never_was_refuses_every_act(tmp_path: Path) -> None:
    async with watched(tmp_path / "c") as watch:
        session = watch.session
        session.connect(options(free_port()))
        info = await watch.ended()
        assert info.code is None and "Refused" in info.sentence and info.advice
        for act in (
            lambda number: session.turn(number, "ping_interval", 1.0),
            lambda number: session.send(number, Opcode.TEXT, b""),
            lambda number: session.ping(number, None),
            lambda number: session.close(number, 1000, ""),
            lambda number: session.set_pong_policy(number, PongPolicy()),
            lambda number: session.pause_reading(number, is_paused=True),
        ):
            for number in (1, 7):
                with pytest.raises(InvalidState, match=r"That connection is over\."):
                    act(number)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"url": "http://x"}, "scheme"),
        ({"url": "ws://x", "ping_interval": -1.0}, "ping_interval can be"),
        ({"url": "ws://x", "headers": [("A b", "1")]}, "A b"),
        ({"url": "wss://x", "ca_file": "/no/such/file"}, "CA file /no/such/file cannot be read: No such file"),
        ({"url": "wss://x", "ca_file": __file__}, "no certificate in"),
    ],
)
@in_loop
async def test_bad_options_raise_before_anything_is_recorded(
    tmp_path: Path, chosen: dict[str, Any], words: str
) -> None:
    async with watched(tmp_path / "c") as watch:
        with pytest.raises((ValueError, InvalidURI), match=words):
            watch.session.connect(ConnectOptions(**chosen))
        assert not watch.book.poll()


@in_loop
async def test_proxy_of_the_environment_is_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(echo, "127.0.0.1", 0) as server, http_proxy() as proxy, watched(tmp_path / "c") as watch:
        monkeypatch.setenv("http_proxy", f"http://user:hunter2marker@127.0.0.1:{proxy.port}")
        number = watch.session.connect(ConnectOptions(url=f"ws://server.example:{port_of(server)}/"))
        trace = await watch.state(State.OPEN, number)
        assert proxy.targets == [("server.example", port_of(server))]
        steps = [(mark.phase, mark.change) for mark in trace.story.phases]
        assert steps[2:4] == [(Phase.PROXY, PhaseChange.BEGAN), (Phase.PROXY, PhaseChange.DONE)]
        assert trace.story.info is not None
        assert trace.story.info.options["proxy"] == f"http://127.0.0.1:{proxy.port}, by the environment"
        # This machine's own servers are asked directly.
        near = watch.session.connect(options(port_of(server)))
        await watch.state(State.OPEN, near)
        assert len(proxy.targets) == 1
    for file in (tmp_path / "c").rglob("*"):
        assert b"hunter2marker" not in file.read_bytes()


@in_loop
async def test_proxy_that_refuses_is_told_with_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched(tmp_path / "c") as watch, http_proxy(credentials=("user", "pw")) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        number = watch.session.connect(ConnectOptions(url="wss://server.example/"))
        info = await watch.ended(number)
        assert info.sentence == "The proxy wants a user name and a password (HTTP 407)."
        assert info.advice.startswith("Put them into its address: http://user:password@")
        assert info.exception == "InvalidProxyStatus"
        monkeypatch.setenv("https_proxy", "gopher://user:hunter2marker@h")
        with pytest.raises(InvalidProxy, match=r"gopher://\*\*\*@h isn't a valid proxy"):
            watch.session.connect(ConnectOptions(url="wss://server.example/"))


@in_loop
async def test_text_must_be_utf_8(tmp_path: Path) -> None:
    async with serve(echo, "127.0.0.1", 0) as server, watched(tmp_path / "c") as watch:
        number = watch.session.connect(options(port_of(server)))
        await watch.state(State.OPEN)
        with pytest.raises(ValueError):
            watch.session.send(number, Opcode.TEXT, b"\xff")
        assert watch.trace().story.totals.sent_frames == 0


@in_loop
async def test_connecting_can_be_given_up(tmp_path: Path) -> None:
    with silent_listener() as port:
        async with watched(tmp_path / "c") as watch:
            number = watch.session.connect(options(port))
            await watch.state(State.CONNECTING)
            watch.session.close(number, 1000, "")
            info = await watch.ended()
            assert (info.code, info.ending) == (None, "aborted")


@in_loop
async def test_the_end_says_1001_and_leaves_a_whole_capture(tmp_path: Path) -> None:
    got: list[int | None] = []
    is_served = asyncio.Event()

    async def wait(connection: ServerConnection) -> None:
        is_served.set()
        await connection.wait_closed()
        got.append(connection.close_code)

    async with serve(wait, "127.0.0.1", 0) as server:
        async with watched(tmp_path / "c") as watch:
            watch.session.start()
            watch.session.connect(options(port_of(server)))
            await watch.state(State.OPEN)
            await is_served.wait()
            await watch.session.shut_down()
            assert watch.trace().story.state is State.CLOSED
        await until(lambda: got)
    assert got == [1001]
    assert watch.reader.notes == []


@in_loop
async def test_a_peer_that_never_answers_close_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CLOSE_GRACE", 0.05)

    async def silent(peer: Any) -> None:
        await peer.upgrade()
        while await peer.reader.read(65536):
            pass

    async with raw_server(silent) as port, watched(tmp_path / "c") as watch:
        watch.session.connect(options(port))
        await watch.state(State.OPEN)
        started = time.monotonic()
        await watch.session.shut_down()
        assert time.monotonic() - started < 2
        info = await watch.ended()
        assert (info.sent_code, info.received_code) == (1001, None)


@in_loop
async def test_clocks_and_lag_are_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "LAG_INTERVAL", 0.01)
    monkeypatch.setattr(session_module, "ANCHOR_INTERVAL", 0.02)
    async with watched(tmp_path / "c") as watch:
        watch.session.start()
        kinds: list[int] = []
        async with asyncio.timeout(5):
            while not {10, 11} <= set(kinds):
                kinds += watch.reader.poll()["kind"].tolist()
                await asyncio.sleep(0.005)


@in_loop
async def test_what_waits_to_be_sent_is_limited(tmp_path: Path) -> None:
    """RELIABILITY 6: limit - 1, limit, limit + 1. The last message that is taken may go beyond it."""

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        await asyncio.Event().wait()  # reads nothing

    async with raw_server(conduct) as port, watched(tmp_path / "c") as watch:
        session = watch.session
        number = session.connect(options(port, compression=None, ping_interval=None))
        await watch.state(State.OPEN)
        outbox = session._running[number].engine.outbox
        while outbox.size == 0:  # the kernel takes some megabytes
            session.send(number, Opcode.BINARY, bytes(1024 * 1024))
        session._send_limit = outbox.size + 1
        session.send(number, Opcode.BINARY, bytes(1000))
        waiting = outbox.size
        for session._send_limit in (waiting, waiting - 1):
            with pytest.raises(InvalidState, match=r"MiB wait to be sent already: the peer takes no more for now\."):
                session.send(number, Opcode.BINARY, b"x")
        assert outbox.size == waiting


@pytest.mark.parametrize(("size", "is_taken"), [(-1, True), (0, True), (1, False)], ids="{:+}".format)
def test_limit_of_a_message(size: int, is_taken: bool) -> None:
    """RELIABILITY 6: a message goes to disk as it comes, up to 4 GiB; then 1009. Known by the header."""
    player, _ = opened("client", limits=session_module.LIMITS)
    player >> raw(b"\x82\x7f" + (4 * 1024**3 + size).to_bytes(8, "big") + b"abc")
    codes = [event.violation.code for event in player.of(ViolationSeen)]
    assert codes == ([] if is_taken else [1009])


def test_limits_are_those_of_reliability_6() -> None:
    limits = session_module.LIMITS
    assert (limits.max_message, limits.max_inflated, limits.max_fragments) == (2**32, 64 * 2**20, 131_072)
    assert session_module.SEND_LIMIT == 4 * 2**20


@in_loop
async def test_a_message_that_is_larger_than_memory_has_room_for_is_on_disk(tmp_path: Path) -> None:
    """RELIABILITY 6: 64 MiB is what a message may take in memory; nothing of a larger one is held."""
    size = 65 * 2**20

    async def conduct(peer: Peer) -> None:
        await peer.upgrade()
        peer.writer.write(b"\x82\x7f" + size.to_bytes(8, "big"))
        for _ in range(size // 2**20):
            peer.writer.write(bytes(2**20))
            await peer.writer.drain()
        peer.frame(8, b"\x03\xe8")
        await peer.reader.readexactly(8)

    async with raw_server(conduct) as port, watched(tmp_path / "c") as watch:
        watch.session.connect(options(port, compression=None))
        info = await watch.ended()
        assert (info.exception, info.received_code) == ("ConnectionClosedOK", 1000)
        trace = watch.trace()
        lane = trace.lanes[False]
        (row,) = [row for row, code in zip(lane.rows[:], lane.opcodes[:], strict=True) if code == Opcode.BINARY]
        record = trace.rows.record(int(row))
        assert record.length == size
        assert trace.reader.payload(record, size - 10) == bytes(10)
