"""Does the modelled network delay, limit, lose, swallow and cut as its conditions say, and always the same?"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from framescope.engine.lane import RECEIVE_BUFFER, SEGMENT, SEND_BUFFER
from framescope.engine.path import (
    GIVE_UP,
    Arrived,
    Conditions,
    Cut,
    CutOff,
    Finished,
    Path,
    PathEvent,
    Reset,
    Swallowed,
)

TO_SERVER, TO_CLIENT = True, False


def path_of(**conditions: object) -> Path:
    return Path(replace(Conditions(), **conditions), now=0.0, random=Random(7).random)


def run(path: Path, until: float = 1e9) -> list[tuple[float, PathEvent]]:
    """Let everything happen up to `until`, each thing at its own time."""
    seen: list[tuple[float, PathEvent]] = []
    while (due := path.next_due()) is not None and due <= until:
        seen += [(round(due, 6), event) for event in path.advance(due)]
    return seen


def arrived(seen: list[tuple[float, PathEvent]], at_server: bool = TO_SERVER) -> bytes:
    return b"".join(e.data for _, e in seen if isinstance(e, Arrived) and e.at_server is at_server)


def test_bytes_arrive_after_the_latency_in_each_direction() -> None:
    path = path_of(latency=0.5)
    assert path.write(TO_SERVER, b"up", 1.0) == 2
    path.write(TO_CLIENT, b"down", 1.2)
    assert run(path) == [(1.5, Arrived(TO_SERVER, b"up")), (1.7, Arrived(TO_CLIENT, b"down"))]


def test_nothing_is_due_on_a_quiet_path() -> None:
    assert path_of(latency=0.5).next_due() is None


def test_jitter_moves_segments_and_keeps_their_order() -> None:
    path = path_of(latency=0.5, jitter=0.4)
    data = Random(1).randbytes(20 * SEGMENT)
    path.write(TO_SERVER, data, 0.0)
    seen = run(path)
    times = [time for time, _ in seen]
    assert arrived(seen) == data
    assert len(set(times)) > 3 and min(times) >= 0.1 and max(times) <= 0.9


def test_a_narrow_path_takes_its_time() -> None:
    path = path_of(latency=0.1, bandwidth=1000.0)
    path.write(TO_SERVER, bytes(2 * SEGMENT), 0.0)
    assert [time for time, _ in run(path)] == [round(0.1 + SEGMENT / 1000, 6), round(0.1 + 2 * SEGMENT / 1000, 6)]


def test_the_senders_buffer_is_finite() -> None:
    path = path_of(latency=0.1)
    whole = bytes(2 * (SEND_BUFFER + RECEIVE_BUFFER))
    path.read_at(TO_SERVER, 0.0, 0.0)
    first = path.write(TO_SERVER, whole, 0.0)
    assert first == SEND_BUFFER
    second = path.write(TO_SERVER, whole, 0.0)
    assert RECEIVE_BUFFER - SEGMENT < second <= RECEIVE_BUFFER
    assert path.write(TO_SERVER, whole, 0.0) == 0
    assert run(path) == []


def test_a_reader_that_begins_again_gets_everything() -> None:
    path = path_of(latency=0.1)
    path.read_at(TO_SERVER, 0.0, 0.0)
    data = Random(2).randbytes(SEND_BUFFER)
    path.write(TO_SERVER, data, 0.0)
    path.write(TO_SERVER, data, 0.0)
    assert run(path) == []
    path.read_at(TO_SERVER, None, 5.0)
    seen = [(5.0, event) for event in path.advance(5.0)] + run(path)
    assert len(arrived(seen)) > len(data)
    assert arrived(seen)[: len(data)] == data


def test_a_slow_reader_reads_at_its_rate() -> None:
    path = path_of()
    path.read_at(TO_SERVER, 10_000.0, 0.0)
    data = Random(3).randbytes(5000)
    path.write(TO_SERVER, data, 0.0)
    seen = run(path)
    assert arrived(seen) == data
    assert seen[-1][0] == pytest.approx(0.45)
    assert all(len(event.data) == 500 for _, event in seen if isinstance(event, Arrived))


def test_a_lost_segment_is_repeated_and_what_follows_waits_for_it() -> None:
    path = path_of(latency=0.1, loss=0.5)
    data = Random(4).randbytes(10 * SEGMENT)
    path.write(TO_SERVER, data, 0.0)
    seen = run(path)
    lost = [event for _, event in seen if isinstance(event, Swallowed)]
    assert arrived(seen) == data
    assert lost and all(event.is_lost for event in lost)
    assert seen[-1][0] >= 0.3  # the smallest retransmission timeout and the latency


def test_a_black_hole_swallows_and_lets_through_once_it_closes() -> None:
    path = path_of(latency=0.2, is_black_hole=True)
    path.write(TO_SERVER, b"hello", 0.0)
    assert run(path, 3.0) == [(0.1, Swallowed(TO_SERVER, 0, 5, False))]
    path.conditions.is_black_hole = False
    ((time, event),) = run(path)
    assert event == Arrived(TO_SERVER, b"hello")
    assert 3.0 < time < 7.0  # the next of the tries, 0.4, 0.8, 1.6, 3.2 ... seconds apart


def test_tcp_gives_up_at_last() -> None:
    path = path_of(latency=0.2, is_black_hole=True)
    path.write(TO_SERVER, b"hello", 10.0)
    assert run(path)[-1] == (10.0 + GIVE_UP, Reset(TO_CLIENT, is_timeout=True))


def test_a_closed_sender_repeats_nothing() -> None:
    path = path_of(latency=0.2, is_black_hole=True)
    path.write(TO_SERVER, b"hello", 0.0)
    path.abort(TO_SERVER, 0.05)
    assert run(path) == [(0.1, Swallowed(TO_SERVER, 0, 5, False))]


def test_the_stream_ends_behind_its_bytes() -> None:
    path = path_of(latency=0.3, bandwidth=1000.0)
    path.write(TO_SERVER, b"bye", 0.0)
    path.finish(TO_SERVER, 0.0)
    path.finish(TO_SERVER, 0.0)
    assert path.write(TO_SERVER, b"more", 0.0) == 4  # the kernel of a finished socket: the caller knows better
    assert [event for _, event in run(path)] == [Arrived(TO_SERVER, b"bye"), Finished(TO_SERVER)]


def test_the_end_waits_for_a_lost_segment() -> None:
    path = path_of(latency=0.1, is_black_hole=True)
    path.write(TO_SERVER, b"bye", 0.0)
    run(path, 0.05)
    path.conditions.is_black_hole = False
    path.finish(TO_SERVER, 0.06)
    assert [event for _, event in run(path)][-2:] == [Arrived(TO_SERVER, b"bye"), Finished(TO_SERVER)]


def test_a_reset_drops_what_waits_and_is_swallowed_by_a_black_hole() -> None:
    path = path_of(latency=0.2, bandwidth=10.0)
    path.write(TO_SERVER, bytes(3 * SEGMENT), 0.0)
    path.abort(TO_SERVER, 1.0)
    assert run(path, 1.5) == [(1.2, Reset(TO_SERVER))]
    hole = path_of(latency=0.2, is_black_hole=True)
    hole.abort(TO_SERVER, 1.0)
    assert run(hole) == []


def test_what_arrives_at_a_closed_end_is_answered_with_a_reset() -> None:
    path = path_of(latency=0.2)
    path.close(TO_SERVER)
    path.write(TO_SERVER, b"anybody", 0.0)
    assert run(path) == [(0.4, Reset(TO_CLIENT))]
    path.write(TO_SERVER, b"again", 1.0)
    path.finish(TO_SERVER, 1.0)
    assert run(path) == []


def test_a_closed_end_reads_nothing_more() -> None:
    path = path_of()
    path.read_at(TO_SERVER, 0.0, 0.0)
    path.write(TO_SERVER, b"unread", 0.0)
    run(path)
    path.close(TO_SERVER)
    path.read_at(TO_SERVER, None, 1.0)
    assert path.advance(1.0) == []


def test_an_end_of_stream_at_a_closed_end_is_no_news() -> None:
    path = path_of(latency=0.2)
    path.close(TO_SERVER)
    path.finish(TO_SERVER, 0.0)
    assert run(path) == []


@pytest.mark.parametrize("name", ["idle_timeout", "life_timeout"])
def test_a_middlebox_ends_both_halves(name: str) -> None:
    path = path_of(latency=0.2, cut=Cut.FIN, **{name: 60.0})
    is_idle = name == "idle_timeout"
    assert run(path) == [
        (60.0, CutOff(is_idle, Cut.FIN)),
        (60.1, Finished(TO_CLIENT)),
        (60.1, Finished(TO_SERVER)),
    ]
    path.write(TO_SERVER, b"too late", 61.0)
    assert run(path) == [(61.2, Reset(TO_CLIENT))]


def test_a_byte_restarts_the_idle_timer_and_not_the_life_timer() -> None:
    path = path_of(latency=0.2, idle_timeout=60.0, life_timeout=100.0, cut=Cut.RESET)
    path.write(TO_CLIENT, b"x", 50.0)
    seen = run(path)
    assert seen[1:] == [(100.0, CutOff(False, Cut.RESET)), (100.1, Reset(TO_CLIENT)), (100.1, Reset(TO_SERVER))]
    assert path.last_passed == pytest.approx(50.1)


def test_a_middlebox_may_count_messages_only() -> None:
    path = path_of(idle_timeout=60.0, counts_messages_only=True)
    path.write(TO_SERVER, b"ping", 50.0, counts=False)
    assert (60.0, CutOff(True, Cut.FIN)) in run(path)
    other = path_of(idle_timeout=60.0, counts_messages_only=True)
    other.write(TO_SERVER, b"text", 50.0)
    assert (110.0, CutOff(True, Cut.FIN)) in run(other)


def test_a_silent_cut_tells_nobody() -> None:
    path = path_of(latency=0.2, idle_timeout=60.0, cut=Cut.SILENT)
    assert run(path) == [(60.0, CutOff(True, Cut.SILENT))]
    path.write(TO_SERVER, b"hello?", 61.0)
    assert run(path, 100.0) == [(61.1, Swallowed(TO_SERVER, 0, 6, False))]


def test_the_same_seed_gives_the_same() -> None:
    def once() -> list[tuple[float, PathEvent]]:
        path = path_of(latency=0.1, jitter=0.05, loss=0.2, bandwidth=50_000.0)
        path.write(TO_SERVER, Random(5).randbytes(50_000), 0.0)
        path.write(TO_CLIENT, Random(6).randbytes(50_000), 0.0)
        return run(path)

    assert once() == once()
