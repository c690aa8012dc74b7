"""Why was no pong there in time? Each cause by what was measured, and strong only where nothing else fits."""

from __future__ import annotations

import pytest

from framescope.capture.records import Gauge
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.ends import CLOSE_1011, causes, gave_up, halt, judged, missed, opened, pinged
from helpers.scripted import Script

BULK = bytes(70_000)


def waiting(due: float = 50.0) -> Script:
    """Two good pings, and one at 30 s whose pong is due."""
    script = opened()
    pinged(script, 10, 20)
    missed(script, 30, due)
    return script


def test_silence_is_strong_when_nothing_came_and_little_was_sent() -> None:
    script = waiting()
    script.sent(Opcode.TEXT, b"hello", at=31)
    gave_up(script, 50)
    found = judged(script)
    assert causes(found) == [("silence", "strong"), ("dead_path", "possible")]
    assert found.causes[0].evidence == "Nothing was received for 29.9 s, and no FIN or RST."
    assert {item.title for item in found.ruled_out} == {
        "Your code reads too slowly",
        "A sleeping machine or a blocked event loop",
    }
    assert "a recording at the server could tell" in found.unknown[0]


def way(script: Script, unacknowledged: int, since_ack: int, retries: int) -> None:
    """What TCP knew when the pong's deadline passed; `since_ack` in ms."""
    told = {Gauge.UNACKNOWLEDGED: unacknowledged, Gauge.SINCE_ACK: since_ack, Gauge.RETRIES: retries}
    for gauge, value in told.items():
        script.gauge(gauge, value, at=50)


def test_a_program_that_stands_still_on_a_machine_that_lives() -> None:
    script = waiting()
    way(script, 0, 19_900, 0)
    gave_up(script, 50)
    found = judged(script)
    assert causes(found) == [("silence", "strong")]
    assert found.causes[0].title == "The server's program stands still: its machine took the ping"
    assert found.causes[0].evidence.endswith("TCP at the other end acknowledged everything.")
    assert "The way is dead" in {item.title for item in found.ruled_out}
    assert found.unknown == ()


@pytest.mark.parametrize(("since_ack", "retries", "strength"), [(19_900, 6, "strong"), (10_500, 2, "likely")])
def test_a_way_on_which_nothing_is_acknowledged(since_ack: int, retries: int, strength: str) -> None:
    script = waiting()
    script.sent(Opcode.BINARY, BULK, at=31)
    script.gauge(Gauge.SEND_BUFFER, 5000, at=32)
    way(script, 70_000, since_ack, retries)
    gave_up(script, 50)
    found = judged(script)
    assert causes(found) == [("silence", strength)]
    assert found.causes[0].title == "The way to the server is dead, or its machine is off"
    assert f"though TCP sent it again {retries} times" in found.causes[0].evidence
    assert "The server's program is slow, or does not read" in {item.title for item in found.ruled_out}


def test_a_dead_way_that_came_back_after_the_deadline() -> None:
    script = waiting()
    way(script, 6, 19_900, 6)
    gave_up(script, 50)
    script.received(Opcode.TEXT, b"tick", at=50.3)
    found = judged(script)
    assert causes(found) == [("silence", "likely")]
    assert found.causes[0].evidence.endswith("A frame came 300 ms after the deadline: the way was there again.")


def test_a_machine_that_says_it_has_no_room_is_not_dead() -> None:
    script = waiting()
    script.sent(Opcode.BINARY, BULK, at=29)
    script.gauge(Gauge.SEND_BUFFER, 5000, at=31)
    way(script, 70_000, 200, 1)
    gave_up(script, 50)
    assert causes(judged(script))[0] == ("peer_not_reading", "likely")


@pytest.mark.parametrize(
    ("unacknowledged", "size", "first"),
    [
        (8_192, 100, ("peer_not_reading", "likely")),
        (8_191, 100, ("silence", "strong")),  # no more than the ping and what is around it
        (0, 70_000, ("own_bulk", "likely")),  # a proxy may hold it, or the peer's machine
        (8_191, 70_000, ("silence", "likely")),
    ],
)
def test_what_stands_before_the_ping_by_what_tcp_knows(unacknowledged: int, size: int, first: tuple[str, str]) -> None:
    script = opened()
    pinged(script, 10, 20)
    script.sent(Opcode.BINARY, bytes(size), at=21 if size < 200 else 29)
    pinged(script, 22)
    missed(script, 30, 50)
    way(script, unacknowledged, 300, 0)
    gave_up(script, 50)
    found = judged(script)
    assert causes(found)[0] == first
    if first[0] == "peer_not_reading":
        assert found.causes[0].evidence.endswith("the other end's machine answers, but has no room for 8.0 KiB of it.")


