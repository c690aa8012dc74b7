"""Does each thing that the driver tells become the record that a reader understands?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from framescope.analysis.trace import Trace
from framescope.capture.reader import CaptureReader, as_record
from framescope.capture.records import Flag, Gauge, Kind, Phase, PhaseChange
from framescope.capture.writer import CaptureWriter
from framescope.engine import events
from framescope.engine.errors import InvalidStatus, Violation
from framescope.engine.events import (
    Change,
    Ended,
    Ending,
    Event,
    FrameSent,
    HandshakeFailed,
    Opened,
    StateChanged,
    Which,
)
from framescope.engine.frames import Frame, Opcode, header_at, serialise
from framescope.engine.headers import Headers
from framescope.engine.http import Request, Response
from framescope.engine.settings import Timeouts
from framescope.engine.state import State
from framescope.net.tap import PhaseReport
from framescope.session.recorder import BODY_LIMIT, Recorder
from helpers.captures import INFO

SECOND = 1_000_000_000
MASK = b"\x01\x02\x03\x04"


class Bench:
    """A recorder that is told things, and the trace that comes of it."""

    def __init__(self, folder: Path) -> None:
        self.writer = CaptureWriter(folder)
        number = self.writer.open_connection(INFO, SECOND)
        self.recorder = Recorder(self.writer, number, host="feed.example", port=9001, timeouts=Timeouts(open_timeout=3))
        self.reader = CaptureReader(folder)
        self.trace = Trace(number, self.reader)
        self.offset = {True: 0, False: 0}

    def frame(self, payload: bytes, first: int, *, sent: bool) -> Frame:
        """Tell a frame's bytes and return it."""
        mask = MASK if sent else None
        wire = serialise(first, payload, mask)
        head = header_at(wire, 0, len(wire), 0)
        assert head is not None
        self.recorder.bytes_seen(wire, 2 * SECOND, 0, sent=sent)
        offset, self.offset[sent] = self.offset[sent], self.offset[sent] + len(wire)
        return Frame(first, payload, mask, head.header_length, len(payload), offset)

    def told(self, *happened: Event, at: int = 2 * SECOND) -> Trace:
        self.recorder.events(happened, at)
        return self.flushed()

    def flushed(self) -> Trace:
        self.recorder.flush()
        self.trace.update(self.reader.poll())
        return self.trace


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path / "capture")
    yield bench
    bench.writer.close()
    bench.reader.close()


def test_a_received_frame(bench: Bench) -> None:
    trace = bench.told(bench.frame(b"hello", 0x81, sent=False))
    record = trace.rows.record(0)
    assert (record.is_sent, record.length, record.time) == (False, 5, 2 * SECOND)
    assert trace.reader.payload(record) == b"hello"


@pytest.mark.parametrize(
    ("keepalive", "deliberate", "flags"),
    [
        (False, False, Flag.MASKED),
        (True, False, Flag.MASKED | Flag.KEEPALIVE),
        (False, True, Flag.MASKED | Flag.DELIBERATE),
    ],
)
def test_a_sent_frame_has_both_its_times(bench: Bench, keepalive: bool, deliberate: bool, flags: Flag) -> None:
    frame = bench.frame(b"p", 0x89, sent=True)
    trace = bench.told(FrameSent(frame, 1.5, keepalive, deliberate), at=2 * SECOND)
    record = trace.rows.record(0)
    assert (record.is_sent, record.time, record.other_time) == (True, 1_500_000_000, 2 * SECOND)
    assert record.flags == flags


def test_what_comes_after_a_failure_is_marked(bench: Bench) -> None:
    frame = bench.frame(b"late", 0x8A, sent=False)
    assert bench.told(events.LateFrame(frame)).rows.record(0).flags & Flag.AFTER_FAILURE


def test_phases(bench: Bench) -> None:
    bench.recorder.phase(PhaseReport("tls", "began", "feed.example"), SECOND)
    bench.recorder.phase(PhaseReport("tls", "done", tls_version="TLSv1.3", tls_cipher="AES"), 2 * SECOND)
    marks = bench.flushed().story.phases
    assert [(mark.phase, mark.change, mark.time) for mark in marks] == [
        (Phase.TLS, PhaseChange.BEGAN, SECOND),
        (Phase.TLS, PhaseChange.DONE, 2 * SECOND),
    ]
    assert marks[1].info is not None and marks[1].info.tls_version == "TLSv1.3"


