"""Why was Close sent? By its code, its sender, and the rule that was broken."""

from __future__ import annotations

import pytest

from framescope.capture.details import ViolationInfo
from framescope.capture.records import SENT, Kind
from framescope.engine.events import Change, Which
from framescope.engine.frames import Opcode
from framescope.engine.state import State
from helpers.ends import causes, judged, opened
from helpers.scripted import Script


def closed(*, received: int | None = None, sent: int | None = None, by_peer: bool = False, reason: str = "") -> Script:
    script = opened()
    script.ended("close_frames", at=9, received_code=received, sent_code=sent, by_peer=by_peer, reason=reason)
    return script


def violation(script: Script, rule: str, code: int, *, sent: bool = False) -> None:
    info = ViolationInfo(rule, "RFC 6455 5.2", 0, code, "")
    script.told(Kind.VIOLATION | (SENT if sent else 0), 8, info)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (1000, ("closed_by_peer", "strong")),
        (1005, ("closed_by_peer", "strong")),
        (1001, ("going_away", "strong")),
        (1002, ("violation_by_us", "likely")),
        (1003, ("violation_by_us", "likely")),
        (1007, ("violation_by_us", "likely")),
        (1008, ("closed_by_peer", "likely")),
        (1009, ("too_big_for_peer", "likely")),
        (1011, ("handler_failure", "likely")),
        (1012, ("going_away", "likely")),
        (1013, ("closed_by_peer", "likely")),
        (4000, ("closed_by_peer", "strong")),
    ],
)
def test_the_peers_code(code: int, cause: tuple[str, str]) -> None:
    found = judged(closed(received=code, sent=code, by_peer=True, reason="because"))
    assert causes(found) == [cause]
    assert "“because” received 9.00 s after the start." in found.causes[0].evidence


@pytest.mark.parametrize(
    ("code", "key"), [(1000, "closed_by_us"), (1001, "going_away_us"), (1011, "own_failure"), (4000, "closed_by_us")]
)
def test_our_code(code: int, key: str) -> None:
    assert causes(judged(closed(received=code, sent=code))) == [(key, "strong")]


def test_a_rule_that_this_side_broke_on_purpose_is_strong() -> None:
    script = opened()
    violation(script, "reserved bit set", 1002, sent=True)
    script.ended("close_frames", at=9, received_code=1002, sent_code=1002, by_peer=True)
    found = judged(script)
    assert causes(found) == [("violation_by_us", "strong")]
    assert found.causes[0].evidence.endswith("You broke a rule: reserved bit set, RFC 6455 §5.2.")


def test_a_1011_without_the_keepalives_words_is_a_handler() -> None:
    found = judged(closed(received=1011, sent=1011, by_peer=True, reason="oops"))
    assert [(item.title, item.why) for item in found.ruled_out] == [
        ("Its keepalive", "the reason does not say “keepalive ping timeout”")
    ]
    words = "keepalive ping timeout"
    assert causes(judged(closed(received=1011, sent=1011, by_peer=True, reason=words)))[0][0] == "peer_keepalive"


def test_a_close_that_nobody_answered_is_told_behind_its_cause() -> None:
    script = opened()
    script.deadline(Which.CLOSE, Change.MISSED, at=9, due=9)
    script.ended("deadline", at=9, sent_code=1000, deadline="close")
    assert causes(judged(script)) == [("closed_by_us", "strong"), ("close_unanswered", "possible")]


@pytest.mark.parametrize(
    ("code", "rule", "key"),
    [(1009, "message too big: 2 MiB", "too_big"), (1002, "reserved bit set", "violation_by_peer")],
)
def test_what_the_peer_broke(code: int, rule: str, key: str) -> None:
    script = opened()
    violation(script, rule, code)
    script.ended("violation", at=9, sent_code=code)
    found = judged(script)
    assert causes(found) == [(key, "strong")]
    assert rule in found.causes[0].evidence


def test_a_violation_without_its_record_is_likely() -> None:
    script = opened()
    script.ended("violation", at=9, sent_code=1002)
    assert causes(judged(script)) == [("violation_by_peer", "likely")]


@pytest.mark.parametrize(("ending", "cause"), [("aborted", ("dropped_by_us", "strong")), ("new", ("unknown", "weak"))])
def test_an_end_without_any_close(ending: str, cause: tuple[str, str]) -> None:
    script = opened()
    script.ended(ending, at=9)
    assert causes(judged(script)) == [cause]


@pytest.mark.parametrize("ending", ["fin", "reset"])
def test_tcp_that_ends_after_our_close_does_not_make_it_the_peers(ending: str) -> None:
    script = opened()
    script.sent(Opcode.CLOSE, b"\x03\xe8", at=8)
    script.state(State.CLOSING, at=8)
    script.ended(ending, at=9, sent_code=1000, by_peer=True)
    found = judged(script)
    assert causes(found) == [("closed_by_us", "strong"), ("close_unanswered", "possible")]
    assert "before a Close came" in found.causes[1].evidence


def test_a_rule_that_the_peer_broke_after_our_close_ended_nothing() -> None:
    script = opened()
    script.sent(Opcode.CLOSE, b"\x03\xe8", at=8)
    script.state(State.CLOSING, at=8)
    violation(script, "reserved bit set", 1002)
    script.ended("violation", at=9, sent_code=1000)
    assert causes(judged(script)) == [("closed_by_us", "strong"), ("violation_by_peer", "possible")]


def test_a_message_of_ours_may_have_been_too_big_where_there_was_one() -> None:
    script = opened()
    script.sent(Opcode.BINARY, bytes(5000), at=8)
    script.ended("close_frames", at=9, received_code=1009, sent_code=1009, by_peer=True)
    found = judged(script)
    assert causes(found) == [("too_big_for_peer", "strong")]
    assert "a payload of 5000 B" in found.causes[0].evidence


def test_an_objection_long_after_an_illegal_frame_is_not_surely_about_it() -> None:
    script = opened()
    violation(script, "reserved bit set", 1002, sent=True)
    script.state(State.CLOSING, at=90)
    script.ended("close_frames", at=90, received_code=1002, sent_code=1002, by_peer=True)
    assert causes(judged(script)) == [("violation_by_us", "likely")]


def test_our_1011_with_a_reason_may_have_been_somebodys_wish() -> None:
    script = opened()
    script.sent(Opcode.CLOSE, b"\x03\xf3maintenance", at=9)
    script.ended("close_frames", at=9.1, received_code=1011, sent_code=1011)
    assert causes(judged(script)) == [("own_failure", "likely")]


def test_too_many_fragments_are_no_size() -> None:
    script = opened()
    violation(script, "more than 100 fragments", 1009)
    script.ended("violation", at=9, sent_code=1009)
    assert "fragments" in judged(script).causes[0].title


@pytest.mark.parametrize(
    ("code", "reason", "has_pinged", "key"),
    [
        (1000, "ping timed out", True, "peer_keepalive"),  # Tornado
        (1000, "ping timed out", False, "closed_by_peer"),  # a ping that is a message of its own
        (4000, "Pong timeout", True, "peer_keepalive"),
        (1011, "keepalive ping timeout", False, "peer_keepalive"),
        (1001, "Idle Timeout", True, "going_away"),
    ],
)
def test_other_libraries_words_for_a_pong_that_was_missed(code: int, reason: str, has_pinged: bool, key: str) -> None:
    script = opened()
    if has_pinged:
        script.received(Opcode.PING, b"p", at=3)
    script.ended("close_frames", at=9, received_code=code, sent_code=code, by_peer=True, reason=reason)
    assert causes(judged(script))[0][0] == key