@pytest.mark.parametrize("is_dead", [True, False])
@pytest.mark.parametrize(("seconds", "first"), [(29, "silence"), (80, "asleep")])
def test_a_halt_that_left_pings_out_may_have_lost_the_connection(seconds: float, first: str, is_dead: bool) -> None:
    """ping_interval is 20 s: a halt of 29 s has left out one at the most, and a machine that took the ping is there."""
    due = 40 + seconds
    script = opened()
    pinged(script, 10, 20)
    missed(script, due - 20, due)
    way(script, 6 if is_dead else 0, 19_900, 6 if is_dead else 0)
    gave_up(script, due)
    found = judged(script, halts=[halt(due - 20 - seconds * 0.99, due - 20)])
    assert causes(found)[0][0] == (first if is_dead else "silence")


def test_silence_after_an_idle_time_that_middleboxes_forget() -> None:
    script = opened()
    pinged(script, 10)
    missed(script, 250.2, 270.2)
    gave_up(script, 270.2)
    assert "Nothing had passed for 240.1 s before the ping" in judged(script).causes[1].evidence
    script = opened()
    pinged(script, 10)
    missed(script, 249, 269)
    gave_up(script, 269)
    assert judged(script).causes[1].evidence == "One end cannot tell."


def test_what_we_sent_before_the_ping_makes_silence_less_than_strong() -> None:
    script = opened()
    pinged(script, 10, 20)
    script.sent(Opcode.BINARY, BULK, at=29, kernel=29)
    missed(script, 30, 50)
    gave_up(script, 50)
    assert causes(judged(script))[:2] == [("silence", "likely"), ("own_bulk", "possible")]


def test_our_own_data_comes_first_while_the_socket_still_takes_some() -> None:
    script = opened()
    pinged(script, 10, 20)
    missed(script, 30, 50)
    script.sent(Opcode.BINARY, BULK, at=31, kernel=44)
    gave_up(script, 50)
    assert causes(judged(script)) == [("own_bulk", "likely"), ("silence", "possible")]


SENT = "68 KiB in 4 frames were sent around the ping"
TAKEN, HELD = ", and some of it was still taken after the ping", "; 4.9 KiB stood in the write buffer at the deadline"


@pytest.mark.parametrize(
    ("is_moved", "buffered", "first", "evidence"),
    [
        (True, 0, "own_bulk", SENT + TAKEN),
        (True, 5000, "peer_not_reading", SENT + HELD + TAKEN),
        (False, 5000, "peer_not_reading", SENT + HELD),
    ],
)
@pytest.mark.parametrize("heard_later", [False, True])
def test_our_data_that_was_taken_late_or_not_at_all(
    is_moved: bool, buffered: int, first: str, evidence: str, heard_later: bool
) -> None:
    """ping_timeout is 20 s: the pong was due at 50 s, or, put off while the other end took data, at 55."""
    due = 55 if is_moved else 50
    script = opened()
    pinged(script, 10, 20)
    script.sent(Opcode.BINARY, BULK, at=29)
    missed(script, 30, 50)
    script.gauge(Gauge.SEND_BUFFER, buffered, at=31)
    if is_moved:
        script.deadline(Which.PONG, Change.MOVED, at=35, due=due)
    gave_up(script, due)
    if heard_later:
        script.received(Opcode.TEXT, b"tick", at=due + 1)
    found = judged(script)
    assert causes(found) == [(first, "likely"), ("pong_never" if heard_later else "silence", "possible")]
    assert found.causes[0].evidence == f"{evidence}."


@pytest.mark.parametrize(
    ("size", "seconds", "is_bulk"),
    [
        (70_000, 20, True),
        (65_536, 20, True),
        (65_535, 20, False),
        (8_192, 0.5, True),
        (8_191, 0.5, False),
        (8_192, 0.51, False),
    ],
)
def test_bulk_is_much_or_for_a_short_wait_quick(size: int, seconds: float, is_bulk: bool) -> None:
    script = opened()
    script.knob("ping_timeout", 20, seconds, at=2)
    pinged(script, 10, 20)
    missed(script, 30, 30 + seconds)
    script.received(Opcode.BINARY, bytes(size), at=30 + 0.9 * seconds)
    gave_up(script, 30 + seconds)
    assert (causes(judged(script))[0] == ("pong_behind_bulk", "likely")) is is_bulk


