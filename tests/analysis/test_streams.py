"""Is the frame found at which a broken rule points?"""

from __future__ import annotations

import pytest

from framescope.analysis.trace import Trace
from framescope.capture.records import SENT, Flag, Kind
from framescope.engine.frames import Opcode
from helpers.scripted import Script

HANDSHAKE = 129


def broken(trace: Trace) -> list[int | None]:
    return [mark.frame_row for mark in trace.story.violations]


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection()
    script.piece(0, HANDSHAKE, at=0.5)
    script.piece(0, 170, at=0.4, sent=True)
    return script


def test_the_frame_at_the_violations_position_is_found(script: Script) -> None:
    for _ in range(3):
        script.received(Opcode.TEXT, b"12345678", at=1)
    script.violation("invalid UTF-8", "RFC 6455 8.1", HANDSHAKE + 10, at=1)
    trace = script.trace()
    assert broken(trace) == [1]
    mark = trace.violation_of(1)
    assert mark is not None and mark.row == 3
    assert trace.violation_of(3) is mark
    assert trace.violation_of(0) is None


def test_it_does_not_matter_in_which_poll_frame_and_violation_came(script: Script) -> None:
    script.received(Opcode.TEXT, b"12345678", at=1)
    trace = script.trace()
    script.violation("unknown opcode 0x3", "RFC 6455 5.2", HANDSHAKE + 10, at=2)
    trace.update(script.poll())
    assert broken(trace) == [None]
    script.received(3, b"12345678", at=2)
    trace.update(script.poll())
    assert broken(trace) == [2]


def test_frames_of_the_other_direction_do_not_count(script: Script) -> None:
    script.sent(Opcode.TEXT, b"1234", at=1)
    script.received(Opcode.TEXT, b"12345678", at=1)
    script.sent(Opcode.TEXT, b"1234", at=1, flags=Flag.DELIBERATE)
    script.violation("on purpose", "RFC 6455 5.1", 170 + 10, at=0.9, sent=True)
    assert broken(script.trace()) == [2]


def test_a_fault_whose_frame_was_never_read_has_no_frame(script: Script) -> None:
    script.received(Opcode.TEXT, b"12345678", at=1)
    script.violation("masked frame from a server", "RFC 6455 5.1", HANDSHAKE + 10, at=1)
    script.violation("before the first frame", "RFC 6455 5.1", 0, at=1)
    assert broken(script.trace()) == [None, None]


def test_a_frame_that_came_after_the_violation_cannot_be_the_one(script: Script) -> None:
    """A recording with a gap counts too few bytes, and would point to a later frame."""
    script.received(Opcode.TEXT, b"12345678", at=1)
    script.violation("x", "RFC 6455 5.1", HANDSHAKE + 10, at=1)
    script.received(Opcode.TEXT, b"12345678", at=2)
    assert broken(script.trace()) == [None]


def test_pieces_behind_the_first_frame_do_not_move_it(script: Script) -> None:
    script.received(Opcode.TEXT, b"12345678", at=1)
    script.piece(HANDSHAKE + 10, 3, at=1)
    script.violation("x", "RFC 6455 8.1", HANDSHAKE, at=1)
    assert broken(script.trace()) == [0]


def test_a_split_frame_tells_its_position_itself() -> None:
    script = Script()
    script.connection()
    script.piece(0, 40, at=0.5)
    script.piece(40, 5, at=0.5)
    script.piece(45, 5, at=0.6)
    script.add(Kind.FRAME, 0.6, first=0x81, change=2, flags=Flag.SPLIT, length=8, offset=40)
    script.received(Opcode.TEXT, b"12345678", at=1)
    script.violation("x", "RFC 6455 8.1", 50, at=1)
    assert broken(script.trace()) == [1]


def test_without_a_handshake_the_stream_begins_with_frames() -> None:
    script = Script()
    script.add(Kind.FRAME | SENT, 1, first=0x81, change=6, length=4)
    script.add(Kind.FRAME, 1, first=0x81, change=2, length=8)
    script.violation("x", "RFC 6455 8.1", 9, at=1)
    assert broken(script.trace()) == [1]
