"""Does every ping of ours get its pong and its deadline, in whatever order the records come?"""

from __future__ import annotations

import pytest

from framescope.capture.records import Flag
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from helpers.scripted import Script, ns


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection()
    return script


@pytest.mark.parametrize("deadline_first", [False, True])
def test_a_ping_gets_its_deadline_and_its_pong(script: Script, deadline_first: bool) -> None:
    script.keepalive(b"abcd", at=20, due=40, deadline_first=deadline_first)
    script.pong(b"abcd", at=20.044)
    trace = script.trace()
    (exchange,) = trace.story.exchanges
    assert (exchange.sent, exchange.due, exchange.answered) == (ns(20), ns(40), ns(20.044))
    assert exchange.ours and exchange.is_keepalive and not exchange.is_missed
    assert exchange.rtt == pytest.approx(0.044)
    assert trace.exchange_of(exchange.row) is exchange
    assert exchange.pong_row is not None
    assert trace.exchange_of(exchange.pong_row) is exchange


@pytest.mark.parametrize("deadline_first", [False, True])
def test_each_ping_keeps_the_deadline_it_was_sent_with(script: Script, deadline_first: bool) -> None:
    for at, due in ((20, 40), (40, 43), (45, 46)):
        script.keepalive(b"%d" % at, at=at, due=due, deadline_first=deadline_first)
        script.pong(b"%d" % at, at=at + 0.5)
        script.deadline(Which.PONG, Change.MET, at=at + 0.5)
    assert [exchange.due for exchange in script.trace().story.exchanges] == [ns(40), ns(43), ns(46)]


def test_a_deadline_that_moves_when_the_ping_is_written_moves_with_it(script: Script) -> None:
    script.deadline(Which.PONG, Change.ARMED, at=20, due=40)
    script.keepalive(b"abcd", at=20)
    script.deadline(Which.PONG, Change.MOVED, at=20.001, due=40.001)
    assert script.trace().story.exchanges[0].due == ns(40.001)


def test_a_ping_that_waited_in_the_write_buffer_gets_the_deadline_it_was_written_with(script: Script) -> None:
    script.deadline(Which.PONG, Change.ARMED, at=20, due=40)
    script.deadline(Which.PONG, Change.BLOCKED, at=20, due=40)
    script.keepalive(b"abcd", at=25)
    trace = script.trace()
    assert trace.story.exchanges[0].is_blocked
    script.deadline(Which.PONG, Change.MOVED, at=25, due=45)
    trace.update(script.poll())
    assert (trace.story.exchanges[0].is_blocked, trace.story.exchanges[0].due) == (False, ns(45))


def test_a_ping_sent_without_ping_timeout_does_not_take_the_next_ones_deadline() -> None:
    script = Script()
    script.connection(ping_timeout=None)
    script.keepalive(b"none", at=20)
    script.knob("ping_timeout", None, 5.0, at=30)
    script.keepalive(b"five", at=40, due=45, deadline_first=True)
    assert [exchange.due for exchange in script.trace().story.exchanges] == [None, ns(45)]


def test_a_deadline_goes_to_the_ping_that_follows_when_the_one_before_is_answered(script: Script) -> None:
    """As when recording stopped for a moment, and records of deadlines are missing."""
    script.keepalive(b"lost", at=20)
    script.pong(b"lost", at=21)
    script.keepalive(b"next", at=40, due=60, deadline_first=True)
    script.pong(b"next", at=41)
    script.deadline(Which.PONG, Change.ARMED, at=60, due=80)
    script.deadline(Which.PONG, Change.MOVED, at=60, due=80.5)
    script.keepalive(b"last", at=60)
    assert [exchange.due for exchange in script.trace().story.exchanges] == [None, ns(60), ns(80.5)]


def test_a_ping_of_the_application_takes_no_deadline(script: Script) -> None:
    script.sent(Opcode.PING, b"hand", at=19)
    script.deadline(Which.PONG, Change.ARMED, at=20, due=40)
    script.sent(Opcode.PING, b"more", at=20)
    script.keepalive(b"abcd", at=20)
    exchanges = script.trace().story.exchanges
    assert [(exchange.is_keepalive, exchange.due) for exchange in exchanges] == [
        (False, None),
        (False, None),
        (True, ns(40)),
    ]


