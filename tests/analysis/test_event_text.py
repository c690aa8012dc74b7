"""Does each event row say what happened?"""

from __future__ import annotations

import pytest

from framescope.analysis.event_text import event_text
from framescope.capture.records import Kind, Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from helpers.scripted import Script


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection()
    return script


def lines(script: Script) -> list[str]:
    trace = script.trace()
    return [event_text(trace, row) for row in range(len(trace.rows)) if trace.is_event(row)]


def test_phases_say_how_long_they_took(script: Script) -> None:
    script.phase(Phase.DNS, PhaseChange.BEGAN, at=1)
    script.phase(Phase.DNS, PhaseChange.DONE, at=1.012)
    script.phase(Phase.TCP, PhaseChange.BEGAN, at=1.012)
    script.phase(Phase.TCP, PhaseChange.DONE, at=1.013, peer="127.0.0.1:9001")
    script.phase(Phase.TLS, PhaseChange.BEGAN, at=2)
    script.phase(Phase.TLS, PhaseChange.FAILED, "self-signed certificate", at=2.1)
    script.phase(Phase.TLS, PhaseChange.DONE, at=2.2, tls_version="TLSv1.3", tls_cipher="TLS_AES_128_GCM_SHA256")
    script.phase(Phase.UPGRADE, PhaseChange.FAILED, at=3)
    script.phase(Phase.PROXY, PhaseChange.DONE, at=3)
    assert lines(script) == [
        "DNS 12 ms",
        "TCP 1 ms · 127.0.0.1:9001",
        "TLS failed after 100 ms: self-signed certificate",
        "TLS 200 ms · TLSv1.3 · TLS_AES_128_GCM_SHA256",
        "Upgrade failed",
        "Proxy",
    ]


def test_a_phase_that_was_done_twice_keeps_both_times(script: Script) -> None:
    for at in (1, 2):
        script.phase(Phase.TCP, PhaseChange.BEGAN, at=at)
        script.phase(Phase.TCP, PhaseChange.DONE, at=at + at / 10)
    assert lines(script) == ["TCP 100 ms", "TCP 200 ms"]


def test_handshakes(script: Script) -> None:
    script.handshake(at=1)
    assert lines(script) == ["Opening handshake done: 101 Switching Protocols"]
    refused = Script()
    refused.connection()
    refused.handshake(403, "Forbidden", at=1)
    assert lines(refused) == ["Opening handshake refused: 403 Forbidden"]
    silent = Script()
    silent.connection()
    silent.handshake(0, "", at=1)
    assert lines(silent) == ["Opening handshake refused: no answer"]


def test_knobs(script: Script) -> None:
    script.knob("ping_interval", 20.0, 5.0, at=1)
    script.knob("ping_timeout", 0.25, None, at=1)
    script.add(Kind.KNOB, 1, first=99)
    assert lines(script) == ["ping_interval 20 → 5", "ping_timeout 0.25 → None", "unknown knob 0 → 0"]


def test_deadlines(script: Script) -> None:
    script.keepalive(b"abcd", at=140.23, due=160.23)
    script.deadline(Which.PONG, Change.MISSED, at=160.23, due=160.23)
    script.deadline(Which.CLOSE, Change.MISSED, at=170.23, due=170.23)
    script.deadline(Which.OPEN, Change.MISSED, at=171)
    assert lines(script) == [
        "Pong deadline passed: 20.000 s since ping",
        "close_timeout ran out; TCP connection aborted by this side",
        "open_timeout ran out; connecting was given up by this side",
    ]


def test_a_deadline_of_a_ping_that_never_left(script: Script) -> None:
    script.deadline(Which.PONG, Change.BLOCKED, at=20, due=40)
    script.deadline(Which.PONG, Change.MISSED, at=40, due=40)
    assert lines(script) == [
        "Ping blocked by the write buffer: the socket takes nothing more",
        "Pong deadline passed: the ping was still in the write buffer",
    ]


def test_violations(script: Script) -> None:
    script.violation("masked frame from a server", "RFC 6455 5.1", 0, at=1)
    script.violation("unmasked frame from a client", "RFC 6455 5.1", 0, at=1, sent=True)
    assert lines(script) == [
        "Violation by the peer: masked frame from a server, RFC 6455 §5.1",
        "Violation sent on purpose: unmasked frame from a client, RFC 6455 §5.1",
    ]


@pytest.mark.parametrize(
    ("ending", "fields", "text"),
    [
        ("close_frames", {"code": 1000, "by_peer": True}, "Closed by the peer: 1000 OK"),
        ("close_frames", {"code": 1001}, "Closed by this side: 1001 going away"),
        ("fin", {"by_peer": True}, "TCP closed by the peer without a Close frame"),
        ("reset", {"by_peer": True}, "TCP reset by the peer"),
        ("reset", {"error": "[Errno 104] Connection reset by peer"}, "TCP reset by the peer"),
        ("reset", {"error": "[Errno 113] No route to host"}, "TCP connection broke: [Errno 113] No route to host"),
        ("deadline", {"deadline": "open"}, "Not opened in time"),
        ("deadline", {"deadline": "pong"}, "Closed by this side: no pong before the deadline"),
        ("deadline", {"deadline": "close"}, "Closed by this side: no Close frame before the deadline"),
        ("deadline", {"deadline": "other"}, "Closed by this side: a deadline passed"),
        ("refused", {"sentence": "HTTP 403"}, "Not opened: HTTP 403"),
        ("violation", {}, "Closed by this side: the peer broke a rule"),
        ("aborted", {}, "TCP connection dropped by this side"),
        ("of a later version", {}, "Connection ended"),
    ],
)
def test_ends(script: Script, ending: str, fields: dict[str, object], text: str) -> None:
    script.ended(ending, at=5, **fields)
    assert lines(script) == [text]


def test_a_frame_is_no_event(script: Script) -> None:
    script.received(Opcode.TEXT, b"x", at=1)
    assert event_text(script.trace(), 0) == ""


def test_what_cannot_be_read_is_named_at_least() -> None:
    class Damaged(Script):
        def detail(self, record: object, type: type) -> None:
            return None

    script = Damaged()
    script.handshake(at=1)
    script.violation("x", "RFC 6455 5.2", 0, at=1)
    script.add(Kind.PHASE, 1, first=99, change=1)
    script.ended("fin", at=2)
    assert lines(script) == ["Opening handshake", "Violation", "Connecting", "Connection ended"]
