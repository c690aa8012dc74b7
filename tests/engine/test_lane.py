"""Are a direction's bytes in exactly one place, and read in order?"""

from __future__ import annotations

from framescope.engine.lane import SEGMENT, SEND_BUFFER, Lane, Segment


def sent(lane: Lane) -> list[Segment]:
    segments = []
    while (segment := lane.next_segment()) is not None:
        segments.append(segment)
    return segments


def test_bytes_are_counted_where_they_are() -> None:
    lane = Lane()
    assert lane.put(bytes(SEGMENT + 10), counts=True) == SEGMENT + 10
    assert (lane.waits, lane.on_the_way, lane.unread) == (SEGMENT + 10, 0, 0)
    first, second = sent(lane)
    assert (first.size, second.offset, second.size) == (SEGMENT, SEGMENT, 10)
    assert (lane.waits, lane.on_the_way, lane.unread) == (0, SEGMENT + 10, 0)
    lane.arrive(second)
    assert (lane.on_the_way, lane.unread) == (SEGMENT + 10, 0)  # early: not in order yet
    assert lane.read() == (b"", None)
    lane.arrive(first)
    assert (lane.on_the_way, lane.unread) == (0, SEGMENT + 10)
    assert lane.read() == (bytes(SEGMENT + 10), None)
    assert (lane.on_the_way, lane.unread) == (0, 0)


def test_a_slow_reader_takes_a_turns_worth_across_segments() -> None:
    lane = Lane()
    lane.put(b"ab", counts=True)
    lane.put(b"cdef", counts=True)
    for segment in sent(lane):
        lane.arrive(segment)
    lane.read_rate = 60.0
    assert lane.read() == (b"abc", 0.05)
    lane.is_reading = True
    assert lane.read() == (b"", None)
    lane.is_reading = False
    assert lane.read() == (b"def", 0.05)
    assert not lane.is_at_end


def test_the_end_is_reached_behind_the_last_byte() -> None:
    lane = Lane()
    lane.put(b"ab", counts=True)
    lane.put_end()
    body, end = sent(lane)
    lane.arrive(end)
    assert not lane.is_at_end
    lane.arrive(body)
    assert not lane.is_at_end
    lane.read()
    assert lane.is_at_end


def test_what_was_dropped_is_never_sent() -> None:
    lane = Lane()
    lane.put(b"ab", counts=True)
    lane.drop_waiting()
    assert (sent(lane), lane.waits) == ([], 0)


def test_a_finished_sender_is_never_held_up() -> None:
    lane = Lane()
    lane.put(b"ab", counts=True)
    assert lane.room == SEND_BUFFER - 2
    lane.put_end()
    assert lane.room == SEND_BUFFER
    assert (lane.put(b"cd", counts=True), lane.queued) == (2, 2)