def test_a_missed_deadline_marks_the_ping_and_a_late_pong_still_answers(script: Script) -> None:
    script.keepalive(b"fine", at=20, due=40)
    script.pong(b"fine", at=21)
    script.deadline(Which.PONG, Change.MET, at=21)
    script.keepalive(b"late", at=140.23, due=160.23)
    script.deadline(Which.PONG, Change.MISSED, at=160.23, due=160.23)
    trace = script.trace()
    fine, late = trace.story.exchanges
    assert (fine.is_missed, late.is_missed, late.answered) == (False, True, None)
    script.pong(b"late", at=167.63, flags=Flag.AFTER_FAILURE)
    trace.update(script.poll())
    assert (late.is_missed, late.answered, late.rtt) == (True, ns(167.63), pytest.approx(27.4))


def test_a_missed_deadline_of_a_ping_that_never_left_marks_no_other_ping(script: Script) -> None:
    script.keepalive(b"fine", at=20, due=40)
    script.pong(b"fine", at=21)
    script.deadline(Which.PONG, Change.MET, at=21)
    script.deadline(Which.PONG, Change.BLOCKED, at=40, due=60)
    script.deadline(Which.PONG, Change.MISSED, at=60, due=60)
    story = script.trace().story
    assert [exchange.is_missed for exchange in story.exchanges] == [False]
    assert [mark.which for mark in story.missed] == [Which.PONG]


def test_a_pong_answers_the_ping_with_its_payload_and_all_earlier_ones(script: Script) -> None:
    for at, payload in ((1, b"a"), (2, b"b"), (3, b"c")):
        script.sent(Opcode.PING, payload, at=at)
    script.pong(b"b", at=4)
    trace = script.trace()
    assert [exchange.answered for exchange in trace.story.exchanges] == [ns(4), ns(4), None]
    # The pong's row leads to the ping that it names.
    assert trace.exchange_of(trace.story.exchanges[1].pong_row or -1) is trace.story.exchanges[1]


def test_a_pong_answers_the_latest_of_pings_with_equal_payloads(script: Script) -> None:
    for at in (1, 2, 3):
        script.sent(Opcode.PING, b"", at=at)
    script.pong(b"", at=4)
    script.pong(b"", at=5)
    trace = script.trace()
    assert [exchange.answered for exchange in trace.story.exchanges] == [ns(4)] * 3
    assert trace.exchange_of(4) is None


def test_a_pong_that_answers_nothing_is_left_alone(script: Script) -> None:
    script.pong(b"heartbeat", at=1)
    script.keepalive(b"abcd", at=2, due=22)
    script.pong(b"abce", at=3)
    script.pong(b"abcd\0", at=3)
    trace = script.trace()
    assert trace.story.exchanges[0].answered is None
    assert [trace.exchange_of(row) for row in (0, 2, 3)] == [None] * 3


def test_an_answer_in_a_later_poll_is_found(script: Script) -> None:
    script.keepalive(b"abcd", at=2, due=22)
    trace = script.trace()
    for at in (3.0, 4.0):
        script.received(Opcode.TEXT, b"news", at=at)
        trace.update(script.poll())
    script.pong(b"abcd", at=5)
    trace.update(script.poll())
    assert trace.story.exchanges[0].answered == ns(5)


def test_a_flood_of_pings_of_ours_is_paired_in_one_step_each(script: Script) -> None:
    count = 4000
    for number in range(count):
        script.sent(Opcode.PING, number.to_bytes(4, "big"), at=1 + number / 1e6)
    trace = script.trace()
    pairing = trace._pairing
    assert len(pairing._open) == count
    script.pong((count - 1).to_bytes(4, "big"), at=2)
    trace.update(script.poll())
    assert all(exchange.answered == ns(2) for exchange in trace.story.exchanges)
    assert not pairing._open and not pairing._latest