def test_frames_that_were_on_their_way_are_no_sign_of_life() -> None:
    script = opened()
    for second in range(2, 30):
        script.received(Opcode.TEXT, b"tick", at=second)
    missed(script, 30, 50)
    script.received(Opcode.TEXT, b"tick", at=30.1)
    gave_up(script, 50)
    found = judged(script)
    assert causes(found)[0] == ("silence", "likely")
    assert not any("Dead path" in item.title for item in found.ruled_out)


def test_a_peer_that_pauses_for_long_at_times_may_be_alive() -> None:
    script = opened()
    script.received(Opcode.TEXT, b"tick", at=3)
    script.received(Opcode.TEXT, b"tick", at=29)
    missed(script, 30, 50)
    script.received(Opcode.TEXT, b"tick", at=31)
    gave_up(script, 50)
    assert causes(judged(script)) == [("pong_never", "likely")]


def test_an_answer_to_close_shows_that_the_ping_was_read() -> None:
    """Or that it would have been answered later, had Close not come first."""
    script = opened()
    missed(script, 30, 50)
    script.deadline(Which.PONG, Change.MISSED, at=50, due=50)
    script.sent(Opcode.CLOSE, CLOSE_1011, at=50)
    script.state(State.CLOSING, at=50)
    script.received(Opcode.CLOSE, CLOSE_1011, at=50.2)
    script.ended("deadline", at=50.3, deadline="pong", sent_code=1011)
    assert causes(judged(script)) == [("pong_never", "likely"), ("pong_late", "possible")]


def test_data_and_no_pong() -> None:
    script = waiting()
    script.received(Opcode.TEXT, b"tick", at=45)
    gave_up(script, 50)
    found = judged(script)
    assert causes(found) == [("pong_never", "likely"), ("peer_not_reading", "possible")]
    assert ("Dead path, NAT or load balancer", "frames arrived until 45.000 s") in {
        (item.title, item.why) for item in found.ruled_out
    }


@pytest.mark.parametrize("has_rtts", [True, False])
def test_bulk_and_no_pong(has_rtts: bool) -> None:
    script = opened()
    if has_rtts:
        pinged(script, 10)
    missed(script, 30, 50)
    script.received(Opcode.BINARY, BULK, at=45)
    gave_up(script, 50)
    first, second = ("pong_behind_bulk", "pong_never") if has_rtts else ("pong_never", "pong_behind_bulk")
    found = judged(script)
    assert causes(found) == [(first, "likely"), (second, "possible")]
    assert any("On the server: send smaller messages" in item.text for item in found.tries)


def test_a_frame_after_the_deadline_shows_life() -> None:
    script = waiting()
    gave_up(script, 50)
    script.received(Opcode.TEXT, b"tick", at=51)
    assert causes(judged(script)) == [("pong_never", "likely")]


@pytest.mark.parametrize(("size", "strength"), [(8_000, "strong"), (8_300, "likely")])
def test_a_late_pong_is_strong_where_nothing_stood_before_it(size: int, strength: str) -> None:
    script = waiting()
    script.received(Opcode.BINARY, bytes(size), at=40)
    gave_up(script, 50)
    script.pong(b"last", at=57.4)
    found = judged(script)
    assert causes(found) == [("pong_late", strength)]
    assert found.causes[0].evidence == "The pong came 7.40 s too late. The usual round trip was 100 ms."
    assert (found.tries[0].knob, found.tries[0].value) == ("ping_timeout", 45)


def streamed(*, until: float, pong: float, step: float = 0.5) -> Script:
    """Bulk from 30 s to `until`, and the late pong."""
    script = waiting()
    gave_up(script, 50)
    for place in range(int((until - 30) / step)):
        script.received(Opcode.BINARY, bytes(10_000), at=30 + step * (place + 1))
    script.pong(b"last", at=pong)
    return script


def test_a_pong_directly_behind_a_steady_stream_queued_behind_it() -> None:
    found = judged(streamed(until=55, pong=55.01))
    assert causes(found) == [("pong_behind_bulk", "likely"), ("pong_late", "possible")]
    assert found.causes[0].evidence.startswith("488 KiB in 50 frames came meanwhile, 20 KiB/s. The pong came 5.01 s")
    assert found.causes[0].evidence.endswith("The pong came directly behind a frame of it.")


