"""Does the story tell what the event records say?"""

from __future__ import annotations

import pytest

from framescope.analysis.model import DeadlineMark, KnobTurn, StateSpan
from framescope.capture.records import Gauge, Kind, Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.state import State
from helpers.scripted import DEFAULTS, Script, ns


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection(at=1, ping_interval=5.0)
    return script


def test_a_connection_begins_with_its_settings_and_as_connecting(script: Script) -> None:
    story = script.trace().story
    assert story.info is not None and story.info.url == "ws://127.0.0.1:9001/"
    assert story.knobs == DEFAULTS | {"ping_interval": 5.0}
    assert story.states == [StateSpan(ns(1), State.CONNECTING)]


def test_states_follow_each_other(script: Script) -> None:
    script.state(State.CONNECTING, at=1)
    script.state(State.OPEN, at=2)
    script.state(State.CLOSED, at=3)
    story = script.trace().story
    assert [span.state for span in story.states] == [State.CONNECTING, State.OPEN, State.CLOSED]
    assert story.state is State.CLOSED


def test_knobs_turn(script: Script) -> None:
    script.knob("ping_interval", 5.0, None, at=4)
    script.knob("ping_interval", None, 0.25, at=5)
    story = script.trace().story
    assert story.knob_turns == [
        KnobTurn(0, ns(4), "ping_interval", 5.0, None),
        KnobTurn(1, ns(5), "ping_interval", None, 0.25),
    ]
    assert story.knobs["ping_interval"] == 0.25


def test_phases_are_kept_with_what_they_found(script: Script) -> None:
    script.phase(Phase.DNS, PhaseChange.BEGAN, at=1)
    script.phase(Phase.DNS, PhaseChange.DONE, "127.0.0.1", at=1.012)
    marks = script.trace().story.phases
    assert [(mark.phase, mark.change, mark.time) for mark in marks] == [
        (Phase.DNS, PhaseChange.BEGAN, ns(1)),
        (Phase.DNS, PhaseChange.DONE, ns(1.012)),
    ]
    assert marks[0].info is None
    assert marks[1].info is not None and marks[1].info.text == "127.0.0.1"


def test_a_countdown_runs_from_where_its_deadline_was_armed(script: Script) -> None:
    script.deadline(Which.OPEN, Change.ARMED, at=1, due=11)
    script.deadline(Which.OPEN, Change.MOVED, at=3, due=31)
    story = script.trace().story
    deadline = story.deadlines[Which.OPEN]
    assert (deadline.armed, deadline.due, deadline.time, deadline.is_running) == (ns(1), ns(31), ns(3), True)


def test_a_deadline_that_is_over_keeps_when_it_was_due(script: Script) -> None:
    script.deadline(Which.CLOSE, Change.ARMED, at=1, due=11)
    script.deadline(Which.CLOSE, Change.MISSED, at=11)
    story = script.trace().story
    deadline = story.deadlines[Which.CLOSE]
    assert (deadline.due, deadline.is_running) == (ns(11), False)
    assert story.missed == [DeadlineMark(0, ns(11), Which.CLOSE)]


def test_a_deadline_armed_anew_counts_from_there(script: Script) -> None:
    script.deadline(Which.PING, Change.ARMED, at=1, due=6)
    script.deadline(Which.PING, Change.MET, at=6, due=6)
    script.deadline(Which.PING, Change.ARMED, at=7, due=12)
    deadline = script.trace().story.deadlines[Which.PING]
    assert (deadline.armed, deadline.due) == (ns(7), ns(12))


def test_gauges_keep_their_latest_value(script: Script) -> None:
    script.gauge(Gauge.SEND_BUFFER, 70_000, at=2)
    script.gauge(Gauge.SEND_BUFFER, 65_536, at=3)
    script.gauge(Gauge.DROPPED, 12, at=3)
    story = script.trace().story
    assert (story.send_buffer, story.totals.dropped) == (65_536, 12)


def test_handshake_violation_and_end_are_read(script: Script) -> None:
    script.handshake(403, "Forbidden", at=2)
    script.violation("unknown opcode 0x3", "RFC 6455 5.2", 129, at=3)
    script.ended("refused", at=4, code=None)
    story = script.trace().story
    assert story.handshake is not None and story.handshake.status == 403
    assert [(mark.row, mark.info.offset) for mark in story.violations] == [(1, 129)]
    assert story.ended is not None
    assert (story.ended.row, story.ended.time, story.ended.info.ending) == (2, ns(4), "refused")


def test_details_that_cannot_be_read_are_left_out() -> None:
    class Damaged(Script):
        def detail(self, record: object, type: type) -> None:
            return None

    script = Damaged()
    script.connection()
    script.handshake(at=1)
    script.violation("x", "RFC 6455 5.2", 0, at=1)
    script.phase(Phase.DNS, PhaseChange.FAILED, "x", at=1)
    script.told(Kind.ENDED, 2, script_info())
    trace = script.trace()
    story = trace.story
    assert len(trace.rows) == 4
    assert (story.info, story.handshake, story.violations, story.ended, story.knobs) == (None, None, [], None, {})
    assert story.phases[0].info is None


def script_info() -> object:
    from framescope.capture.details import RecordingInfo

    return RecordingInfo(False, "anything")
