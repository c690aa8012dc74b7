"""Which of the four deadlines run, and is every change told once? ARCHITECTURE: open, ping, pong, close."""

from __future__ import annotations

from framescope.engine.deadlines import Deadlines
from framescope.engine.events import Change, DeadlineChanged, Event, Which


def made() -> tuple[Deadlines, list[Event]]:
    events: list[Event] = []
    return Deadlines(events), events


def test_deadline_is_armed_moved_and_cancelled():
    deadlines, events = made()
    for due in (5.0, 5.0, 7.0, None, None):
        deadlines.follow(Which.CLOSE, due)
    assert events == [
        DeadlineChanged(Which.CLOSE, Change.ARMED, 5.0),
        DeadlineChanged(Which.CLOSE, Change.MOVED, 7.0),
        DeadlineChanged(Which.CLOSE, Change.CANCELLED, None),
    ]


def test_the_earliest_is_next():
    deadlines, _ = made()
    assert deadlines.next() is None
    deadlines.follow(Which.PING, 9.0)
    deadlines.follow(Which.PONG, 5.0)
    assert deadlines.next() == 5.0
    assert (deadlines.due(Which.PING), deadlines.due(Which.OPEN)) == (9.0, None)


def test_deadline_is_settled_once():
    deadlines, events = made()
    deadlines.follow(Which.PONG, 5.0)
    deadlines.settle(Which.PONG, Change.MET)
    deadlines.settle(Which.PONG, Change.MISSED)
    assert events[1:] == [DeadlineChanged(Which.PONG, Change.MET, 5.0)]
    assert deadlines.next() is None


def test_blocked_pong_is_told_once_and_moves_with_every_byte():
    deadlines, events = made()
    deadlines.follow(Which.PONG, 5.0)
    for due in (6.0, 7.0, None):
        deadlines.follow_blocked_pong(due)
    assert events[1:] == [DeadlineChanged(Which.PONG, Change.BLOCKED, 6.0)]
    assert deadlines.due(Which.PONG) == 7.0
    deadlines.unblock_pong()
    deadlines.follow(Which.PONG, 8.0)
    assert events[2:] == [DeadlineChanged(Which.PONG, Change.MOVED, 8.0)]


def test_pong_is_not_called_blocked_while_the_socket_still_takes_bytes():
    deadlines, events = made()
    deadlines.follow(Which.PONG, 5.0)
    deadlines.follow_blocked_pong(6.0, is_full=False)
    assert events[1:] == []
    assert deadlines.due(Which.PONG) == 6.0
    deadlines.follow_blocked_pong(6.0)
    assert events[1:] == [DeadlineChanged(Which.PONG, Change.BLOCKED, 6.0)]


def test_next_ping_can_be_blocked_again():
    deadlines, events = made()
    deadlines.follow_blocked_pong(6.0)
    deadlines.settle(Which.PONG, Change.MET)
    deadlines.follow_blocked_pong(9.0)
    assert [event.change for event in events if isinstance(event, DeadlineChanged)] == [
        Change.BLOCKED,
        Change.MET,
        Change.BLOCKED,
    ]
