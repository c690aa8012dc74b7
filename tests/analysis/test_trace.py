"""Which records become rows, how are frames numbered, and is a flood taken in bulk?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.analysis.model import Totals
from framescope.analysis.storyteller import Storyteller
from framescope.analysis.trace import Trace
from framescope.capture.records import Flag, Gauge, Kind, Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.scripted import Script, frames_in_bulk, ns


def whole_life() -> Script:
    script = Script()
    script.connection(at=100)
    script.deadline(Which.OPEN, Change.ARMED, at=100, due=110)
    script.phase(Phase.TCP, PhaseChange.BEGAN, at=100)
    script.phase(Phase.TCP, PhaseChange.DONE, at=100.01)
    script.piece(0, 129, at=100.1)
    script.handshake(at=100.1)
    script.state(State.OPEN, at=100.1)
    script.deadline(Which.OPEN, Change.MET, at=100.1)
    script.received(Opcode.TEXT, b"hello", at=101)
    script.gauge(Gauge.SEND_BUFFER, 4096, at=101)
    script.sent(Opcode.TEXT, b"hi", at=102)
    script.knob("ping_interval", 20.0, 5.0, at=103)
    script.keepalive(b"abcd", at=105, due=125)
    script.deadline(Which.PING, Change.MISSED, at=125)
    script.deadline(Which.PONG, Change.MISSED, at=125, due=125)
    script.sent(Opcode.CLOSE, b"\x03\xf3keepalive ping timeout", at=125)
    script.state(State.CLOSING, at=125)
    script.deadline(Which.CLOSE, Change.MISSED, at=135, due=135)
    script.violation("rule", "RFC 6455 5.1", 7, at=135)
    script.state(State.CLOSED, at=135)
    script.ended("deadline", at=135, deadline="pong")
    return script


def test_frames_and_events_worth_a_row_are_rows() -> None:
    trace = whole_life().trace()
    kinds = [trace.rows.record(row).plain_kind for row in range(len(trace.rows))]
    assert [mark.row for mark in trace.story.missed] == [6, 8]
    assert kinds == [
        Kind.PHASE, Kind.HANDSHAKE, Kind.FRAME, Kind.FRAME, Kind.KNOB, Kind.FRAME, Kind.DEADLINE, Kind.FRAME,
        Kind.DEADLINE, Kind.VIOLATION, Kind.ENDED,
    ]  # fmt: skip


def test_frames_are_numbered_and_events_are_not() -> None:
    trace = whole_life().trace()
    numbers = [trace.number_of(row) for row in range(len(trace.rows))]
    assert numbers == [0, 0, 1, 2, 0, 3, 0, 4, 0, 0, 0]
    assert trace.frame_count == 4
    assert [row for row in range(11) if trace.is_event(row)] == [0, 1, 4, 6, 8, 9, 10]


def test_record_by_record_gives_the_same_trace_as_all_at_once() -> None:
    at_once = whole_life().trace()
    script = whole_life()
    trace = Trace(1, script)
    records = script.poll()
    for place in range(len(records)):
        trace.update(records[place : place + 1])
    assert trace.story == at_once.story
    assert [trace.rows.record(row) for row in range(len(trace.rows))] == [
        at_once.rows.record(row) for row in range(len(at_once.rows))
    ]
    assert trace.lanes[True].rows[:].tolist() == at_once.lanes[True].rows[:].tolist() == [3, 5, 7]


def test_a_trace_spans_its_records() -> None:
    trace = whole_life().trace()
    assert (trace.number, trace.start, trace.end) == (1, ns(100), ns(135))


def test_a_trace_may_begin_at_time_zero() -> None:
    script = Script()
    script.connection(at=0)
    trace = script.trace()
    script.received(Opcode.TEXT, at=5)
    trace.update(script.poll())
    assert (trace.start, trace.end) == (0, ns(5))


def test_no_records_change_nothing() -> None:
    trace = Trace(1, Script())
    trace.update(Script().poll())
    assert (len(trace.rows), trace.start, trace.end) == (0, 0, 0)


def test_frames_go_to_the_lane_of_their_direction() -> None:
    trace = whole_life().trace()
    assert trace.lanes[False].rows[:].tolist() == [2]
    assert trace.lanes[True].opcodes[:].tolist() == [Opcode.TEXT, Opcode.PING, Opcode.CLOSE]


def test_totals_count_whole_frames_with_their_headers() -> None:
    script = Script()
    script.received(Opcode.BINARY, bytes(200), at=1)
    script.received(Opcode.TEXT, b"hello", at=1)
    script.sent(Opcode.TEXT, b"hello", at=1)
    script.add(Kind.FRAME, 2, first=0x82, change=10, flags=Flag.PARTIAL, length=2**40)
    assert script.trace().story.totals == Totals(1, 11, 2, 204 + 7)


def test_a_flood_of_data_is_never_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(Storyteller, "tell", lambda teller, record, row: told.append(row))
    trace = Trace(1, Script())
    times = np.arange(100_000)
    for first in (0x81, 0x82, 0x02, 0x00, 0x80, 0x88, 0x8A, 0x89):
        trace.update(frames_in_bulk(times, first=first))
    assert trace.frame_count == 800_000
    assert told == []


def test_unknown_kinds_of_a_later_version_are_passed_over() -> None:
    script = Script()
    script.connection()
    script.add(77, 1)
    script.add(Kind.STATE, 1, first=9)
    script.add(Kind.DEADLINE, 1, first=9, change=3)
    script.add(Kind.DEADLINE, 1, first=0, change=99)
    script.add(Kind.PHASE, 1, first=9, change=0)
    script.add(Kind.KNOB, 1, first=200)
    trace = script.trace()
    assert len(trace.rows) == 1
    assert trace.story.state is State.CONNECTING
    assert trace.story.deadlines == {}
