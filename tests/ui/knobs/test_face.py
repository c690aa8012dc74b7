"""Does a knob's face tell what the connection is doing: countdowns, what is awaited, what expired, what is in force?"""

from __future__ import annotations

import pytest

from framescope.capture.details import EndInfo
from framescope.capture.records import Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from framescope.ui.knobs.face import Face, face, spoken
from helpers.made_trace import KNOBS, MadeTrace

CLEAN = EndInfo("ConnectionClosedOK", "sent 1000 (OK); then received 1000 (OK)", 1000, "", "close_frames", False)
LOST = EndInfo("ConnectionClosedError", "no close frame received or sent", 1006, "", "fin", True)


def read(made: MadeTrace, name: str, at: float, **values: float | None) -> Face:
    """Read a face `at` seconds after the connection began."""
    return face(name, made.trace.story, {**made.trace.story.knobs, **values}, round((100 + at) * 1e9))


def connecting() -> MadeTrace:
    made = MadeTrace()
    made.deadline(0.0, Which.OPEN, Change.ARMED, 10.0)
    made.phase(0.0, Phase.DNS, PhaseChange.BEGAN)
    made.phase(0.1, Phase.DNS, PhaseChange.DONE)
    made.phase(0.2, Phase.TLS, PhaseChange.BEGAN)
    return made


def opened(at: float = 0.18) -> MadeTrace:
    made = connecting()
    made.phase(at, Phase.UPGRADE, PhaseChange.DONE)
    made.deadline(at, Which.OPEN, Change.MET, None)
    made.state(at, State.OPEN)
    return made


def pinged(at: float = 20.0, due: float = 40.0) -> MadeTrace:
    made = opened()
    made.frame(at, b"ping", Opcode.PING, sent=True)
    made.deadline(at, Which.PONG, Change.ARMED, due)
    return made


@pytest.mark.parametrize(
    ("name", "live"),
    [
        ("open_timeout", "how long to wait for OPEN"),
        ("ping_interval", "time between pings"),
        ("ping_timeout", "time to wait for a pong"),
        ("close_timeout", "time to wait for Close"),
    ],
)
def test_without_a_connection_a_knob_says_what_it_is(name: str, live: str) -> None:
    assert face(name, None, KNOBS, 0) == Face(None, "acc", live, "fg2")


class TestOpenTimeout:
    def test_while_connecting_it_counts_down_and_names_the_phase(self) -> None:
        shown = read(connecting(), "open_timeout", 3.2)
        assert shown.live == "3.2 of 10 s · TLS"
        assert shown.ring == pytest.approx(0.68)
        assert (shown.ring_token, shown.live_token) == ("acc", "acc")

    def test_the_last_quarter_warns(self) -> None:
        assert read(connecting(), "open_timeout", 7.4).ring_token == "acc"
        assert read(connecting(), "open_timeout", 7.6).ring_token == "warn"

    def test_a_turn_while_connecting_moves_the_whole_countdown(self) -> None:
        made = connecting()
        made.knob(2.0, "open_timeout", 10.0, 4.0)
        made.deadline(2.0, Which.OPEN, Change.MOVED, 4.0)
        shown = read(made, "open_timeout", 2.0)
        assert shown.live == "2.0 of 4 s · TLS"
        assert shown.ring == pytest.approx(0.5)

    def test_without_a_limit_it_only_counts_up(self) -> None:
        made = MadeTrace()
        made.phase(0.0, Phase.UPGRADE, PhaseChange.BEGAN)
        shown = read(made, "open_timeout", 12.0, open_timeout=None)
        assert (shown.ring, shown.live) == (None, "12.0 s · upgrade")

    def test_once_open_it_says_what_was_used(self) -> None:
        assert read(opened(), "open_timeout", 5.0).live == "used 0.18 s · next connect"
        assert read(opened(0.003), "open_timeout", 5.0).live == "used 3 ms · next connect"

    def test_expired_it_stays_red(self) -> None:
        made = connecting()
        made.deadline(10.0, Which.OPEN, Change.MISSED, 10.0)
        made.ended(10.0, EndInfo("TimeoutError", "timed out", None, "", "deadline", False, "open"))
        shown = read(made, "open_timeout", 60.0)
        assert shown == Face(1.0, "err", "expired: no 101 in 10 s", "err", is_expired=True)

    def test_a_refused_connection_ended_early(self) -> None:
        made = connecting()
        made.deadline(0.5, Which.OPEN, Change.CANCELLED, None)
        made.ended(0.5, LOST)
        assert read(made, "open_timeout", 9.0).live == "ended after 0.50 s"

    def test_a_value_set_once_open_waits_for_the_next_connect(self) -> None:
        made = opened()
        assert read(made, "open_timeout", 1.0).is_in_force
        made.knob(2.0, "open_timeout", 10.0, 5.0)
        assert not read(made, "open_timeout", 3.0).is_in_force
        made.knob(4.0, "open_timeout", 5.0, 10.0)
        assert read(made, "open_timeout", 5.0).is_in_force


