"""Which step of connecting failed, and by what?"""

from __future__ import annotations

import pytest

from framescope.capture.details import HandshakeInfo
from framescope.capture.records import Kind, Phase, PhaseChange
from helpers.ends import causes, halt, judged
from helpers.scripted import Script

STEPS = [Phase.DNS, Phase.TCP, Phase.PROXY, Phase.TLS, Phase.UPGRADE]
NEVER = {"exception": "TimeoutError", "code": None}


def connecting(until: Phase, role: str = "client") -> Script:
    """Every step took half a second; `until` has begun."""
    script = Script()
    script.connection(role=role)
    for step in STEPS:
        script.phase(step, PhaseChange.BEGAN, at=step * 0.5)
        if step is until:
            break
        script.phase(step, PhaseChange.DONE, at=step * 0.5 + 0.5)
    return script


@pytest.mark.parametrize("phase", STEPS)
def test_open_timeout_names_its_step_and_what_was_done(phase: Phase) -> None:
    script = connecting(phase)
    script.ended("deadline", at=10, deadline="open", **NEVER)
    found = judged(script)
    assert causes(found) == [(f"open_{phase.name.lower()}", "strong")]
    assert len(found.ruled_out) == phase
    spent = {0: "10.0 s", 1: "9.50 s", 2: "9.00 s", 3: "8.50 s", 4: "8.00 s"}[phase]
    assert found.causes[0].evidence.endswith(f"had taken {spent} of 10.0 s.")
    first = found.tries[0]
    assert (first.text, first.knob, first.value) == ("Raise open_timeout to 20 s", "open_timeout", 20)


@pytest.mark.parametrize("phase", STEPS)
def test_a_step_that_failed_is_told_in_its_own_words(phase: Phase) -> None:
    script = connecting(phase)
    script.phase(phase, PhaseChange.FAILED, "It did not work.", at=4)
    script.ended("refused", at=4, exception="OSError", code=None, advice="Try another one.")
    found = judged(script)
    assert causes(found) == [(f"failed_{phase.name.lower()}", "strong")]
    assert found.causes[0].evidence == "It did not work."
    assert [item.text for item in found.tries] == ["Try another one."]
    assert found.steps[-2].text.endswith(" failed: It did not work.")


@pytest.mark.parametrize(
    ("status", "words"), [(403, "often for the Origin"), (503, "overloaded"), (200, "did not switch to WebSocket")]
)
def test_a_refusal_by_status(status: int, words: str) -> None:
    script = connecting(Phase.UPGRADE)
    script.handshake(status, "Words", at=3)
    script.phase(Phase.UPGRADE, PhaseChange.FAILED, "refused", at=3)
    script.ended("refused", at=3, exception="InvalidStatus", code=None)
    found = judged(script)
    assert causes(found) == [("refused_status", "strong")]
    assert words in found.causes[0].title and found.causes[0].evidence == f"HTTP {status} Words."


def test_a_refusal_by_header() -> None:
    script = connecting(Phase.UPGRADE)
    info = HandshakeInfo("GET / HTTP/1.1", [], 101, "", [], is_accepted=False)
    script.told(Kind.HANDSHAKE, 3, info)
    script.ended("refused", at=3, exception="InvalidHeader", code=None, sentence="invalid Sec-WebSocket-Accept header")
    found = judged(script)
    assert causes(found) == [("refused_header", "strong")]
    assert found.causes[0].evidence == "invalid Sec-WebSocket-Accept header"


def test_a_server_that_refuses_says_that_it_did_so_itself() -> None:
    script = connecting(Phase.UPGRADE, role="server")
    script.handshake(403, "Forbidden", at=3)
    script.ended("refused", at=3, exception="InvalidStatus", code=None)
    found = judged(script)
    assert causes(found) == [("refused_by_us", "strong")]
    assert found.causes[0].evidence == "HTTP 403 Forbidden was sent."


def test_no_answer_at_all_is_no_status() -> None:
    script = connecting(Phase.UPGRADE)
    script.handshake(0, "", at=3)
    script.phase(Phase.UPGRADE, PhaseChange.FAILED, "no answer came", at=3)
    script.ended("refused", at=3, exception="InvalidMessage", code=None)
    assert causes(judged(script)) == [("failed_upgrade", "strong")]


def test_a_person_who_gave_up() -> None:
    script = connecting(Phase.TCP)
    script.ended("aborted", at=3, exception="ConnectionAbortedError", code=None)
    found = judged(script)
    assert causes(found) == [("given_up", "strong")]
    assert found.causes[0].evidence == "After 3.00 s."


def test_a_certificate_that_the_server_missed_is_told_only_in_the_upgrade() -> None:
    """With TLS 1.3 the client is done with TLS before the server has judged."""
    script = Script()
    script.connection()
    script.phase(Phase.UPGRADE, PhaseChange.FAILED, "Could not connect.", at=2)
    script.ended("refused", at=2, code=None, error="[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] required")
    assert causes(judged(script)) == [("failed_tls", "likely")]


@pytest.mark.parametrize(
    ("words", "strength"), [("Refused: no proxy listens on it.", "likely"), ("Refused.", "strong")]
)
def test_the_way_to_a_proxy_is_not_surely_the_servers_fault(words: str, strength: str) -> None:
    script = Script()
    script.connection()
    script.phase(Phase.TCP, PhaseChange.FAILED, words, at=2)
    script.ended("refused", at=2, code=None)
    assert causes(judged(script)) == [("failed_tcp", strength)]


@pytest.mark.parametrize(
    ("until", "expected"),
    [(11, [("asleep", "likely"), ("open_upgrade", "possible")]), (4, [("open_upgrade", "strong")])],
)
def test_a_program_that_stood_still_while_it_connected(until: float, expected: list[tuple[str, str]]) -> None:
    script = Script()
    script.connection()
    script.phase(Phase.UPGRADE, PhaseChange.BEGAN, at=1)
    script.ended("deadline", at=11, code=None, deadline="open")
    assert causes(judged(script, halts=[halt(2, until)])) == expected
