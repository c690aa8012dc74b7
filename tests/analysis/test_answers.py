"""Is the answer to a peer's ping found, without a Python object for every ping?"""

from __future__ import annotations

import numpy as np
import pytest

from framescope.analysis.trace import Trace
from framescope.engine.frames import Opcode
from helpers.scripted import Script, frames_in_bulk, ns


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection()
    return script


def test_a_peers_ping_leads_to_our_pong_and_back(script: Script) -> None:
    script.received(Opcode.PING, b"hey", at=1)
    script.received(Opcode.TEXT, b"news", at=1)
    script.sent(Opcode.PONG, b"hey", at=1.003)
    trace = script.trace()
    exchange = trace.exchange_of(0)
    assert exchange is not None
    assert (exchange.ours, exchange.sent, exchange.answered, exchange.pong_row) == (False, ns(1), ns(1.003), 2)
    assert exchange.rtt == pytest.approx(0.003)
    assert trace.exchange_of(2) == exchange
    assert trace.exchange_of(1) is None
    assert trace.story.exchanges == []


def test_a_pong_of_ours_for_the_latest_ping_answers_the_earlier_ones_with_it(script: Script) -> None:
    script.received(Opcode.PING, b"same", at=1)
    script.received(Opcode.PING, b"same", at=2)
    script.sent(Opcode.PONG, b"same", at=3)
    trace = script.trace()
    answered = [trace.exchange_of(row) for row in (0, 1)]
    assert [exchange and exchange.answered for exchange in answered] == [ns(3), ns(3)]
    exchange = trace.exchange_of(2)
    assert exchange is not None and exchange.row == 1


def test_a_swallowed_ping_and_an_unsolicited_pong_have_no_other_end(script: Script) -> None:
    script.sent(Opcode.PONG, b"beat", at=0.5)
    script.received(Opcode.PING, b"hey", at=1)
    script.sent(Opcode.PONG, b"hex", at=2)
    trace = script.trace()
    exchange = trace.exchange_of(1)
    assert exchange is not None and exchange.answered is None and exchange.rtt is None
    assert trace.exchange_of(0) is None
    assert trace.exchange_of(2) is None


def test_a_flood_of_the_peers_pings_makes_no_exchanges_and_reads_no_payloads() -> None:
    class Unreadable(Script):
        def payload(self, record: object, start: int = 0, stop: int | None = None) -> bytes:
            raise AssertionError("a payload was read")

    trace = Trace(1, Unreadable())
    trace.update(frames_in_bulk(np.arange(100_000), first=0x89, lengths=4))
    assert trace.frame_count == 100_000
    assert trace.story.exchanges == []


def test_only_pongs_of_the_right_length_are_read() -> None:
    reads: list[int] = []

    class Counting(Script):
        def payload(self, record: object, start: int = 0, stop: int | None = None) -> bytes:
            reads.append(1)
            return super().payload(record, start, stop)

    script = Counting()
    script.received(Opcode.PING, b"hey", at=1)
    for length in (0, 1, 2, 4, 3):
        script.sent(Opcode.PONG, b"heyo"[:length], at=1 + length)
    exchange = script.trace().exchange_of(0)
    assert exchange is not None and exchange.answered == ns(4)
    assert len(reads) == 2


def test_pongs_are_read_only_where_they_might_answer() -> None:
    reads: list[int] = []

    class Counting(Script):
        def payload(self, record: object, start: int = 0, stop: int | None = None) -> bytes:
            reads.append(1)
            return super().payload(record, start, stop)

    script = Counting()
    script.connection()
    script.keepalive(b"abcd", at=1, due=21)
    for number in range(50):
        script.pong(b"heartbeat", at=2 + number / 100)
    script.pong(b"abcd", at=3)
    script.trace()
    assert len(reads) == 2
