"""Are the steps in order, linked to their rows, and no more than one reads?"""

from __future__ import annotations

import pytest

from framescope.analysis.diagnosis.steps import MOST, steps_of
from framescope.capture.details import ViolationInfo
from framescope.capture.records import Kind, Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from helpers.ends import CLOSE_1011, facts_of, gave_up, missed, opened, pinged
from helpers.scripted import Script, ns


def texts(script: Script) -> list[str]:
    return [step.text for step in steps_of(facts_of(script))]


def test_a_missed_pong_step_by_step() -> None:
    script = opened()
    pinged(script, 10)
    missed(script, 30, 50)
    script.received(Opcode.BINARY, bytes(2048), at=35)
    script.received(Opcode.BINARY, bytes(2048), at=36)
    script.deadline(Which.PONG, Change.MISSED, at=50, due=50)
    script.sent(Opcode.CLOSE, CLOSE_1011, at=50)
    script.pong(b"last", at=57.4)
    script.deadline(Which.CLOSE, Change.MISSED, at=60, due=60)
    script.ended("deadline", at=60, deadline="pong", sent_code=1011)
    steps = steps_of(facts_of(script))
    assert [step.text for step in steps] == [
        "Keepalive ping sent. Deadline: 50.000 s.",
        "4.0 KiB had arrived by then in 2 frames, but no pong.",
        "The pong's deadline passed.",
        "Close 1011 internal error sent.",
        "The pong arrived 7.40 s too late, discarded.",
        "close_timeout ran out. TCP dropped.",
    ]
    assert [step.time for step in steps] == [ns(30), ns(50) - 1, ns(50), ns(50), ns(57.4), ns(60)]
    assert [step.row for step in steps] == [2, None, 5, 6, 7, 9]


@pytest.mark.parametrize(
    ("frames", "words"), [(0, "Nothing had arrived by then."), (1, "1 B had arrived by then in 1 frame")]
)
def test_what_came_meanwhile(frames: int, words: str) -> None:
    script = opened()
    missed(script, 30, 50)
    for _ in range(frames):
        script.received(Opcode.TEXT, b"x", at=35)
    gave_up(script, 50)
    assert texts(script)[1].startswith(words)


def test_a_fin_has_the_last_frame_before_it() -> None:
    script = opened()
    script.received(Opcode.TEXT, b"x", at=5)
    script.sent(Opcode.TEXT, b"x", at=6)
    script.ended("fin", at=9)
    steps = steps_of(facts_of(script))
    assert [(step.text, step.row) for step in steps] == [
        ("The server's last frame came, 4.00 s before the end.", 0),
        ("The server's end of TCP closed (FIN).", 2),
    ]


@pytest.mark.parametrize(
    ("ending", "error", "words"),
    [
        ("fin", "", "The server's end of TCP closed (FIN)."),
        ("reset", "", "TCP was reset (RST)."),
        ("reset", "[Errno 104] Connection reset by peer", "TCP was reset (RST)."),
        ("reset", "[Errno 110] Connection timed out", "TCP broke: [Errno 110] Connection timed out."),
        ("aborted", "", "This side dropped TCP."),
        ("violation", "", "TCP closed."),
        ("close_frames", "", "Both Close frames have passed: TCP closed."),
        ("new", "", "TCP dropped."),
    ],
)
def test_the_last_step(ending: str, error: str, words: str) -> None:
    script = opened()
    script.ended(ending, at=9, error=error)
    assert texts(script) == [words]


def test_both_close_frames_are_named_with_their_direction() -> None:
    script = opened()
    script.received(Opcode.CLOSE, b"\x0f\xa0", at=5)
    script.sent(Opcode.CLOSE, b"", at=5.1)
    script.ended("close_frames", at=5.2, received_code=4000, by_peer=True)
    assert texts(script)[:2] == ["Close 4000 private use received.", "Close no code sent."]


def test_a_violation_names_its_sender() -> None:
    script = opened()
    script.violation("reserved bit set", "RFC 6455 5.2", 0, at=4)
    script.violation("no mask", "RFC 6455 5.1", 0, at=5, sent=True)
    script.ended("violation", at=6, sent_code=1002)
    assert texts(script)[:2] == [
        "The server broke a rule: reserved bit set, RFC 6455 §5.2.",
        "You broke a rule: no mask, RFC 6455 §5.1.",
    ]


def test_a_message_that_is_too_big_comes_before_its_close() -> None:
    """No frame was recorded of it, so its row stands behind that of Close."""
    script = opened()
    script.sent(Opcode.CLOSE, b"\x03\xf1", at=4)
    script.told(Kind.VIOLATION, 4, ViolationInfo("message too big: 2 B over 1 B", "RFC 6455 10.4", 99, 1009, ""))
    script.ended("violation", at=6, sent_code=1009)
    assert texts(script)[:2] == ["The server sent a message too big: 2 B over 1 B.", "Close 1009 message too big sent."]


def test_connecting_is_told_phase_by_phase() -> None:
    script = Script()
    script.connection()
    script.phase(Phase.DNS, PhaseChange.BEGAN, at=0)
    script.phase(Phase.DNS, PhaseChange.DONE, "127.0.0.1", at=0.5)
    script.phase(Phase.TCP, PhaseChange.BEGAN, at=0.5)
    script.phase(Phase.TCP, PhaseChange.FAILED, "Refused.", at=1)
    script.ended("refused", at=1, code=None)
    assert texts(script) == ["DNS done: 127.0.0.1.", "TCP failed: Refused.", "Given up: the connection never opened."]
    script = Script()
    script.connection()
    script.ended("deadline", at=10, deadline="open", code=None)
    assert texts(script) == ["open_timeout ran out."]


def test_only_the_latest_steps_are_kept() -> None:
    script = opened()
    for place in range(MOST + 3):
        script.violation(f"rule {place}", "RFC 6455 5.2", 0, at=2 + place)
    script.ended("violation", at=20)
    found = texts(script)
    assert len(found) == MOST and found[0].startswith("The server broke a rule: rule 4,") and found[-1] == "TCP closed."