def test_a_pong_apart_from_the_stream_is_not_said_to_be_behind_it() -> None:
    found = judged(streamed(until=55, pong=55.1))
    assert causes(found)[0] == ("pong_behind_bulk", "likely")
    assert "directly" not in found.causes[0].evidence


def test_a_pong_long_behind_the_end_of_the_data_was_late_by_itself() -> None:
    assert causes(judged(streamed(until=40, pong=55.0))) == [("pong_late", "likely"), ("pong_behind_bulk", "possible")]


def test_one_large_frame_explains_the_time_that_it_took() -> None:
    """It is whole only after the deadline."""
    script = waiting()
    gave_up(script, 50)
    script.received(Opcode.BINARY, bytes(900_000), at=55)
    script.pong(b"last", at=55.01)
    assert causes(judged(script))[0] == ("pong_behind_bulk", "likely")
    script = waiting()
    gave_up(script, 50)
    script.received(Opcode.BINARY, bytes(900_000), at=55)
    assert causes(judged(script)) == [("pong_behind_bulk", "likely"), ("pong_never", "possible")]


def uploaded() -> Script:
    script = opened()
    pinged(script, 10, 20)
    script.gauge(Gauge.SEND_BUFFER, 0, at=1)
    script.sent(Opcode.BINARY, BULK, at=29)
    missed(script, 30, 50)
    return script


@pytest.mark.parametrize(("full_from", "is_full"), [(12, True), (29, True), (31, False)])
def test_our_own_data_and_a_full_write_buffer(full_from: float, is_full: bool) -> None:
    """From 10 s (as long before the ping as it was awaited) to 50 s: half of it is 20 s."""
    script = uploaded()
    script.gauge(Gauge.SEND_BUFFER, 5000, at=full_from)
    gave_up(script, 50)
    script.pong(b"last", at=51)
    found = judged(script)
    assert causes(found) == [("own_bulk", "likely"), ("pong_late", "possible")]
    assert ("The write buffer was not empty" in found.causes[0].evidence) is is_full


def test_a_ping_that_never_left() -> None:
    script = opened()
    script.gauge(Gauge.SEND_BUFFER, 2_000_000, at=4)
    script.deadline(Which.PONG, Change.BLOCKED, at=5, due=8)
    gave_up(script, 8)
    found = judged(script)
    assert causes(found) == [("peer_not_reading", "likely"), ("silence", "possible")]
    assert found.causes[0].evidence == "The socket took nothing for 3.00 s. 1.9 MiB stood in the write buffer."
    assert [step.text for step in found.steps][:2] == [
        "A ping waits in the write buffer: nothing leaves.",
        "The pong's deadline passed.",
    ]


def test_a_ping_that_is_not_recorded_is_no_more_than_likely() -> None:
    script = opened()
    gave_up(script, 8)
    assert causes(judged(script)) == [("silence", "likely")]


@pytest.mark.parametrize(("until", "is_paused"), [(40.0, True), (39.9, False)])
def test_reading_paused_for_half_of_the_wait_may_explain_it(until: float, is_paused: bool) -> None:
    script = waiting()
    script.gauge(Gauge.READING_PAUSED, 1, at=30)
    script.gauge(Gauge.RECEIVE_QUEUE, 17, at=31)
    script.gauge(Gauge.READING_PAUSED, 0, at=until)
    gave_up(script, 50)
    script.received(Opcode.TEXT, b"it lay there", at=50.1)
    found = judged(script)
    paused, never = ("own_unread", "likely"), "pong_never"
    assert causes(found) == ([paused, (never, "possible")] if is_paused else [(never, "likely")])
    assert not any("reads too slowly" in item.title for item in found.ruled_out)
    if is_paused:
        assert found.causes[0].evidence == "Reading was paused for 50 % of the wait, and 17 messages waited."


@pytest.mark.parametrize("halted", [False, True])
def test_a_pong_in_our_own_kernel_before_the_deadline_was_nobody_elses_fault(halted: bool) -> None:
    script = waiting()
    gave_up(script, 50)
    script.pong(b"last", at=51)
    script.received(Opcode.TEXT, b"of the same read", at=51, kernel=48)
    found = judged(script, halts=[halt(47, 51)] if halted else [])
    assert causes(found) == [("asleep", "likely") if halted else ("own_unread", "strong")]
    assert found.causes[0].evidence == "The pong had arrived 2.00 s before the deadline, and was read 1.00 s after it."
    assert found.unknown == ()
    assert not any(item.knob for item in found.tries)


