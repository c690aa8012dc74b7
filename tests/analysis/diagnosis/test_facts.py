"""Is each number around the end measured as it should be, at its edges too?"""

from __future__ import annotations

import pytest

from framescope.analysis.diagnosis.facts import Traffic
from framescope.capture.records import Gauge
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.ends import CLOSE_1011, facts_of, gave_up, halt, missed, opened, pinged
from helpers.scripted import Script, ns


def lost(script: Script, at: float) -> Script:
    script.ended("fin", at=at)
    return script


def test_idle_time_counts_from_the_last_frame_of_either_side() -> None:
    script = opened()
    script.sent(Opcode.TEXT, b"a", at=5)
    script.received(Opcode.TEXT, b"b", at=4)
    facts = facts_of(lost(script, 12))
    assert (facts.idle, facts.age) == (7.0, 12.0)


def test_idle_time_ignores_our_frame_that_crossed_with_the_end() -> None:
    script = opened()
    script.received(Opcode.TEXT, b"b", at=4)
    script.sent(Opcode.TEXT, b"crossed", at=11.8)
    facts = facts_of(lost(script, 12))
    assert facts.idle == 8.0 and facts.has_just_sent
    script = opened()
    script.received(Opcode.TEXT, b"b", at=4)
    script.sent(Opcode.TEXT, b"long before", at=11.7)
    facts = facts_of(lost(script, 12))
    assert facts.idle == pytest.approx(0.3) and not facts.has_just_sent


def test_a_slow_way_makes_the_crossing_longer() -> None:
    script = opened()
    pinged(script, 2, rtt=1.5)
    script.sent(Opcode.TEXT, b"crossed", at=11)
    assert facts_of(lost(script, 12)).idle == 12 - 3.5


def test_idle_time_of_a_connection_without_frames_counts_from_open() -> None:
    assert facts_of(lost(opened(at=2), 12)).idle == 10.0


def test_what_came_after_open_was_left_is_later() -> None:
    script = opened()
    script.received(Opcode.TEXT, b"a", at=3)
    missed(script, 5, 25)
    gave_up(script, 25)
    script.received(Opcode.TEXT, b"late", at=27)
    facts = facts_of(script)
    assert (facts.last_heard, facts.heard_later, facts.left_open) == (ns(3), ns(27), ns(25))
    assert facts_of(lost(opened(), 3)).heard_later is None


def test_the_missed_ping_is_not_one_of_the_round_trips() -> None:
    script = opened()
    pinged(script, 2, 4)
    missed(script, 6, 26)
    gave_up(script, 26)
    script.pong(b"last", at=30)
    facts = facts_of(script)
    assert facts.missed is not None and facts.missed.sent == ns(6)
    assert facts.rtts == pytest.approx([0.1, 0.1])
    assert facts.blocked is None and facts.has_missed(Which.PONG) and not facts.has_missed(Which.CLOSE)


def test_a_ping_that_never_left_is_known_by_its_deadline() -> None:
    script = opened()
    script.deadline(Which.PONG, Change.BLOCKED, at=5, due=8)
    gave_up(script, 8)
    facts = facts_of(script)
    assert (facts.missed, facts.blocked) == (None, ns(5))
    assert facts_of(lost(opened(), 3)).blocked is None


def test_traffic_counts_frames_from_start_and_before_the_end() -> None:
    script = opened()
    for at, size in ((2, 10), (3, 20), (4, 40)):
        script.received(Opcode.BINARY, bytes(size), at=at)
    facts = facts_of(lost(script, 12))
    found = facts.traffic(ns(2), ns(4), sent=False)
    assert found == Traffic(2, 30, 2.0) and found.rate == 15.0
    assert facts.traffic(ns(2), ns(4), sent=True) == Traffic(0, 0, 2.0)
    assert Traffic(1, 5, 0.0).rate == 0.0


@pytest.mark.parametrize(("start", "end", "share"), [(0, 2, 0.0), (2, 6, 0.5), (4, 6, 1.0), (4, 10, 0.5), (5, 5, 1.0)])
def test_the_share_of_a_gauge(start: float, end: float, share: float) -> None:
    script = opened()
    script.gauge(Gauge.READING_PAUSED, 1, at=4)
    script.gauge(Gauge.READING_PAUSED, 0, at=7)
    facts = facts_of(lost(script, 12))
    assert facts.share(Gauge.READING_PAUSED, ns(start), ns(end)) == share
    assert facts.share(Gauge.SEND_BUFFER, ns(start), ns(end)) == 0.0


def test_the_peak_of_a_gauge_takes_what_stood_before() -> None:
    script = opened()
    for at, value in ((2, 900), (4, 30), (6, 70), (8, 500)):
        script.gauge(Gauge.SEND_BUFFER, value, at=at)
    facts = facts_of(lost(script, 12))
    assert facts.peak(Gauge.SEND_BUFFER, ns(5), ns(7)) == 70
    assert facts.peak(Gauge.SEND_BUFFER, ns(4), ns(5)) == 30
    assert facts.peak(Gauge.SEND_BUFFER, ns(3), ns(5)) == 900
    assert facts.peak(Gauge.SEND_BUFFER, ns(0), ns(1)) == 0


def test_halts_count_as_far_as_they_reach_into_a_time() -> None:
    facts = facts_of(lost(opened(), 30), halts=[halt(2, 5), halt(8, 20)])
    assert facts.halted(ns(4), ns(10)) == (3.0, False)
    assert facts.halted(ns(5), ns(8)) == (0.0, False)
    # Monotonic time does not count a sleep, and nobody knows when between its anchors it was.
    slept = facts_of(lost(opened(), 30), halts=[halt(2, 12, slept=600)])
    assert slept.halted(ns(11), ns(13)) == (600.0, True)
    assert slept.halted(ns(12), ns(13)) == (0.0, False)


