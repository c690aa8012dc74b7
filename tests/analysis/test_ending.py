"""Does the sentence about the end say who, by what and when, and repeat the exception to the letter?"""

from __future__ import annotations

import pytest

from framescope.analysis.ending import end_sentence
from framescope.capture.records import Flag, Phase, PhaseChange
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from helpers.scripted import Script


@pytest.fixture
def script() -> Script:
    script = Script()
    script.connection(at=100)
    return script


def plain(script: Script) -> str:
    return end_sentence(script.trace().story)[1]


def missed_pong(script: Script, *, late: bool = False, close_missed: bool = False) -> None:
    script.keepalive(b"abcd", at=240.23, due=260.23)
    script.deadline(Which.PONG, Change.MISSED, at=260.23, due=260.23)
    if late:
        script.pong(b"abcd", at=267.63, flags=Flag.AFTER_FAILURE)
    if close_missed:
        script.deadline(Which.CLOSE, Change.MISSED, at=270.23, due=270.23)
    sentence = "sent 1011 (internal error) keepalive ping timeout; no close frame received"
    script.ended("deadline", at=270.23, deadline="pong", sent_code=1011, sentence=sentence)


def test_a_living_connection_has_no_end(script: Script) -> None:
    assert end_sentence(script.trace().story) == ("", "")


def test_the_headline_is_the_exception_verbatim(script: Script) -> None:
    missed_pong(script)
    headline, _ = end_sentence(script.trace().story)
    assert headline == (
        "ConnectionClosedError: sent 1011 (internal error) keepalive ping timeout; no close frame received"
    )


def test_an_exception_without_words_stands_alone(script: Script) -> None:
    script.ended("refused", at=101, exception="TimeoutError", sentence="", code=None)
    assert end_sentence(script.trace().story)[0] == "TimeoutError"


def test_a_missed_pong(script: Script) -> None:
    missed_pong(script)
    assert plain(script) == (
        "Your own side closed this connection at 160.230 s: no pong within 20.0 s of the ping (ping_timeout)."
    )


def test_a_late_pong_proves_that_the_peer_was_alive(script: Script) -> None:
    missed_pong(script, late=True, close_missed=True)
    assert plain(script) == (
        "Your own side closed this connection at 160.230 s: no pong within 20.0 s of the ping (ping_timeout)."
        " The server was alive: its pong came 7.40 s too late."
        " The closing handshake was not done within close_timeout either: TCP was dropped at 170.230 s."
    )


def test_a_pong_that_the_probe_read_too_late_is_no_late_pong(script: Script) -> None:
    script.keepalive(b"abcd", at=110, due=130)
    script.deadline(Which.PONG, Change.MISSED, at=130, due=130)
    script.pong(b"abcd", at=130, flags=Flag.AFTER_FAILURE)
    script.ended("deadline", at=131, deadline="pong")
    assert "too late" not in plain(script)


def test_a_pong_missed_by_a_ping_that_never_left(script: Script) -> None:
    script.deadline(Which.PONG, Change.MISSED, at=160, due=160)
    script.ended("deadline", at=170, deadline="pong")
    assert (
        plain(script) == "Your own side closed this connection at 60.000 s: no pong before the deadline (ping_timeout)."
    )


def test_a_close_that_was_not_answered(script: Script) -> None:
    script.deadline(Which.CLOSE, Change.ARMED, at=110, due=120)
    script.deadline(Which.CLOSE, Change.MISSED, at=120, due=120)
    script.ended("deadline", at=120, deadline="close", sent_code=1000)
    assert plain(script) == (
        "The server did not answer Close: close_timeout ran out after 10.0 s."
        " Your own side dropped the TCP connection at 20.000 s."
    )


def test_a_connection_that_did_not_open_in_time(script: Script) -> None:
    script.deadline(Which.OPEN, Change.ARMED, at=100.3, due=110)
    script.phase(Phase.TCP, PhaseChange.DONE, at=100.1)
    script.phase(Phase.TLS, PhaseChange.BEGAN, at=100.1)
    script.ended("deadline", at=110, deadline="open", code=None)
    assert plain(script) == (
        "Your own side gave up connecting at 10.000 s: open_timeout ran out after 10.0 s, during TLS."
    )


def test_a_deadline_of_which_nothing_else_is_known(script: Script) -> None:
    script.ended("deadline", at=110, deadline="open", code=None)
    assert plain(script) == "Your own side gave up connecting at 10.000 s: open_timeout ran out."


@pytest.mark.parametrize(
    ("ending", "fields", "sentence"),
    [
        (
            "close_frames",
            {"by_peer": True, "received_code": 1001},
            "The server closed this connection at 5.000 s: 1001 going away.",
        ),
        (
            "close_frames",
            {"sent_code": 1000},
            "Your own side closed this connection at 5.000 s: 1000 OK. The server agreed.",
        ),
        ("fin", {}, "The server's side closed TCP (FIN) at 5.000 s, without a Close frame."),
        (
            "fin",
            {"sent_code": 1000},
            "The server's side closed TCP (FIN) at 5.000 s, without answering Close.",
        ),
        ("reset", {"by_peer": True}, "The server's side reset TCP (RST) at 5.000 s."),
        (
            "reset",
            {"error": "[Errno 113] No route to host"},
            "The TCP connection broke at 5.000 s: [Errno 113] No route to host.",
        ),
        ("aborted", {}, "Your own side dropped the TCP connection at 5.000 s."),
        ("refused", {}, "The opening handshake failed at 5.000 s."),
        ("violation", {}, "Your own side closed this connection at 5.000 s: the server broke a rule."),
        ("of a later version", {}, "The connection ended at 5.000 s."),
    ],
)
def test_ends(script: Script, ending: str, fields: dict[str, object], sentence: str) -> None:
    script.ended(ending, at=105, **fields)
    assert plain(script) == sentence


def test_a_refused_handshake_says_what_came_and_leaves_the_advice_to_its_own_line(script: Script) -> None:
    script.handshake(403, "Forbidden", at=101)
    script.ended("refused", at=101, code=None, advice="Add the header it asks for.")
    assert plain(script) == "The server refused the opening handshake at 1.000 s: HTTP 403 Forbidden instead of 101."


def test_a_connection_that_failed_earlier_says_where(script: Script) -> None:
    script.phase(Phase.TCP, PhaseChange.FAILED, "nothing listens on 127.0.0.1:9001.", at=100.5)
    script.ended("refused", at=100.5, code=None)
    assert plain(script) == "Connecting failed at 0.500 s, at TCP: nothing listens on 127.0.0.1:9001."


def test_a_broken_rule_is_named(script: Script) -> None:
    script.violation("unknown opcode 0x3", "RFC 6455 5.2", 0, at=103)
    script.ended("violation", at=105, by_peer=True)
    assert plain(script) == (
        "Your own side closed this connection with 1002 protocol error at 5.000 s;"
        " by the server: unknown opcode 0x3 (RFC 6455 §5.2)."
    )


def test_on_the_servers_side_the_peer_is_the_client() -> None:
    script = Script()
    script.connection(role="server")
    script.received(Opcode.TEXT, b"x", at=1)
    script.ended("fin", at=5)
    assert plain(script).startswith("The client's side closed TCP")
