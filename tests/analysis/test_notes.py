"""Does the Notes column say what matters about a row, in the words of the pictures?"""

from __future__ import annotations

import pytest

from framescope.analysis.inflating import COMPLETE
from framescope.analysis.notes import Note, note, rtt_part
from framescope.analysis.trace import Trace
from framescope.capture.records import Flag, Gauge, Phase, PhaseChange
from framescope.engine.deflate import Deflater
from framescope.engine.events import Change, Which
from framescope.engine.frames import RSV1, Opcode
from helpers.scripted import Script, ns


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection()
    return script


def notes(trace: Trace) -> list[Note]:
    return [note(trace, row) for row in range(len(trace.rows))]


def answered(script: Script, rtt: float, timeout: float) -> list[Note]:
    script.keepalive(b"abcd", at=20, due=20 + timeout)
    script.pong(b"abcd", at=20 + rtt)
    return notes(script.trace())


def test_a_keepalive_ping_and_its_pong(script: Script) -> None:
    assert answered(script, 0.044, 20) == [Note("keepalive"), Note("RTT 44 ms")]


def test_a_pong_over_half_of_ping_timeout_warns(script: Script) -> None:
    assert answered(script, 1.84, 3)[1] == Note("RTT 1.84 s · 61 % of ping_timeout", "warn")


def test_a_pong_at_half_of_ping_timeout_does_not(script: Script) -> None:
    assert answered(script, 1.5, 3)[1] == Note("RTT 1.50 s")


def test_a_ping_of_the_application(script: Script) -> None:
    script.sent(Opcode.PING, b"x", at=1)
    script.pong(b"x", at=10)
    assert notes(script.trace()) == [Note("application ping"), Note("RTT 9.00 s")]


def test_a_ping_that_waits_counts_up(script: Script) -> None:
    script.keepalive(b"abcd", at=20, due=40)
    trace = script.trace()
    assert note(trace, 0, ns(21.13)) == Note("waiting for pong, 1.13 s", "ping")
    assert note(trace, 0, ns(19)) == Note("waiting for pong, 0 ms", "ping")
    script.gauge(Gauge.SEND_BUFFER, 0, at=22)
    trace.update(script.poll())
    assert note(trace, 0) == Note("waiting for pong, 2.00 s", "ping")
    script.ended("fin", at=23)
    trace.update(script.poll())
    assert note(trace, 0) == Note("unanswered when the connection ended")


def test_a_ping_in_the_write_buffer(script: Script) -> None:
    script.keepalive(b"abcd", at=20, due=40)
    script.deadline(Which.PONG, Change.BLOCKED, at=21, due=40)
    trace = script.trace()
    assert [note(trace, row) for row in (0, 1)] == [Note("waits in the write buffer", "warn"), Note("", "warn")]


def test_a_missed_pong_and_the_late_one(script: Script) -> None:
    script.keepalive(b"abcd", at=140.23, due=160.23)
    script.deadline(Which.PONG, Change.MISSED, at=160.23, due=160.23)
    script.sent(Opcode.CLOSE, b"\x03\xf3keepalive ping timeout", at=160.23)
    script.pong(b"abcd", at=167.63, flags=Flag.AFTER_FAILURE)
    script.received(Opcode.TEXT, b"more", at=167.7, flags=Flag.AFTER_FAILURE)
    assert notes(script.trace()) == [
        Note("no pong before the deadline", "err"),
        Note("", "err"),
        Note("1011 internal error", "err"),
        Note("RTT 27.4 s, 7.40 s too late, discarded", "err"),
        Note("after failure"),
    ]


def test_the_peers_pings_and_our_pongs(script: Script) -> None:
    script.received(Opcode.PING, b"hey", at=1)
    script.sent(Opcode.PONG, b"hey", at=1.003)
    script.received(Opcode.PING, b"ho", at=2)
    script.sent(Opcode.PONG, b"beat", at=3)
    script.pong(b"beat", at=3)
    trace = script.trace()
    assert notes(trace) == [
        Note("answered in 3 ms"),
        Note("answer after 3 ms"),
        Note("not answered yet"),
        Note("unsolicited"),
        Note("unsolicited"),
    ]
    script.ended("fin", at=4)
    trace.update(script.poll())
    assert note(trace, 2) == Note("not answered")


