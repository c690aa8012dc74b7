"""Tests of what is said about a connection as a whole."""

from __future__ import annotations

import pytest

from framescope.capture.details import ConnectionInfo, EndInfo
from framescope.capture.records import Flag, Phase, PhaseChange
from framescope.ui.frames.connection_facts import Fact, facts_of
from helpers.made_trace import INFO, KNOBS, MadeTrace


def facts(made: MadeTrace) -> dict[str, dict[str, Fact]]:
    sections = facts_of(made.trace.story, made.trace.end)
    return {section.heading: {fact.name: fact for fact in section.lines} for section in sections}


def test_phases_with_their_times() -> None:
    made = MadeTrace()
    made.phase(0.0, Phase.DNS, PhaseChange.BEGAN)
    made.phase(0.012, Phase.DNS, PhaseChange.DONE, "127.0.0.1")
    made.phase(0.012, Phase.TCP, PhaseChange.BEGAN)
    made.phase(0.032, Phase.TCP, PhaseChange.DONE, peer="127.0.0.1:9001")
    connecting = facts(made)["Connecting"]
    assert connecting["DNS"].value == "12 ms · 127.0.0.1"
    assert connecting["TCP"].value == "20 ms"
    assert connecting["together"].value == "32 ms"
    assert facts(made)["Peer"]["peer"].value == "127.0.0.1:9001"


def test_a_phase_that_runs_and_one_that_failed() -> None:
    made = MadeTrace()
    made.phase(0.0, Phase.TCP, PhaseChange.BEGAN)
    made.phase(2.0, Phase.TCP, PhaseChange.FAILED, "connection refused")
    assert facts(made)["Connecting"]["TCP"] == Fact("TCP", "failed after 2.00 s · connection refused", "err")
    made.phase(2.0, Phase.TLS, PhaseChange.BEGAN)
    made.trace.end += 500_000_000
    assert facts(made)["Connecting"]["TLS"] == Fact("TLS", "500 ms so far", "acc")


def test_tls_and_a_certificate_that_was_not_checked() -> None:
    made = MadeTrace(ConnectionInfo("wss://a.example/", "client", KNOBS, is_verified=False))
    made.phase(0.1, Phase.TLS, PhaseChange.DONE, tls_version="TLSv1.3", tls_cipher="TLS_AES_128_GCM_SHA256")
    peer = facts(made)["Peer"]
    assert peer["TLS"].value == "TLSv1.3 · TLS_AES_128_GCM_SHA256"
    assert peer["certificate"].tone == "err"


def test_knobs_and_totals_as_they_stand_now() -> None:
    made = MadeTrace()
    made.knob(1.0, "ping_interval", 20.0, None)
    made.frame(2.0, b"hello")
    made.frame(2.5, b"1234", 9, sent=True, flags=Flag.KEEPALIVE)
    found = facts(made)
    assert found["Knobs"]["ping_interval"] == Fact("ping_interval", "None", is_code=True)
    assert found["Knobs"]["open_timeout"].value == "10 s"
    assert found["Totals"]["received"].value == "1 frame · 7 B"
    assert found["Totals"]["sent"].value == "1 frame · 10 B"
    assert found["Totals"]["our pings"].value == "1, 0 answered"


@pytest.mark.parametrize(("code", "ending", "tone"), [(1000, "close_frames", ""), (1006, "deadline", "err")])
def test_how_it_ended(code: int, ending: str, tone: str) -> None:
    made = MadeTrace(INFO)
    made.ended(3.0, EndInfo("ConnectionClosedError", "no close frame", code, "", ending, False, "pong"))
    end = facts(made)["End"]
    assert end["at"].value == "3.000 s"
    assert end["ConnectionClosedError"] == Fact("ConnectionClosedError", "no close frame", tone, is_code=True)
    assert end["close_code"].value == str(code)
    assert end["how"].value == f"{ending.replace('_', ' ')}, by this side"


def test_nothing_is_said_about_what_is_not_known() -> None:
    assert set(facts(MadeTrace())) == {"Peer", "Knobs", "Totals"}


def test_the_server_side_says_so() -> None:
    made = MadeTrace(ConnectionInfo("ws://127.0.0.1:9001/", "server", KNOBS, peer="127.0.0.1:50000"))
    peer = facts(made)["Peer"]
    assert peer["role"].value == "server: the peer connected to us"
    assert peer["peer"].value == "127.0.0.1:50000"


@pytest.mark.parametrize(("code", "tone"), [(1000, ""), (1001, ""), (1005, ""), (1002, "err"), (1011, "err")])
def test_which_codes_are_clean(code: int, tone: str) -> None:
    made = MadeTrace()
    made.ended(3.0, EndInfo("ConnectionClosed", "", code, "bye", "close_frames", True, error="[Errno 104]"))
    end = facts(made)["End"]
    assert end["close_code"].tone == tone
    assert (end["reason"].value, end["error"].value) == ("bye", "[Errno 104]")