def test_a_pong_that_came_too_late_to_the_kernel_clears_this_side() -> None:
    script = waiting()
    script.gauge(Gauge.READING_PAUSED, 1, at=30)
    gave_up(script, 50)
    script.pong(b"last", at=51, kernel=50.5)
    assert causes(judged(script)) == [("pong_late", "likely")]


def test_a_peer_that_had_no_room_to_send_its_pong_waited_for_us() -> None:
    script = waiting()
    script.gauge(Gauge.READING_PAUSED, 1, at=30)
    gave_up(script, 50)
    script.received(Opcode.BINARY, BULK, at=50.1)
    script.pong(b"last", at=51, kernel=50.5)
    assert causes(judged(script))[0] == ("own_unread", "likely")


def test_a_pause_without_anything_unread_explains_little() -> None:
    """After the deadline everything is read, and nothing was there."""
    script = waiting()
    script.gauge(Gauge.READING_PAUSED, 1, at=30)
    gave_up(script, 50)
    assert causes(judged(script))[:2] == [("silence", "likely"), ("own_unread", "possible")]


def test_the_kernel_is_awake_while_the_program_stands_still() -> None:
    script = waiting()
    gave_up(script, 50)
    script.pong(b"last", at=52, kernel=51)
    assert causes(judged(script, halts=[halt(35, 50.5)])) == [("pong_late", "likely"), ("asleep", "possible")]


def test_a_peer_that_sends_while_it_takes_nothing_is_reached_by_the_way() -> None:
    script = opened()
    script.deadline(Which.PONG, Change.BLOCKED, at=5, due=8)
    script.received(Opcode.TEXT, b"tick", at=7)
    gave_up(script, 8)
    assert causes(judged(script)) == [("peer_not_reading", "likely")]


def test_data_that_the_last_answer_does_not_cover_may_stand_before_the_ping() -> None:
    """Sent long before the ping, and after the last one that was answered."""
    script = opened()
    pinged(script, 10)
    script.sent(Opcode.BINARY, BULK, at=100)
    missed(script, 200, 220)
    gave_up(script, 220)
    script.pong(b"last", at=221)
    assert causes(judged(script)) == [("pong_late", "likely")]


def test_a_peer_that_has_answered_no_ping_is_not_silent_for_sure() -> None:
    script = opened()
    missed(script, 30, 50)
    gave_up(script, 50)
    assert causes(judged(script))[0] == ("silence", "likely")


@pytest.mark.parametrize(("start", "first"), [(40.5, "asleep"), (41.5, "pong_late")])
def test_a_stall_of_half_the_wait_leaves_a_late_pong_unsure(start: float, first: str) -> None:
    """The halt may reach 1 s beyond the deadline, where it is told."""
    script = waiting()
    gave_up(script, 50)
    script.pong(b"last", at=50.6)
    found = judged(script, halts=[halt(start, 50.5)])
    assert causes(found) == (
        [("asleep", "likely"), ("pong_late", "possible")] if first == "asleep" else [("pong_late", "likely")]
    )
    assert not any("stood still" in item.why for item in found.ruled_out)


@pytest.mark.parametrize(("kernel", "strength"), [(0.0, "likely"), (50.5, "strong")])
def test_a_short_halt_leaves_a_doubt_unless_the_kernel_says_when_the_pong_came(kernel: float, strength: str) -> None:
    script = waiting()
    gave_up(script, 50)
    script.pong(b"last", at=50.6, kernel=kernel)
    assert causes(judged(script, halts=[halt(48.5, 50.5)])) == [("pong_late", strength)]


@pytest.mark.parametrize(("taken", "first"), [(32.0, "peer_not_reading"), (44.0, "own_bulk")])
def test_a_slow_line_takes_some_to_the_end_and_a_peer_that_does_not_read_at_first_only(
    taken: float, first: str
) -> None:
    script = opened()
    pinged(script, 10, 20)
    missed(script, 30, 50)
    script.sent(Opcode.BINARY, BULK, at=31, kernel=taken)
    script.gauge(Gauge.SEND_BUFFER, 5000, at=33)
    gave_up(script, 50)
    assert causes(judged(script))[0] == (first, "likely")
