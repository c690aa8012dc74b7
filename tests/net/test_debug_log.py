"""Does the log tell a conversation in the words of `websockets`, and cost nothing when it is off?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from framescope.engine.connection import Connection as Engine
from framescope.engine.errors import Violation
from framescope.engine.events import (
    Change,
    DeadlineChanged,
    Event,
    FrameSent,
    LateFrame,
    PartialFrame,
    PingFlood,
    ViolationSeen,
    Which,
)
from framescope.engine.frames import Frame
from framescope.engine.handshake import ClientOffer
from framescope.engine.url import parse_url
from framescope.net.connection import ClientConnection
from framescope.net.debug_log import DebugLog, debug_log
from framescope.net.server import serve
from framescope.net.tap import NoTap
from helpers.joined import each_side, joined
from helpers.loops import in_loop, until

#: Header lines that say who speaks, and when, not what.
_OWN = re.compile(r"(User-Agent|Server|Date|Host|Sec-WebSocket-Key|Sec-WebSocket-Accept): .*")


def lines(caplog: pytest.LogCaptureFixture, name: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == name and record.levelname == "DEBUG"]


def debug(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("framescope", "websockets"):
        caplog.set_level(logging.DEBUG, name)


def engine() -> Engine:
    return Engine(ClientOffer(parse_url("ws://a/")), now=0.0)


def told(caplog: pytest.LogCaptureFixture, *events: Event) -> list[str]:
    """Return the lines for events that are told at once."""
    debug(caplog)
    caplog.clear()
    log = DebugLog(logging.getLogger("framescope.told"), engine(), NoTap())
    log.events(events, 0)
    return lines(caplog, "framescope.told")


async def conversation(ours: Any, theirs: Any) -> None:
    """Say something of everything, from both sides in turn."""
    for one, other in ((ours, theirs), (theirs, ours)):
        await one.send("text ä")
        await one.send(b"\1\2\3")
        await one.send(["frag", "ments"])
        for _ in range(3):
            await other.recv()
        await (await one.ping("ping"))
        await one.pong(b"\0\xff")
    await ours.close(1001, "bye")
    await theirs.wait_closed()


@each_side
@pytest.mark.parametrize("compression", ["deflate", None])
@in_loop
async def test_the_frames_are_told_as_websockets_tells_them(
    side: str, compression: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Each line of frames on our end has its mirror on theirs, in the same order, and in the same words."""
    debug(caplog)
    other = "server" if side == "client" else "client"
    async with joined(side, compression=compression, theirs={"compression": compression}) as (ours, theirs):
        await conversation(ours, theirs)
    frame = re.compile(r"[<>] (TEXT|BINARY|CONT|CLOSE|PING|PONG) ")
    mine = [line for line in lines(caplog, f"framescope.{side}") if frame.match(line)]
    mirror = [line for line in lines(caplog, f"websockets.{other}") if frame.match(line)]
    for arrow, back in ("<>", "><"):
        passed = [line[2:] for line in mine if line[0] == arrow]
        assert passed == [line[2:] for line in mirror if line[0] == back]
        assert len(passed) == 9
    assert "> TEXT 'text ä' [7 bytes]" in mine
    assert "< CLOSE 1001 (going away) bye [5 bytes]" in mine


@each_side
@in_loop
async def test_the_kinds_of_lines_are_those_of_websockets(side: str, caplog: pytest.LogCaptureFixture) -> None:
    """The same side of the same conversation, once in our log and once in theirs."""

    def kinds(name: str) -> set[str]:
        found = {_OWN.sub(r"\1", line) for line in lines(caplog, name)}
        # The four random bytes of a keepalive ping may be letters.
        found = {re.sub(r"(PING|PONG) (?!'ping').*4 bytes\]", r"\1 of the keepalive", line) for line in found}
        return {re.sub(r"('.*'|[0-9a-f]{2}( [0-9a-f]{2})+) \[", "[", line) for line in found}

    debug(caplog)
    other = "server" if side == "client" else "client"
    found = {}
    for place, name in ((0, "framescope"), (1, "websockets")):
        caplog.clear()
        options = {"ping_interval": 0.05, "ping_timeout": 5}
        sides = joined(side, theirs={"ping_interval": None}, **options)
        if place:
            sides = joined(other, ping_interval=None, theirs=options)
        async with sides as both:
            talker, listener = both if not place else both[::-1]
            await until(lambda talker=talker: talker.latency)
            await conversation(talker, listener)
        found[name] = kinds(f"{name}.{side}")
    assert found["websockets"] - found["framescope"] == set()
    assert {line for line in found["framescope"] - found["websockets"] if not OURS.match(line)} == set()


#: What ours tells beyond theirs.
OURS = re.compile(r"x connection closed by |< EOF")


@in_loop
async def test_deadlines_that_pass_are_told(caplog: pytest.LogCaptureFixture) -> None:
    debug(caplog)
    changes = [(which, change) for which in Which for change in Change]
    events = [DeadlineChanged(which, change, 1.0) for which, change in changes]
    assert told(caplog, *events) == [
        "- timed out during opening handshake",
        "% received keepalive pong",
        "- timed out waiting for keepalive pong",
        "% keepalive ping waits for room to be written",
        "- timed out while closing connection",
    ]


@in_loop
async def test_an_opening_that_takes_too_long(caplog: pytest.LogCaptureFixture) -> None:
    debug(caplog)
    async with serve(lambda connection: connection.wait_closed(), "127.0.0.1", 0, open_timeout=0.05) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
    found = lines(caplog, "framescope.server")
    assert "- timed out during opening handshake" in found
    assert "! opening handshake failed: timed out during opening handshake" in found
    assert found[-1].startswith("x connection closed by this side")


