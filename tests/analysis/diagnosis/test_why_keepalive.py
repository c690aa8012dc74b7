"""Why was no pong there in time? Each cause by what was measured, and strong only where nothing else fits."""

from __future__ import annotations

import pytest

from framescope.capture.records import Gauge
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.ends import CLOSE_1011, causes, gave_up, halt, judged, missed, opened, pinged, waiting
from helpers.scripted import Script

BULK = bytes(70_000)


def uploaded() -> Script:
    script = opened()
    pinged(script, 10, 20)
    script.gauge(Gauge.SEND_BUFFER, 0, at=1)
    script.sent(Opcode.BINARY, BULK, at=29)
    missed(script, 30, 50)
    return script


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
