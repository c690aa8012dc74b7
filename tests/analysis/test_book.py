"""Does a book hand each record to its connection, and say what concerns the whole capture?"""

from __future__ import annotations

from framescope.analysis.book import HALT_NS, Halt, TraceBook
from framescope.capture.details import RecordingInfo
from framescope.capture.records import Gauge, Kind
from framescope.engine.frames import Opcode
from helpers.scripted import Script, ns


def test_connections_become_traces_and_changes_are_told_once() -> None:
    script = Script()
    book = TraceBook(script)
    assert book.poll() == set()
    script.connection(on=1)
    script.connection(on=2)
    for at in (1.0, 2.0, 3.0):
        script.received(Opcode.TEXT, b"one", at=at, on=1)
        script.received(Opcode.TEXT, b"other", at=at, on=2)
    assert book.poll() == {1, 2}
    assert book.poll() == set()
    script.received(Opcode.TEXT, b"more", at=4, on=2)
    assert book.poll() == {2}
    assert {number: trace.frame_count for number, trace in book.traces.items()} == {1: 3, 2: 4}
    times = book.traces[1].rows.column("time")[:].tolist()
    assert times == sorted(times)
    assert book.traces[2].payload(0) == b"other"


def test_what_belongs_to_no_connection_changes_no_trace() -> None:
    script = Script()
    book = TraceBook(script)
    script.add(Kind.ANCHOR, 1, on=0)
    script.gauge(Gauge.LAG, 400_000, at=1, on=0)
    script.gauge(Gauge.LAG, 50_000, at=2, on=0)
    script.gauge(Gauge.DROPPED, 7, at=2, on=0)
    assert book.poll() == set()
    assert (book.traces, book.lag_ns) == ({}, 50_000)


def test_a_loop_that_woke_a_second_late_stood_still() -> None:
    script = Script()
    book = TraceBook(script)
    script.gauge(Gauge.LAG, 999_999_999, at=5, on=0)
    book.poll()
    assert book.halts == []
    script.gauge(Gauge.LAG, HALT_NS, at=10, on=0)
    script.gauge(Gauge.DROPPED, 2 * HALT_NS, at=11, on=0)
    script.gauge(Gauge.LAG, 3 * HALT_NS, at=20, on=0)
    book.poll()
    assert book.halts == [Halt(ns(9), ns(10), False), Halt(ns(17), ns(20), False)]


def anchor(script: Script, at: float, boottime: float) -> None:
    script.add(Kind.ANCHOR, at, on=0, offset=ns(boottime))


def test_a_boottime_that_ran_ahead_tells_of_a_sleep() -> None:
    script = Script()
    book = TraceBook(script)
    anchor(script, 0, 1000)
    anchor(script, 10, 1010.9)  # less than a second apart: the clocks are not read at one moment
    book.poll()
    assert book.halts == []
    anchor(script, 20, 1620.9)
    anchor(script, 30, 1630.9)
    book.poll()
    assert book.halts == [Halt(ns(10), ns(20), True, ns(600))]


def test_a_recording_that_stops_says_why_until_it_goes_on() -> None:
    script = Script()
    book = TraceBook(script)
    assert book.recording_stopped == ""
    script.told(Kind.RECORDING, 1, RecordingInfo(False, "The disk is full."), on=0)
    book.poll()
    assert book.recording_stopped == "The disk is full."
    script.told(Kind.RECORDING, 2, RecordingInfo(True, "Recording goes on."), on=0)
    book.poll()
    assert book.recording_stopped == ""


def test_a_stop_whose_reason_is_lost_is_still_a_stop() -> None:
    class Damaged(Script):
        def detail(self, record: object, type: type) -> None:
            return None

    script = Damaged()
    book = TraceBook(script)
    script.told(Kind.RECORDING, 1, RecordingInfo(False, "lost"), on=0)
    book.poll()
    assert "interrupted" in book.recording_stopped
