"""Why did nothing come? A dead way, a program that stands still, our own data; by what TCP knows, where it was told."""

from __future__ import annotations

import pytest

from framescope.capture.records import Gauge
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from helpers.ends import causes, gave_up, halt, judged, missed, opened, pinged, waiting
from helpers.scripted import Script

BULK = bytes(70_000)


SENT = "68 KiB in 4 frames were sent around the ping"
TAKEN, HELD = ", and some of it was still taken after the ping", "; 4.9 KiB stood in the write buffer at the deadline"


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
    assert judged(script).causes[1].evidence == "This end alone cannot tell."


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