def test_states_deadlines_knobs_violations_and_gauges(bench: Bench) -> None:
    bench.recorder.gauge("send_buffer", 77, 2 * SECOND)
    story = bench.told(
        StateChanged(State.CONNECTING, State.OPEN),
        events.DeadlineChanged(Which.PING, Change.ARMED, 22.5),
        events.DeadlineChanged(Which.OPEN, Change.MET, None),
        events.KnobTurned("ping_timeout", 20.0, None),
        events.ViolationSeen(Violation("unmasked", "5.1", 0, 1002, "incorrect masking"), False),
    ).story
    assert story.state is State.OPEN
    assert story.deadlines[Which.PING].due == 22_500_000_000
    assert story.deadlines[Which.OPEN].due is None
    assert [(turn.name, turn.old, turn.new) for turn in story.knob_turns] == [("ping_timeout", 20.0, None)]
    assert [(mark.info.rule, mark.sent) for mark in story.violations] == [("unmasked", False)]
    assert story.send_buffer == 77


def test_a_flood_of_pings_is_a_measurement(bench: Bench) -> None:
    bench.recorder.events([events.PingFlood(1000)], 2 * SECOND)
    bench.recorder.flush()
    (record,) = [as_record(row) for row in bench.reader.poll() if row["kind"] == Kind.GAUGE]
    assert (record.first, record.length, record.time) == (Gauge.PINGS, 1000, 2 * SECOND)


def test_an_accepted_handshake_has_its_lines_and_no_body(bench: Bench) -> None:
    request = Request("/feed?x=1", Headers([("Host", "feed.example")]))
    response = Response(101, "Switching Protocols", Headers([("Upgrade", "websocket")]), b"no body belongs here")
    handshake = bench.told(Opened(request, response, "v1", "permessage-deflate")).story.handshake
    assert handshake is not None and handshake.is_accepted
    assert handshake.request_line == "GET /feed?x=1 HTTP/1.1"
    assert handshake.response_headers == [("Upgrade", "websocket")]
    assert (handshake.subprotocol, handshake.extensions, handshake.body) == ("v1", "permessage-deflate", "")


ENDED = Ended(
    Ending.FIN, "ConnectionClosedError", "no close frame received or sent", 1006, "", None, None, None, by_peer=True
)


def test_a_refused_handshake_ends_with_words_and_advice(bench: Bench) -> None:
    response = Response(403, "Forbidden", Headers([]), b"x" * (BODY_LIMIT + 5))
    failure = HandshakeFailed(InvalidStatus(response), None, response)
    story = bench.told(failure, ENDED._replace(ending=Ending.REFUSED)).story
    assert story.handshake is not None and not story.handshake.is_accepted
    assert len(story.handshake.body) == BODY_LIMIT
    assert story.ended is not None
    info = story.ended.info
    assert "403" in info.sentence and info.advice and info.code is None


def test_words_name_the_phase_and_the_open_timeout_in_force(bench: Bench) -> None:
    bench.recorder.phase(PhaseReport("dns", "began"), SECOND)
    bench.recorder.phase(PhaseReport("tls", "began"), SECOND)
    failure = HandshakeFailed(TimeoutError(), None, None)
    story = bench.told(failure, ENDED._replace(ending=Ending.DEADLINE, which=Which.OPEN)).story
    assert story.ended is not None
    assert story.ended.info.sentence == "Timed out after 3 s during TLS."
    assert story.ended.info.deadline == "open"


def test_words_of_the_phase_that_failed_are_those_of_the_end(bench: Bench) -> None:
    """The phase knows more than the address: a proxy may have failed."""
    bench.recorder.phase(PhaseReport("proxy", "began"), SECOND)
    report = PhaseReport("proxy", "failed", "Refused: no proxy listens on h:1.", advice="Start the proxy.")
    bench.recorder.phase(report, 2 * SECOND)
    failure = HandshakeFailed(ConnectionRefusedError(), None, None)
    story = bench.told(failure, ENDED._replace(ending=Ending.REFUSED)).story
    assert story.ended is not None
    assert (story.ended.info.sentence, story.ended.info.advice) == (report.text, report.advice)
    assert [mark.phase for mark in story.phases] == [Phase.PROXY, Phase.PROXY]


def test_the_end_keeps_the_operating_systems_words(bench: Bench) -> None:
    bench.recorder.lost("[Errno 104] Connection reset by peer", 2 * SECOND)
    story = bench.told(ENDED._replace(ending=Ending.RESET)).story
    assert story.ended is not None
    info = story.ended.info
    assert (info.ending, info.error, info.code) == ("reset", "[Errno 104] Connection reset by peer", 1006)
    assert (info.sentence, info.by_peer, info.deadline) == ("no close frame received or sent", True, "")


def test_bytes_of_no_whole_frame_are_kept(bench: Bench) -> None:
    bench.recorder.bytes_seen(serialise(0x80 | Opcode.TEXT, b"hello", None)[:3], 2 * SECOND, 0, sent=False)
    bench.flushed()
    rest = bench.frame(b"", 0x8A, sent=False)
    assert rest.length == 0  # nothing was raised on the way
    head = Frame(0x81, b"he", None, 2, 5, 0)
    row = bench.told(events.PartialFrame(head, False, 1)).rows.record(0)
    assert row.flags & Flag.PARTIAL and row.length == 5
