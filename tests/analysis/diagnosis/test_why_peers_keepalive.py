"""Why did the peer get no pong in time? Our own lateness is strong only where it was measured."""

from __future__ import annotations

import pytest

from framescope.capture.records import Gauge
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.ends import CLOSE_1011, causes, halt, judged, opened
from helpers.scripted import Script

PINGED, CLOSED = 30.0, 50.0


def closed(script: Script, at: float = CLOSED) -> None:
    script.received(Opcode.CLOSE, CLOSE_1011, at=at)
    script.state(State.CLOSING, at=at)
    script.ended(
        "close_frames", at=at + 0.1, by_peer=True, received_code=1011, sent_code=1011, reason="keepalive ping timeout"
    )


def pinged(kernel: float = 0.0, answered: float | None = None) -> Script:
    script = opened()
    script.received(Opcode.PING, b"p", at=PINGED, kernel=kernel)
    if answered is not None:
        script.sent(Opcode.PONG, b"p", at=answered)
    return script


def test_a_ping_that_never_came() -> None:
    script = opened()
    closed(script)
    found = judged(script)
    assert causes(found) == [("peer_keepalive", "likely")]
    assert found.causes[0].title == "The server's ping never arrived here"
    assert [item.text for item in found.tries] == ["Raise ping_timeout on the server: it is its deadline that passed."]


@pytest.mark.parametrize(
    ("answered", "strength", "words"),
    [
        (30.1, "likely", "The server did not get your pong in time"),
        (39.9, "likely", "The server did not get your pong in time"),
        (40.0, "likely", "Your own side answered the server's ping too late"),
        (47.9, "likely", "Your own side answered the server's ping too late"),
        (48.0, "strong", "Your own side answered the server's ping too late"),
        (None, "strong", "Your own side answered the server's ping too late"),
    ],
)
def test_our_answer_is_held_against_the_time_that_the_peer_waited(
    answered: float | None, strength: str, words: str
) -> None:
    script = pinged(answered=answered)
    closed(script)
    found = judged(script)
    assert causes(found) == [("peer_keepalive", strength)]
    assert found.causes[0].title == words
    assert found.causes[0].evidence.endswith("its Close came 20.0 s after the ping.")


@pytest.mark.parametrize(
    ("after", "words"), [(0.01, "read the server's ping too late"), (0.2, "answered the server's ping too late")]
)
def test_a_ping_that_came_with_the_close_was_not_ours_to_answer(after: float, words: str) -> None:
    script = pinged()
    closed(script, PINGED + after)
    found = judged(script)
    assert causes(found) == [("peer_keepalive", "likely")]
    assert words in found.causes[0].title


@pytest.mark.parametrize(("kernel", "strength"), [(10.0, "likely"), (29.6, None)])
def test_a_ping_that_lay_in_our_kernel(kernel: float, strength: str | None) -> None:
    """It lay there from `kernel` to 30 s; the peer waited until 50 s. Less than half a second is no delay."""
    script = pinged(kernel=kernel, answered=30.0)
    closed(script)
    found = judged(script)
    assert causes(found) == [("peer_keepalive", strength or "likely")]
    is_late = "read the server's ping too late" in found.causes[0].title
    assert is_late is (strength is not None)


def test_a_program_that_stood_still_is_named() -> None:
    script = pinged(kernel=10.0, answered=30.0)
    closed(script)
    found = judged(script, halts=[halt(9, 30)])
    assert causes(found) == [("asleep", "likely")]
    assert found.causes[0].evidence == "It had arrived 20.0 s before this program read it."


@pytest.mark.parametrize(("slept", "who"), [(0.0, "This program stood still"), (600.0, "This machine slept")])
def test_without_the_kernels_word_a_halt_is_likely(slept: float, who: str) -> None:
    script = pinged(answered=30.0)
    closed(script)
    found = judged(script, halts=[halt(35, 49, slept=slept)])
    assert causes(found) == [("asleep", "likely"), ("peer_keepalive", "likely")]
    assert found.causes[0].title == f"{who}, and answered no ping meanwhile"


def test_a_short_halt_says_nothing() -> None:
    script = pinged(answered=30.0)
    closed(script)
    assert causes(judged(script, halts=[halt(35, 35.9)])) == [("peer_keepalive", "likely")]


@pytest.mark.parametrize(("until", "is_named"), [(40.0, False), (40.1, True)])
def test_reading_paused_for_most_of_the_time_since_the_ping(until: float, is_named: bool) -> None:
    script = pinged(answered=30.0)
    script.gauge(Gauge.READING_PAUSED, 1, at=30)
    script.gauge(Gauge.READING_PAUSED, 0, at=until)
    closed(script)
    assert (("own_unread", "likely") in causes(judged(script))) is is_named


def test_without_a_ping_the_last_minute_counts() -> None:
    script = opened()
    script.gauge(Gauge.READING_PAUSED, 1, at=60)
    closed(script, at=100)
    assert causes(judged(script))[0] == ("own_unread", "likely")


def test_a_pong_behind_our_own_data() -> None:
    script = pinged()
    script.gauge(Gauge.SEND_BUFFER, 100_000, at=31)
    closed(script)
    assert causes(judged(script)) == [("own_bulk", "likely")]


@pytest.mark.parametrize(("answered", "first"), [(None, "peer_keepalive"), (30.5, "handler_failure")])
def test_an_old_keepalive_gives_no_reason(answered: float | None, first: str) -> None:
    script = pinged(answered=answered)
    script.state(State.CLOSING, at=50)
    script.ended("close_frames", at=50, by_peer=True, received_code=1011, sent_code=1011, reason="")
    found = judged(script)
    assert causes(found)[0] == (first, "likely")
    assert ("handler_failure", "possible") in causes(found) or answered is not None


def test_a_ping_that_stood_unread_while_reading_was_paused() -> None:
    script = pinged(kernel=10.0, answered=30.0)
    script.gauge(Gauge.READING_PAUSED, 1, at=9)
    script.gauge(Gauge.READING_PAUSED, 0, at=30)
    closed(script)
    assert causes(judged(script)) == [("own_unread", "likely")]


def test_a_halt_that_ended_with_the_ping_and_the_close_is_named_first() -> None:
    """The Close had come shortly before the program went on."""
    script = pinged(kernel=29.8)
    closed(script, PINGED)
    found = judged(script, halts=[halt(20, 29.99)])
    assert causes(found) == [("asleep", "likely"), ("peer_keepalive", "likely")]