def test_only_connections_of_the_same_role_and_address_are_compared() -> None:
    alike, elsewhere, server, mine = (
        lost(script, 9) for script in (opened(), opened(url="ws://other/"), opened(role="server"), opened())
    )
    same = alike.trace()
    assert facts_of(mine, others=[same, elsewhere.trace(), server.trace(), opened().trace()]).others == [same]


def test_of_many_connections_the_nearest_in_time_are_compared() -> None:
    many = [lost(opened(start + 1, start=start), start + 9).trace() for start in range(0, 600, 10)]
    facts = facts_of(lost(opened(301, start=300), 309), others=many)
    assert len(facts.others) == 50
    assert {other.start for other in facts.others} == {ns(start) for start in range(50, 550, 10)}


def test_quiet_is_the_longest_pause_before_a_time() -> None:
    script = opened(at=1)
    script.received(Opcode.TEXT, b"a", at=4)
    script.sent(Opcode.TEXT, b"b", at=9)
    script.received(Opcode.TEXT, b"c", at=11)
    facts = facts_of(lost(script, 30))
    assert (facts.quiet(ns(12)), facts.quiet(ns(12), both=True)) == (7.0, 5.0)
    assert facts.quiet(ns(5)) == 3.0
    assert [facts.quiet(ns(at)) for at in (3, 30, 0.5)] == [2.0, 19.0, 0.0]


def test_when_the_kernel_got_a_frame_is_known_or_not() -> None:
    script = opened()
    script.received(Opcode.TEXT, b"a", at=4, kernel=3.5)
    script.received(Opcode.TEXT, b"b", at=5)
    facts = facts_of(lost(script, 12))
    assert [facts.arrived(row) for row in (0, 1, None)] == [ns(3.5), None, None]


def test_frames_that_waited_for_room_are_counted() -> None:
    script = opened()
    for at, kernel in ((2.0, 2.0), (3.0, 3.09), (4.0, 4.5), (5.0, 9.0)):
        script.sent(Opcode.BINARY, b"x", at=at, kernel=kernel)
    facts = facts_of(lost(script, 12))
    assert [facts.took_room(ns(2), ns(end)) for end in (4, 6, 12)] == [0, 1, 2]
    assert facts.took_room(ns(4.5), ns(12)) == 1


def test_the_last_frame_before_a_time() -> None:
    script = opened(at=1)
    script.received(Opcode.TEXT, b"a", at=4)
    script.sent(Opcode.TEXT, b"b", at=6)
    facts = facts_of(lost(script, 12))
    assert [facts.last_before(ns(at)) for at in (3, 5, 6, 7)] == [ns(1), ns(4), ns(4), ns(6)]


def test_whether_the_peer_has_pinged() -> None:
    script = opened()
    script.received(Opcode.PONG, b"a", at=4)
    assert not facts_of(lost(script, 12)).has_peer_pinged
    script = opened()
    script.received(Opcode.PING, b"a", at=4)
    assert facts_of(lost(script, 12)).has_peer_pinged


@pytest.mark.parametrize(
    ("body", "has_answered"),
    [
        (CLOSE_1011, True),
        (b"\x03\xf3", False),
        (b"\x03\xf3its handler raised", False),
        (b"\x03\xe8", False),
        (None, False),
    ],
)
def test_a_close_that_repeats_ours_shows_that_the_peer_has_read(body: bytes | None, has_answered: bool) -> None:
    """A 1011 with other words is the peer's own."""
    script = opened()
    script.received(Opcode.TEXT, b"a", at=3)
    missed(script, 5, 25)
    script.deadline(Which.PONG, Change.MISSED, at=25, due=25)
    script.sent(Opcode.CLOSE, CLOSE_1011, at=25)
    script.state(State.CLOSING, at=25)
    if body is not None:
        script.received(Opcode.CLOSE, body, at=25.1)
    script.ended("deadline", at=26, deadline="pong", sent_code=1011)
    assert facts_of(script).has_answered_close is has_answered


def test_a_frame_was_in_the_kernel_by_the_end_of_its_read_at_the_latest() -> None:
    script = opened()
    script.received(Opcode.TEXT, b"the read before, of the same moment", at=5, kernel=3.9)
    script.received(Opcode.PONG, b"b", at=5)
    script.received(Opcode.TEXT, b"c", at=5, kernel=4.5)
    script.received(Opcode.TEXT, b"d", at=6)
    facts = facts_of(lost(script, 12))
    assert [facts.arrived_by(row) for row in range(4)] == [ns(3.9), ns(4.5), ns(4.5), None]


def test_a_close_that_ours_repeats_shows_nothing() -> None:
    script = opened()
    script.state(State.CLOSING, at=5)
    script.received(Opcode.CLOSE, b"\x03\xe8bye", at=5)
    script.sent(Opcode.CLOSE, b"\x03\xe8bye", at=5)
    script.ended("close_frames", at=6, received_code=1000, sent_code=1000, by_peer=True)
    assert not facts_of(script).has_answered_close


def test_a_close_without_a_reason_may_be_anybodys() -> None:
    script = opened()
    missed(script, 5, 25)
    script.deadline(Which.PONG, Change.MISSED, at=25, due=25)
    script.sent(Opcode.CLOSE, b"\x03\xf3", at=25)
    script.state(State.CLOSING, at=25)
    script.received(Opcode.CLOSE, b"\x03\xf3", at=25.1)
    script.ended("deadline", at=26, deadline="pong", sent_code=1011)
    assert not facts_of(script).has_answered_close
