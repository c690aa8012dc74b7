"""Does the analysis read a capture that the real writer wrote, as the real reader gives it?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from framescope.analysis.book import TraceBook
from framescope.analysis.explain import event_text, note
from framescope.analysis.source import PolledSource
from framescope.capture.details import EndInfo, PhaseInfo, ViolationInfo
from framescope.capture.reader import CaptureReader
from framescope.capture.records import Flag, Phase, PhaseChange
from framescope.capture.writer import CaptureWriter
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.captures import INFO, Player, Side, StillClock, frame_bytes
from helpers.scripted import ns

MASK = b"\x0a\x0b\x0c\x0d"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[TraceBook]:
    """A connection with handshake, messages split over reads, a keepalive ping, its pong, a violation and an end."""
    folder = tmp_path / "capture"
    writer = CaptureWriter(folder, clock=StillClock().clock)
    number = writer.open_connection(INFO, ns(100))
    writer.phase(number, Phase.TCP, PhaseChange.BEGAN, ns(100))
    writer.phase(number, Phase.TCP, PhaseChange.DONE, ns(100.002), PhaseInfo("127.0.0.1:9001"))
    writer.state(number, State.OPEN, ns(100.01))
    received = Side(
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        [
            frame_bytes(b"hello", first=0x81),
            frame_bytes(bytes(70_000), first=0x02),
            frame_bytes(b"abcd", first=0x8A),
            frame_bytes(bytes(5_000), first=0x80),
            frame_bytes(b"\xff\xff", first=0x81),
        ],
    )
    ping = Player(writer, number, True, Side(b"", [frame_bytes(b"abcd", MASK, first=0x89)]))
    ping.writer.bytes_seen(number, True, ping.stream, ns(120))
    writer.frame(number, True, ping.frames[0], ns(120), ns(120), Flag.KEEPALIVE)
    writer.deadline(number, Which.PONG, Change.ARMED, ns(140), ns(120))
    player = Player(writer, number, False, received)
    for size in (40, 20, 50_000, len(player.stream)):
        player.read(size, ns(120.5))
    offset = player.frames[-1].offset
    writer.violation(number, False, ViolationInfo("invalid UTF-8", "RFC 6455 8.1", offset, 1007, "bad"), ns(120.5))
    end = EndInfo("ConnectionClosedError", "sent 1007", 1006, "", "violation", True)
    writer.ended(number, end, ns(121))
    writer.close()
    reader = CaptureReader(folder)
    book = TraceBook(reader)
    book.poll()
    yield book
    reader.close()


def test_the_real_reader_is_a_source(tmp_path: Path) -> None:
    source: PolledSource = CaptureReader(tmp_path)
    assert len(source.poll()) == 0


def test_frames_and_story_come_through(book: TraceBook) -> None:
    trace = book.traces[1]
    frames = [row for row in range(len(trace.rows)) if not trace.is_event(row)]
    assert [trace.rows.record(row).first & 0x0F for row in frames] == [
        Opcode.PING, Opcode.TEXT, Opcode.BINARY, Opcode.PONG, Opcode.CONTINUATION, Opcode.TEXT,
    ]  # fmt: skip
    assert trace.payload(frames[1]) == b"hello"
    assert trace.payload(frames[0]) == b"abcd"
    (exchange,) = trace.story.exchanges
    assert (exchange.due, exchange.rtt) == (ns(140), pytest.approx(0.5))
    assert trace.story.state is State.OPEN
    assert trace.story.ended is not None and trace.story.ended.info.ending == "violation"


def test_the_violations_frame_is_found_behind_split_frames(book: TraceBook) -> None:
    trace = book.traces[1]
    (mark,) = trace.story.violations
    assert mark.frame_row is not None
    assert trace.payload(mark.frame_row) == b"\xff\xff"


def test_rows_have_their_words(book: TraceBook) -> None:
    trace = book.traces[1]
    words = [note(trace, row).text or event_text(trace, row) for row in range(len(trace.rows))]
    assert words == [
        "TCP 2 ms · 127.0.0.1:9001",
        "keepalive",
        "",
        "fragment 1/2",
        "RTT 500 ms",
        "fragment 2/2 · message 73 KiB",
        "violation: RFC 6455 §8.1, invalid UTF-8",
        "Violation by the peer: invalid UTF-8, RFC 6455 §8.1",
        "Closed by this side: the peer broke a rule",
    ]