class TestPingInterval:
    def test_it_counts_down_to_the_next_ping(self) -> None:
        made = opened()
        made.deadline(0.0, Which.PING, Change.ARMED, 20.0)
        shown = read(made, "ping_interval", 16.1)
        assert shown.live == "next ping in 3.9 s"
        assert shown.ring == pytest.approx(0.195)
        assert (shown.ring_token, shown.live_token) == ("acc", "acc"), "a due ping is nothing to be warned of"

    def test_none_sends_no_pings(self) -> None:
        assert read(opened(), "ping_interval", 1.0, ping_interval=None).live == "no pings"
        assert face("ping_interval", None, {"ping_interval": None}, 0).live == "no pings"

    def test_it_waits_while_a_pong_is_awaited_beyond_the_next_ping(self) -> None:
        made = pinged(20.0, 60.0)
        made.deadline(20.0, Which.PING, Change.ARMED, 40.0)
        assert read(made, "ping_interval", 30.0).live == "next ping in 10.0 s"
        assert read(made, "ping_interval", 45.0).live == "waits for the pong"

    def test_after_the_close_it_stopped(self) -> None:
        made = opened()
        made.state(5.0, State.CLOSING)
        assert read(made, "ping_interval", 6.0) == Face(None, "acc", "stopped", "fg2")


class TestPingTimeout:
    def test_a_pong_awaited_is_yellow_and_counts_down(self) -> None:
        shown = read(pinged(), "ping_timeout", 25.0)
        assert shown == Face(0.75, "ping", "pong due in 15.0 s", "pingt")

    def test_the_last_quarter_warns(self) -> None:
        shown = read(pinged(), "ping_timeout", 38.1)
        assert (shown.ring_token, shown.live, shown.live_token) == ("warn", "pong due in 1.9 s", "warn")

    def test_after_the_pong_nothing_counts(self) -> None:
        made = pinged()
        made.deadline(20.1, Which.PONG, Change.MET, None)
        assert read(made, "ping_timeout", 21.0) == Face(None, "acc", "time to wait for a pong", "fg2")

    def test_a_new_value_is_for_the_next_ping(self) -> None:
        made = pinged()
        made.knob(22.0, "ping_timeout", 20.0, 3.0)
        shown = read(made, "ping_timeout", 25.0)
        assert (shown.ring, shown.live) == (0.75, "pong due in 15.0 s · next ping"), "the ping in flight keeps its own"
        made.deadline(26.0, Which.PONG, Change.MET, None)
        assert read(made, "ping_timeout", 27.0).live == "applies to the next ping"

    def test_a_ping_that_cannot_leave_says_so(self) -> None:
        made = pinged()
        made.deadline(21.0, Which.PONG, Change.BLOCKED, 41.0)
        assert read(made, "ping_timeout", 22.0).live == "ping waits in the write buffer"

    def test_without_a_limit(self) -> None:
        assert read(opened(), "ping_timeout", 1.0, ping_timeout=None).live == "waits without limit"

    def test_expired_it_stays_red_until_the_next_connection(self) -> None:
        made = pinged()
        made.deadline(40.0, Which.PONG, Change.MISSED, 40.0)
        made.state(40.0, State.CLOSING)
        assert read(made, "ping_timeout", 41.0) == Face(1.0, "err", "expired: no pong in 20 s", "err", is_expired=True)
        made.ended(50.0, LOST)
        assert read(made, "ping_timeout", 900.0).is_expired
        assert not read(opened(), "ping_timeout", 1.0).is_expired

    def test_expired_it_names_the_limit_that_the_ping_had(self) -> None:
        made = pinged()
        made.knob(30.0, "ping_timeout", 20.0, 60.0)
        made.deadline(40.0, Which.PONG, Change.MISSED, 40.0)
        assert read(made, "ping_timeout", 41.0).live == "expired: no pong in 20 s"


class TestCloseTimeout:
    def test_it_is_idle_until_close(self) -> None:
        assert read(opened(), "close_timeout", 1.0).live == "idle until Close"
        assert read(opened(), "close_timeout", 1.0, close_timeout=None).live == "waits without limit"

    def test_while_closing_it_counts_down(self) -> None:
        made = opened()
        made.state(5.0, State.CLOSING)
        made.deadline(5.0, Which.CLOSE, Change.ARMED, 15.0)
        shown = read(made, "close_timeout", 10.8)
        assert (shown.live, shown.ring_token) == ("Close due in 4.2 s", "acc")
        assert read(made, "close_timeout", 13.0).ring_token == "warn"

    def test_closed_it_says_what_was_used(self) -> None:
        made = opened()
        made.state(5.0, State.CLOSING)
        made.ended(5.25, CLEAN)
        assert read(made, "close_timeout", 90.0).live == "used 0.25 s"

    def test_a_connection_that_just_went_used_nothing(self) -> None:
        made = opened()
        made.ended(5.0, LOST)
        assert read(made, "close_timeout", 9.0).live == "not used"

    def test_expired(self) -> None:
        made = opened()
        made.state(5.0, State.CLOSING)
        made.deadline(5.0, Which.CLOSE, Change.ARMED, 15.0)
        made.deadline(15.0, Which.CLOSE, Change.MISSED, 15.0)
        made.ended(15.0, LOST)
        assert read(made, "close_timeout", 16.0).live == "expired: no Close in 10 s"


def test_after_the_end_every_other_value_waits_for_the_next_connect() -> None:
    made = opened()
    made.ended(5.0, CLEAN)
    assert read(made, "ping_interval", 9.0).is_in_force
    assert not read(made, "ping_interval", 9.0, ping_interval=5.0).is_in_force


def test_units_are_spoken_as_words() -> None:
    assert spoken("pong due in 1.9 s") == "pong due in 1.9 seconds"
    assert spoken("3.2 of 10 s · TLS") == "3.2 of 10 seconds · TLS"
    assert spoken("used 3 ms · next connect") == "used 3 milliseconds · next connect"