@in_loop
async def test_the_end_of_tls_is_that_of_both_halves(caplog: pytest.LogCaptureFixture) -> None:
    debug(caplog)
    async with joined("client", is_secure=True) as (ours, _):
        await ours.close()
    assert "x closing TCP connection" in lines(caplog, "framescope.client")


def test_nothing_is_built_where_nobody_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("framescope.quiet")
    logger.setLevel(logging.INFO)
    assert debug_log(logger, engine(), NoTap()) is None
    logger.setLevel(logging.DEBUG)
    assert isinstance(debug_log(logger, engine(), NoTap()), DebugLog)


@each_side
@in_loop
async def test_a_connection_without_a_log_has_none_on_its_way(side: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "framescope")
    async with joined(side) as (ours, theirs):
        assert isinstance(ours.driver.tap, NoTap)
        ours.logger.setLevel(logging.DEBUG)  # later connections are logged
        await ours.send("x")
        await theirs.recv()
    logging.getLogger(f"framescope.{side}").setLevel(logging.NOTSET)


def frame(first: int, payload: bytes) -> Frame:
    return Frame(first, payload, None, 2, len(payload), 0)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            ViolationSeen(Violation("unknown opcode 0x3", "RFC 6455 5.2", 0, 1002, "invalid opcode")),
            "! received unknown opcode 0x3 (RFC 6455 5.2)",
        ),
        (ViolationSeen(Violation("x\n\x1b", "RFC 6455 5.2", 0, 1002, ""), True), r"! sent x\n\x1b (RFC 6455 5.2)"),
        (PartialFrame(frame(0x81, b"abcd"), False, 3), "! < 3 of 6 bytes of a frame"),
        (PartialFrame(frame(0x81, b"abcd"), True, 3), "! > 3 of 6 bytes of a frame"),
        (LateFrame(frame(0x8A, b"late")), "< PONG 'late' [text, 4 bytes] after the end"),
        (PingFlood(1000), "! received more than 1000 pings in a second"),
        (FrameSent(frame(0x83, b"raw"), 0.0, False, True), "> 0x3 'raw' [text, 3 bytes]"),
        (frame(0x81, b"\xff"), "< TEXT ff [binary, 1 byte]"),
    ],
)
def test_a_line(event: Event, line: str, caplog: pytest.LogCaptureFixture) -> None:
    assert told(caplog, event) == [line]


@in_loop
async def test_a_large_frame_is_told_by_both_its_ends(caplog: pytest.LogCaptureFixture) -> None:
    debug(caplog)
    async with joined("client", max_size=None) as (ours, theirs):
        message = "start" + "x" * 300_000 + "end"
        for _ in range(2):
            await theirs.send(message)
            assert await ours.recv() == message
        await theirs.send(message.encode())
        await ours.recv()
    told_lines = [line for line in lines(caplog, "framescope.client") if "300008 bytes" in line]
    start, end = "'start" + "x" * 42, "x" * 20 + "end'"
    assert told_lines == [f"< TEXT {start}...{end} [300008 bytes]"] * 2 + [
        f"< BINARY {start}...{end} [text, 300008 bytes]"
    ]


@in_loop
async def test_no_line_acts_on_a_terminal(caplog: pytest.LogCaptureFixture) -> None:
    debug(caplog)
    hostile = "\x1b[2J\u202egnp.exe\r\n"
    async with joined("client") as (ours, theirs):
        await theirs.send(hostile)
        await ours.recv()
        ours.ping_interval = 5
        await theirs.close(4000, hostile)
        await ours.wait_closed()
    found = lines(caplog, "framescope.client")
    assert "= ping_interval is 5" in found
    assert all(line.isprintable() for line in found)
    assert any(r"\x1b[2J\u202egnp.exe\r\n" in line for line in found)


@in_loop
async def test_a_refused_handshake_is_told_with_its_answer(caplog: pytest.LogCaptureFixture) -> None:
    debug(caplog)

    async def never(_: Any) -> None:
        raise AssertionError

    refuse: Callable[..., Any] = lambda connection, request: connection.respond(403, "no\n")  # noqa: E731
    async with serve(never, "127.0.0.1", 0, process_request=refuse) as server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /?a=%1b HTTP/1.1\r\n\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()
    found = lines(caplog, "framescope.server")
    assert "< GET /?a=%1b HTTP/1.1" in found
    assert {"> HTTP/1.1 403 Forbidden", "> [body] (3 bytes)"} <= set(found)
    assert "! opening handshake failed: server rejected WebSocket connection: HTTP 403" in found


@in_loop
async def test_what_broke_the_stream_is_told(caplog: pytest.LogCaptureFixture) -> None:
    debug(caplog)
    connection = ClientConnection(engine())
    log = connection.driver.tap
    assert isinstance(log, DebugLog)
    log.lost("[Errno 104] reset\n", 0)
    log.gauge("send_buffer", 1, 0)
    assert lines(caplog, "framescope.client")[-1] == r"! connection lost: [Errno 104] reset\n"
    connection.driver.abort()


class Naming(logging.LoggerAdapter[logging.Logger]):
    """The adapter of the websockets documentation: it says whose line it is."""

    def process(self, msg: str, kwargs: Any) -> Any:
        connection = kwargs.get("extra", {}).get("websocket")
        return (msg if connection is None else f"{connection.id} {connection.remote_address} {msg}"), kwargs


@in_loop
async def test_an_adapter_of_the_logger_sees_a_whole_connection(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "framescope.named")
    logger = Naming(logging.getLogger("framescope.named"))
    async with joined("client", logger=logger) as (ours, _):
        named = ours.id
    found = lines(caplog, "framescope.named")
    assert found[0] == f"{named} None = connection is CONNECTING"
    assert all(line.startswith(str(named)) for line in found)