def test_fragments(script: Script) -> None:
    script.received(Opcode.BINARY, bytes(65536), at=1, fin=False, rsv=RSV1)
    script.received(Opcode.CONTINUATION, bytes(65536), at=1, fin=False)
    script.received(Opcode.CONTINUATION, bytes(42000), at=1)
    script.received(Opcode.CONTINUATION, b"", at=1)
    script.received(Opcode.TEXT, b"", at=1, fin=False)
    script.received(Opcode.TEXT, b"", at=1, rsv=RSV1)
    assert [remark.text for remark in notes(script.trace())] == [
        "fragment 1/3 · compressed",
        "fragment 2/3",
        "fragment 3/3 · message 169 KiB",
        "fragment",
        "fragment 1",
        "compressed",
    ]


def test_compression_in_figures_once_it_is_known(script: Script) -> None:
    script.handshake(at=0, extensions="permessage-deflate")
    deflater = Deflater(15, is_reset=False)
    begin, end = deflater.deflate(b"ab" * 100, ends=False), deflater.deflate(b"ab" * 100, ends=True)
    script.received(Opcode.TEXT, begin, at=1, fin=False, rsv=RSV1)
    script.received(Opcode.CONTINUATION, end, at=1)
    trace = script.trace()
    assert note(trace, 1) == Note("fragment 1/2 · compressed")
    assert trace.inflated(2, 1000, COMPLETE) == b"ab" * 100
    assert trace.inflated(1, 1000, COMPLETE) == b"ab" * 100
    assert note(trace, 1) == Note(f"fragment 1/2 · deflated: {len(begin)} B → 200 B")
    assert note(trace, 2).text.endswith(f" · deflated: {len(end)} B → 200 B")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\x03\xe8bye", Note("1000 OK")),
        (b"\x03\xe9", Note("1001 going away")),
        (b"", Note("no code")),
        (b"\x03", Note("no code")),
        (b"\x03\xf3", Note("1011 internal error", "err")),
        (b"\x0f\xa0", Note("4000 private use", "err")),
    ],
)
def test_close_frames(script: Script, body: bytes, expected: Note) -> None:
    script.received(Opcode.CLOSE, body, at=1)
    assert note(script.trace(), 0) == expected


def test_violations(script: Script) -> None:
    script.received(Opcode.TEXT, b"\xff", at=1)
    script.violation("invalid UTF-8 in a text message", "RFC 6455 8.1", 0, at=1)
    script.sent(Opcode.TEXT, b"x", at=2, flags=Flag.DELIBERATE)
    script.violation("unmasked frame from a client", "RFC 6455 5.1", 0, at=2, sent=True)
    script.sent(Opcode.TEXT, b"y", at=3, flags=Flag.DELIBERATE)
    assert notes(script.trace()) == [
        Note("violation: RFC 6455 §8.1, invalid UTF-8 in a text message", "err"),
        Note("", "err"),
        Note("violation: RFC 6455 §5.1, unmasked frame from a client · on purpose", "warn"),
        Note("", "warn"),
        Note("illegal on purpose", "warn"),
    ]


def test_a_frame_that_was_cut_off(script: Script) -> None:
    script.received(Opcode.PONG, b"", at=1, flags=Flag.PARTIAL)
    assert note(script.trace(), 0) == Note("the connection ended inside this frame", "warn")


def test_event_rows_have_a_tint_and_no_note(script: Script) -> None:
    script.phase(Phase.TCP, PhaseChange.DONE, at=1)
    script.phase(Phase.TLS, PhaseChange.FAILED, at=1)
    script.knob("ping_interval", 20.0, 5.0, at=1)
    script.handshake(at=1)
    script.deadline(Which.OPEN, Change.MISSED, at=1)
    script.ended("close_frames", at=2, code=1000)
    assert [remark.level for remark in notes(script.trace())] == ["", "err", "", "", "err", ""]
    other = Script()
    other.connection()
    other.handshake(403, "Forbidden", at=1)
    other.ended("refused", at=2, code=None)
    assert notes(other.trace()) == [Note("", "err"), Note("", "err")]


def test_the_part_of_the_time_allowed_needs_a_deadline_and_a_pong(script: Script) -> None:
    script.keepalive(b"a", at=1)
    script.sent(Opcode.PING, b"b", at=1)
    script.pong(b"b", at=2)
    trace = script.trace()
    assert [rtt_part(exchange) for exchange in trace.story.exchanges] == [None, None]
